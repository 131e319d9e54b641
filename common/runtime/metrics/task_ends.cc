#include "common/runtime/metrics/task_ends.h"

#include <algorithm>

#include "common/core/json.h"

namespace argosy::runtime {
namespace {

// From a minute's change to a day's: what waits for people takes longer, and is none of the fleet's time.
const std::vector<double> kTaskSeconds{1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1'200, 1'800, 3'600, 7'200, 14'400, 86'400};

// Ids of tasks are UUIDv7 (RFC 9562): their first 48 bits say when the task was made.
UnixMillis made_at(const TaskId& task) {
  UnixMillis out = 0;
  for (std::size_t i = 0; i < 6; ++i) out = out << 8 | task.uuid.bytes[i];
  return out;
}

}  // namespace

TaskEnds::End TaskEnds::make(telemetry::Metrics& metrics, const char* state) {
  const telemetry::Labels labels{{"state", state}};
  return {metrics.counter("argosy_task_ends_total", "Tasks that ended, by how; told by the process whose commit ended them.", labels),
          metrics.histogram("argosy_task_seconds", "Time from a task's submission to its end: from prompt to branch, where it succeeded.",
                            labels, kTaskSeconds)};
}

TaskEnds::TaskEnds(telemetry::Metrics& metrics)
    : succeeded_(make(metrics, "succeeded")), failed_(make(metrics, "failed")), cancelled_(make(metrics, "cancelled")) {}

void TaskEnds::count(const std::vector<tasks::Event>& events) {
  for (const auto& event : events) {
    if (event.type != "task_state") continue;
    const auto data = json::parse(event.data);
    const auto state = data ? data->string_or("status", "") : std::string();
    End* end = state == "succeeded" ? &succeeded_ : state == "failed" ? &failed_ : state == "cancelled" ? &cancelled_ : nullptr;
    if (end == nullptr) continue;
    end->count.add();
    end->seconds.observe(static_cast<double>(std::max<UnixMillis>(0, event.at - made_at(event.task))) / 1e3);
  }
}

}  // namespace argosy::runtime
