#include "common/runtime/step/running_step.h"

#include <utility>

#include "common/core/json.h"
#include "common/core/redact.h"
#include "common/runtime/drain.h"

namespace argosy::runtime {
namespace {

constexpr std::chrono::milliseconds kLastCallEnds{1'000};  // until libcurl has looked
static_assert(kLastCalls + 2 * kLastCallEnds <= kStopGrace);

constexpr std::size_t kMaxEventsPerStep = 1'000;
constexpr std::size_t kMaxEventBytes = 64u << 10;

// The data of an event, without secrets. A secret that spans JSON's own syntax leaves nothing that could be shown.
std::string presentable(std::string data) {
  if (data.size() > kMaxEventBytes) return R"({"note":"this event was too large to keep"})";
  auto clean = redact(data);
  if (clean == data || json::parse(clean)) return clean;
  return R"({"note":"[redacted]"})";
}

StepLog::Sink sink_of(const JobPtr& job, Announcer& announcer) {
  return [job, &announcer](std::int64_t offset, std::string text) {
    const auto& claimed = job->step;
    announcer.tell_running(*job);
    const tasks::LogChunk chunk{claimed.ref.task, claimed.ref.ordinal, claimed.lease_epoch, claimed.attempt, offset, std::move(text)};
    announcer.tell_ephemeral(broker::EventMessage(chunk), claimed.ref.task, claimed.traceparent);
  };
}

}  // namespace

RunningStep::RunningStep(JobPtr job, LogPump& pump, const StepRunner::Parts& parts)
    : job_(std::move(job)),
      pump_(pump),
      parts_(parts),
      log_(parts.max_log_bytes, sink_of(job_, parts.announcer)),
      last_calls_(job_->stopping(), parts.clock),
      artifacts_(parts.artifacts.until([this] { return cancelled() && last_calls_.over(); })) {}

void RunningStep::emit(tasks::NewEvent event) {
  event.data = presentable(std::move(event.data));
  const std::lock_guard lock(mutex_);
  if (!over_ && events_.size() < kMaxEventsPerStep) events_.push_back(std::move(event));
}

// Under the lock: once it is over, the pump must not hear of the log again.
void RunningStep::log(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (!over_ && log_.append(text)) pump_.wake(log_);
}

bool RunningStep::cancelled() const {
  if (!parts_.lease.holds()) job_->ask_to_stop(Stop::lost);
  return job_->stop.load() != Stop::none;
}

void RunningStep::keep_tests(tasks::TestResults results) {
  const std::lock_guard lock(mutex_);
  if (!over_) tests_ = std::move(results);
}

RunningStep::Said RunningStep::over() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  pump_.forget(log_);
  return {.log = log_.close(), .events = std::move(events_), .tests = std::exchange(tests_, std::nullopt)};
}

}  // namespace argosy::runtime
