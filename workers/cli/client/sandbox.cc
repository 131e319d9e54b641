#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <iterator>

#include "common/core/file.h"
#include "common/tasks/testing/sandbox_calls.h"
#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::string_view kPath = "/api/v1/sandboxes";
constexpr std::chrono::minutes kMakePatience{15};  // the first time, its repository is cloned
constexpr std::chrono::milliseconds kExecPatience = tasks::kMaxExecWall + 2 * tasks::kExecSlack;

int print_json(const json::Value& value) {
  fmt::print("{}\n", json::dump_pretty(value));
  return kSucceeded;
}

int create(const Api& api, const Arguments& arguments) {
  const auto repository = arguments.value("--repo");
  if (!repository) return wrong_usage("--repo ORG/NAME says whose files it gets");
  json::Object body{{"repository_id", *repository}};
  if (const auto commit = arguments.value("--commit")) body.append("commit", *commit);
  if (const auto kind = arguments.value("--class")) body.append("class", *kind);
  const auto answer = api.post_and_wait(std::string(kPath), std::move(body), kMakePatience);
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) return print_json(*answer);
  fmt::print("{}  {}  {}\n", answer->string_or("id", "?"), answer->string_or("class", "?"), answer->string_or("commit", "?"));
  return kSucceeded;
}

Result<std::string> input_of(const Arguments& arguments) {
  const auto file = arguments.value("--stdin");
  if (!file) return std::string();
  if (*file != "-") return read_file(*file, tasks::kMaxExecInput);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

// How a command ended, when there is more to say than its exit code.
std::string ending(const json::Value& done) {
  if (done.bool_or("timed_out", false)) return "its time was up";
  if (done.bool_or("oom", false)) return "it used more memory than it may";
  if (done.bool_or("out_of_disk", false)) return "the sandbox held more than it may";
  if (done.bool_or("stopped", false)) return "the sandbox was removed";
  if (const auto signal = done.int_or("signal", 0); signal != 0) return fmt::format("ended by signal {}", signal);
  return done.int_or("exit_code", 0) == 0 ? "" : fmt::format("exit code {}", done.int_or("exit_code", 0));
}

int exec(const Api& api, const Arguments& arguments) {
  const auto& words = arguments.positional;
  if (words.size() < 3) return wrong_usage("it is `sandbox exec ID COMMAND...`");
  const auto timeout = arguments.number("--timeout", 1, std::chrono::seconds(tasks::kMaxExecWall).count());
  if (!timeout) return report(timeout.error());
  const auto input = input_of(arguments);
  if (!input) return report(input.error(), kUsage);
  json::Object body{{"command", words.size() == 3 ? json::Value(words[2]) : json::Value(json::Array(words.begin() + 2, words.end()))}};
  if (*timeout) body.append("timeout_s", **timeout);
  if (!input->empty()) body.append("stdin", *input);
  const auto answer = api.post_and_wait(fmt::format("{}/{}/exec", kPath, percent_encode(words[1])), std::move(body), kExecPatience);
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) return print_json(*answer);
  fmt::print("{}", answer->string_or("stdout", ""));
  fmt::print(stderr, "{}", answer->string_or("stderr", ""));
  const auto how = ending(*answer);
  if (how.empty()) return kSucceeded;
  fmt::print(stderr, "argosy: {}\n", how);
  return kFailed;
}

int list(const Api& api, const Arguments& arguments) {
  const auto answer = api.get(std::string(kPath));
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) return print_json(*answer);
  for (const auto& one : answer->array_or_empty("sandboxes")) {
    fmt::print("{}  {:<8} {:<8} {:<24} until {}\n", one.string_or("id", "?"), one.string_or("state", "?"), one.string_or("class", "?"),
               one.string_or("repository_id", "?"), one.string_or("expires_at", "?"));
  }
  return kSucceeded;
}

int remove(const Api& api, const Arguments& arguments) {
  const auto removed = api.remove(fmt::format("{}/{}", kPath, percent_encode(arguments.positional[1])));
  return removed ? kSucceeded : report_answer(removed.error());
}

}  // namespace

int sandbox(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const auto words = arguments.positional.size();
  const bool known = what == "exec" || (what == "rm" ? words == 2 : (what == "create" || what == "list") && words == 1);
  if (!known) return wrong_usage("it is `sandbox create --repo ORG/NAME`, `sandbox exec ID COMMAND...`, `sandbox list` or `sandbox rm ID`");
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  if (what == "create") return create(*api, arguments);
  if (what == "exec") return exec(*api, arguments);
  return what == "list" ? list(*api, arguments) : remove(*api, arguments);
}

}  // namespace argosy::cli
