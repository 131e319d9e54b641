#include "workers/cli/client/submit_body.h"

#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/tasks/testing/fix_round.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kMostFiles = 100'000;

// Operations stand in the order of the options; a file may hold one or many.
Result<json::Array> operations(const Arguments& arguments) {
  json::Array out;
  for (const auto& option : arguments.given) {
    if (option.name == "--rename") {
      out.push_back(
          json::Object{{"op", "rename_symbol"}, {"language", option.values[0]}, {"from", option.values[1]}, {"to", option.values[2]}});
    } else if (option.name == "--change") {
      ARGOSY_TRY(const auto text, read_input(option.values[0]));
      auto value = json::parse(text);
      if (!value) return usage_error(fmt::format("{} is not JSON: {}", option.values[0], value.error().message));
      if (value->is_array()) {
        for (auto& one : value->as_array()) out.push_back(std::move(one));
      } else {
        out.push_back(std::move(*value));
      }
    }
  }
  return out;
}

json::Array strings(const std::vector<std::string>& values) { return {values.begin(), values.end()}; }

}  // namespace

Result<std::string> read_input(const std::string& file) {
  if (file != "-") return read_file(file);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

Result<json::Value> submit_body(const Arguments& arguments) {
  const auto repository = arguments.value("--repo");
  if (!repository) return usage_error("--repo is missing");
  ARGOSY_TRY(auto change, operations(arguments));
  if (change.empty() && !arguments.has("--prompt")) return usage_error("there is nothing to do: give --rename, --change or --prompt");
  ARGOSY_TRY(const auto fix_rounds, arguments.number("--fix-rounds", 0, tasks::kMaxFixRounds));
  ARGOSY_TRY(const auto max_files, arguments.number("--max-files", 1, kMostFiles));

  json::Object body{{"repository_id", *repository}};
  if (const auto prompt = arguments.value("--prompt")) body.append("prompt", *prompt);
  if (!change.empty()) body.append("change", std::move(change));
  json::Object constraints;
  if (arguments.has("--avoid")) constraints.append("avoid_files", strings(arguments.values("--avoid")));
  if (max_files) constraints.append("max_files_changed", *max_files);
  if (!constraints.empty()) body.append("constraints", std::move(constraints));
  if (fix_rounds) body.append("max_fix_rounds", *fix_rounds);
  if (const auto priority = arguments.value("--priority")) body.append("priority", *priority);
  json::Array notify;
  for (const auto& url : arguments.values("--notify")) notify.push_back(json::Object{{"webhook", url}});
  if (!notify.empty()) body.append("notify", std::move(notify));
  return json::Value(std::move(body));
}

}  // namespace argosy::cli
