#include "common/runtime/loop/renewer.h"

#include "common/core/thread_name.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

constexpr std::chrono::milliseconds kAfterFailure{250};

}  // namespace

void Renewer::start() {
  thread_ = std::thread([this] { loop(); });
}

void Renewer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Renewer::loop() {
  name_this_thread("renew");
  std::string said;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const auto stuck = parts_.watch.stuck();
    if (stuck && *stuck != said) telemetry::log_error("a loop is stuck: the lease is not renewed", {{"loop", *stuck}});
    said = stuck.value_or("");
    const bool ok = !stuck && renew_once();
    judge();
    parts_.on_round();
    lock.lock();
    changed_.wait_for(lock, ok ? parts_.every : kAfterFailure, [this] { return stopping_; });
  }
}

bool Renewer::renew_once() {
  const auto held = parts_.in_flight.held();
  store::Renewal renewal{.worker = parts_.worker,
                         .queue = parts_.queue,
                         .host = parts_.host,
                         .slots = static_cast<std::int32_t>(parts_.slots),
                         .busy = static_cast<std::int32_t>(parts_.in_flight.size()),
                         .lease = parts_.lease.length(),
                         .marks = parts_.in_flight.marks(),
                         .held = {}};
  for (const auto& [ref, epoch] : held) renewal.held.push_back(ref);
  const auto sent_at = parts_.lease.now();
  const auto answer = store::renew(parts_.db, renewal);
  parts_.metrics.renewals(answer.has_value()).add();
  if (!answer) {
    telemetry::log_warning("a renewal failed", {{"error", to_string(answer.error())}});
    return false;
  }
  // An answer that came so late that the lease ran out meanwhile: what was held is lost, though the process lives on.
  judge();
  for (const auto& [ref, epoch] : keeper_.answered(held, sent_at, *answer)) {
    telemetry::log_warning("handing back a step that this process does not know",
                           {{"task_id", ref.task.to_string()}, {"step_id", std::to_string(ref.ordinal)}});
    parts_.hand_back(ref, epoch);
  }
  return true;
}

void Renewer::judge() {
  if (!keeper_.lost()) return;
  parts_.metrics.leases_lost.add();
  telemetry::log_error("the lease is lost: all work is dropped", {{"steps", std::to_string(parts_.in_flight.size())}});
}

}  // namespace argosy::runtime
