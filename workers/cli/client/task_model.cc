#include "workers/cli/client/task_model.h"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kMaxSaid = 160;  // bytes of one event's text on a line

bool is_over(std::string_view state) { return state == "succeeded" || state == "failed" || state == "cancelled" || state == "superseded"; }

StepModel step_from(const json::Value& value) {
  StepModel step;
  step.step = value.int_or("step", 0);
  step.queue = value.string_or("queue", "");
  step.title = value.string_or("title", value.string_or("kind", ""));
  step.state = value.string_or("state", "");
  step.attempts = value.int_or("attempts", 0);
  step.started_at = time_from(value.string_or("started_at", ""));
  step.finished_at = time_from(value.string_or("finished_at", ""));
  for (const auto& other : value.array_or_empty("depends_on")) {
    if (other.is_int()) step.depends_on.push_back(other.as_int());
  }
  return step;
}

}  // namespace

UnixMillis time_from(std::string_view text) {
  std::tm parts{};
  const std::string whole(text);
  const char* rest = ::strptime(whole.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return 0;
  UnixMillis millis = 0;
  if (*rest == '.') {
    const auto digits = std::string(rest + 1, std::min<std::size_t>(3, std::string_view(rest + 1).size()));
    millis = text::to_int(digits).value_or(0);
  }
  return static_cast<UnixMillis>(::timegm(&parts)) * 1000 + millis;
}

TaskModel task_from(const json::Value& answer) {
  TaskModel task;
  task.id = answer.string_or("task_id", "");
  task.repository = answer.string_or("repository_id", "");
  task.status = answer.string_or("status", "queued");
  task.logs_url = answer.string_or("logs_url", "");
  task.stream_url = answer.string_or("stream_url", "");
  task.progress = answer.int_or("progress_percentage", 0);
  task.created_at = time_from(answer.string_or("created_at", ""));
  task.finished_at = time_from(answer.string_or("finished_at", ""));
  for (const auto& value : answer.array_or_empty("steps")) {
    auto step = step_from(value);
    task.steps[step.step] = std::move(step);
  }
  for (const auto& one : answer.array_or_empty("checkpoints"))
    task.checkpoints.push_back({one.string_or("checkpoint_id", ""), one.string_or("type", ""), one.string_or("description", "")});
  if (const auto* result = answer.find("result")) task.result = *result;
  if (const auto* error = answer.find("error")) task.error = *error;
  return task;
}

bool apply_event(TaskModel& task, std::string_view type, const json::Value& data, UnixMillis at) {
  if (type == "task_state") {
    task.status = data.string_or("status", task.status);
    if (task.ended()) task.finished_at = at;
    return true;
  }
  if (type != "step_state" && type != "running") return true;
  const auto found = task.steps.find(data.int_or("step", -1));
  if (found == task.steps.end()) return false;
  auto& step = found->second;
  step.state = type == "running" ? "running" : data.string_or("state", step.state);
  step.attempts = std::max(step.attempts, data.int_or("attempt", 0));
  if (step.state == "running") step.started_at = at;
  if (is_over(step.state)) step.finished_at = at;
  const auto over = std::ranges::count_if(task.steps, [](const auto& one) { return is_over(one.second.state); });
  task.progress = std::max<std::int64_t>(task.progress, 100 * over / static_cast<std::int64_t>(task.steps.size()));
  return true;
}

std::string describe_event(const TaskModel& task, std::string_view type, const json::Value& data) {
  if (type == "task_state") return fmt::format("task {}", data.string_or("status", "?"));
  if (type == "step_state" || type == "running") {
    const auto number = data.int_or("step", -1);
    const auto found = task.steps.find(number);
    const auto attempt = data.int_or("attempt", 1);
    return fmt::format("step {} {} {}{}{}", number, data.string_or("queue", "?"), data.string_or("state", "running"),
                       attempt > 1 ? fmt::format(" (attempt {})", attempt) : "",
                       found == task.steps.end() || found->second.title.empty() ? "" : ": " + found->second.title);
  }
  if (type == "agent_thought")
    return text::ellipsize(fmt::format("{}: {}", data.string_or("agent", "?"), data.string_or("reasoning", "")), kMaxSaid);
  if (type == "file_modified") {
    const auto* stat = data.find("diff_stat");
    const auto said = stat == nullptr     ? ""
                      : stat->is_string() ? stat->as_string()
                                          : fmt::format("+{} -{}", stat->int_or("added", 0), stat->int_or("removed", 0));
    return fmt::format("changed {} {}", data.string_or("path", "?"), said);
  }
  if (type == "command_executed")
    return text::ellipsize(fmt::format("ran {} (exit code {})", data.string_or("command", "?"), data.int_or("exit_code", 0)), kMaxSaid);
  if (type == "steered") return fmt::format("{} by {}", data.string_or("action", "?"), data.string_or("by", "?"));
  if (type == "error")
    return text::ellipsize(
        fmt::format("error {} {}: {}", data.string_or("category", "?"), data.string_or("code", "?"), data.string_or("message", "")),
        kMaxSaid);
  return "";
}

}  // namespace argosy::cli
