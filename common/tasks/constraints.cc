#include "common/tasks/constraints.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/core/failpoint.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

// What an error's sentence names; its details have more.
constexpr std::size_t kMaxNamed = 10;
constexpr std::size_t kMaxListed = 1000;

std::string named(const std::set<std::string>& files) {
  std::vector<std::string> few;
  for (const auto& file : files)
    if (few.size() < kMaxNamed) few.push_back(file);
  auto text = text::join(few, ", ");
  if (files.size() > few.size()) text += fmt::format(" and {} more", files.size() - few.size());
  return text;
}

std::unexpected<Error> violated(std::string code, std::string message, std::string hint, const std::set<std::string>& files) {
  auto failure = fail_user(std::move(code), std::move(message), std::move(hint));
  json::Array list;
  for (const auto& file : files)
    if (list.size() < kMaxListed) list.emplace_back(file);
  failure.error().details = json::dump(json::Object{{"files", std::move(list)}});
  return failure;
}

}  // namespace

Constraints constraints_of(const TaskContext& task) { return {task.avoid_files, task.max_files_changed}; }

Result<Constraints> constraints_from(std::string_view json_text) {
  ARGOSY_TRY(const json::Value value, json::parse(json_text));
  JsonReader in(value);
  Constraints constraints{.avoid_files = in.strings("avoid_files"), .max_files_changed = in.optional_integer("max_files_changed")};
  if (const auto& problem = in.problem())
    return fail_user("payload_invalid", fmt::format("constraints cannot be read: {}: {}", problem->pointer, problem->message));
  return constraints;
}

Result<void> check_constraints(const Constraints& constraints, const std::vector<TouchedFile>& touched) {
  if (ARGOSY_FAILPOINT("policy.off")) return {};
  std::set<std::string> forbidden, files;
  for (const auto& file : touched) {
    files.insert(text::to_utf8(file.path));
    for (const auto& path : {file.path, file.old_path}) {
      const bool avoid =
          !path.empty() && std::ranges::any_of(constraints.avoid_files, [&](const auto& glob) { return text::path_matches(glob, path); });
      if (avoid) forbidden.insert(text::to_utf8(path));
    }
  }
  if (!forbidden.empty()) {
    return violated("avoid_files_violated", fmt::format("the change touches files that are to be avoided: {}", named(forbidden)),
                    "narrow the change or take them out of constraints.avoid_files", forbidden);
  }
  if (constraints.max_files_changed && files.size() > static_cast<std::size_t>(std::max<std::int64_t>(*constraints.max_files_changed, 0))) {
    return violated(
        "max_files_exceeded",
        fmt::format("the change touches {} files, {} are allowed: {}", files.size(), *constraints.max_files_changed, named(files)),
        "narrow the change or raise constraints.max_files_changed", files);
  }
  return {};
}

}  // namespace argosy::tasks
