#include <fmt/format.h>

#include "common/core/clock.h"
#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/client/screen.h"
#include "workers/cli/client/task_model.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kDefaultLimit = 20, kMostLimit = 200;

std::string path_of(const Arguments& arguments) { return "/api/v1/tasks/" + percent_encode(arguments.positional[0]); }

// The API of the arguments, asked for `path`; exits through `code` when that did not work.
Result<json::Value> ask(const Arguments& arguments, const std::string& path) {
  ARGOSY_TRY(const auto api, Api::from(arguments));
  return api.get(path);
}

}  // namespace

int list_tasks(const Arguments& arguments) {
  const auto limit = arguments.number("--limit", 1, kMostLimit);
  if (!limit) return report(limit.error());
  auto path = fmt::format("/api/v1/tasks?limit={}", limit->value_or(kDefaultLimit));
  if (const auto status = arguments.value("--status")) path += "&status=" + percent_encode(*status);
  if (const auto repository = arguments.value("--repo")) path += "&repository_id=" + percent_encode(*repository);
  const auto answer = ask(arguments, path);
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*answer));
    return kSucceeded;
  }
  for (const auto& value : answer->array_or_empty("tasks")) {
    const auto task = task_from(value);
    const auto end = task.finished_at != 0 ? task.finished_at : system_clock().unix_ms();
    fmt::print("{}  {:<10} {:>3} %  {:>12}  {}  {}\n", task.id, task.status, task.progress, duration_text(end - task.created_at),
               value.string_or("created_at", ""), task.repository);
  }
  return kSucceeded;
}

int show(const Arguments& arguments) {
  const auto answer = ask(arguments, path_of(arguments));
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*answer));
    return kSucceeded;
  }
  const auto task = task_from(*answer);
  fmt::print("{}{}{}", draw(task, system_clock().unix_ms(), {.width = 200}), task.ended() ? outcome_text(task) : "", questions_text(task));
  return kSucceeded;
}

int cancel(const Arguments& arguments) {
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  const auto answer = api->post(path_of(arguments) + "/cancel", json::Object{});
  if (!answer) return report_answer(answer.error());
  fmt::print("task {}  {}\n", answer->string_or("task_id", arguments.positional[0]), answer->string_or("status", "?"));
  return kSucceeded;
}

int diff(const Arguments& arguments) {
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  const auto artifacts = api->list(path_of(arguments) + "/artifacts", "artifacts");
  if (!artifacts) return report_answer(artifacts.error());
  bool any = false;
  for (const auto& artifact : *artifacts) {
    if (artifact.string_or("kind", "") != "patch") continue;
    const auto bytes = api->bytes(path_of(arguments) + "/artifacts/" + percent_encode(artifact.string_or("sha256", "")));
    if (!bytes) return report_answer(bytes.error());
    std::fwrite(bytes->data(), 1, bytes->size(), stdout);
    any = true;
  }
  if (!any) fmt::print(stderr, "argosy: the task has no patch (yet)\n");
  return any ? kSucceeded : kFailed;
}

}  // namespace argosy::cli
