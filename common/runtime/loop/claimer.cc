#include "common/runtime/loop/claimer.h"

#include <algorithm>

#include "common/broker/dispatch.h"
#include "common/core/thread_name.h"
#include "common/store/queries.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

// A step that is over by then is told of by its finish alone: for short steps a message each would cost more than all else.
constexpr std::chrono::milliseconds kTellRunningAfter{100};
constexpr std::size_t kMaxPoisonBytes = 64u << 10;  // of a message that nobody could read, this much is kept

// A claim that a crash of the database forgot is done again; only effects that leave the house must not be.
bool leaves_the_house(tasks::Queue queue) { return queue == tasks::Queue::git || queue == tasks::Queue::notifications; }

std::optional<tasks::Lane> lane_of(const std::string& topic, tasks::Queue queue) {
  const auto hit = std::ranges::find_if(tasks::kLanes, [&](tasks::Lane lane) { return tasks::topic(queue, lane) == topic; });
  return hit == tasks::kLanes.end() ? std::nullopt : std::optional(*hit);
}

}  // namespace

Claimer::Claimer(Parts parts) : parts_(parts), durable_(leaves_the_house(parts.queue)), thread_([this] { loop(); }) {}

void Claimer::stop() {
  stopping_ = true;
  parts_.consumer.wake();
  if (thread_.joinable()) thread_.join();
}

void Claimer::loop() {
  name_this_thread("claim");
  while (!stopping_) {
    parts_.loop.tick();
    round();
  }
  parts_.loop.rest();
}

void Claimer::round() {
  if (hints_.any_aside() && !parts_.in_flight.holds_suspect()) hints_.bring_back();
  const auto round = pace_.round(system_clock().boot_time(), parts_.lease.holds(), parts_.slots.room(), parts_.slots.threads(), hints_);
  for (const auto lane : tasks::kLanes) parts_.consumer.set_paused(lane, round.paused[static_cast<std::size_t>(lane)]);
  auto messages = parts_.consumer.poll(round.most, tell_running(round.wait));
  if (parts_.hints != nullptr) hear(round.may_claim);  // before their twins are read
  for (auto& message : messages) read(std::move(message));
  if (round.may_claim && !stopping_) claim();
}

void Claimer::hear(bool may_claim) {
  const auto heard = parts_.hints->take();
  if (heard.empty()) return;
  const auto now = system_clock().boot_time();
  const Room room = may_claim ? parts_.slots.room() : Room{};
  for (const auto& [step, lane] : heard) {
    const bool fits = hints_.waiting() < (lane == tasks::Lane::urgent ? room.urgent : room.other);
    if (fits && parts_.twins.expect(step, now)) {
      hints_.add(lane, step);
      parts_.metrics.hinted.add();
    }
  }
}

void Claimer::read(broker::Message message) {
  parts_.loop.tick();  // a poll may bring many, and each that is poison costs a call
  parts_.metrics.messages.add();
  parts_.metrics.message_bytes.add(static_cast<double>(message.bytes()));
  const auto lane = lane_of(message.topic, parts_.queue);
  const auto dispatch = broker::decode_dispatch(message.body);
  if (dispatch && lane) {
    const auto steps = parts_.twins.strangers(dispatch->steps, system_clock().boot_time());
    if (!steps.empty() || dispatch->steps.empty())
      return hints_.add(*lane, std::move(message), steps, telemetry::tracing() ? dispatch->traceparent : std::string());
    parts_.metrics.twins.add();
    return parts_.consumer.done(message);
  }
  bury(message, dispatch ? Error{.code = "dispatch_wrong_topic", .message = message.topic, .hint = {}} : dispatch.error());
  parts_.consumer.done(message);
}

// Twice, so that it is found where people look: beside the queues, and in the database with its reason. Neither may block the partition.
void Claimer::bury(const broker::Message& message, const Error& why) {
  parts_.metrics.poison.add();
  const auto reason = to_string(why);
  telemetry::log_warning("a dispatch message does not parse", {{"topic", message.topic},
                                                               {"partition", std::to_string(message.partition)},
                                                               {"offset", std::to_string(message.offset)},
                                                               {"reason", reason}});
  const auto body = std::string_view(message.body).substr(0, kMaxPoisonBytes);
  parts_.announcer.bury(message.key, body,
                        {{"argosy_topic", message.topic},
                         {"argosy_partition", std::to_string(message.partition)},
                         {"argosy_offset", std::to_string(message.offset)},
                         {"argosy_reason", reason}});
  const auto kept = store::record_poison(parts_.db, message.topic, message.partition, message.offset, reason, body);
  if (!kept) telemetry::log_warning("a poison message was not recorded", {{"error", to_string(kept.error())}});
}

void Claimer::claim() {
  auto batch = hints_.take(parts_.slots.room());
  if (batch.empty()) return;
  std::vector<store::ClaimRequest> wanted;
  wanted.reserve(batch.size());
  for (const auto& hint : batch) wanted.push_back(hint.request);
  parts_.metrics.claim_batch.observe(static_cast<double>(wanted.size()));

  const auto token = parts_.in_flight.claim_begins();
  const auto began = parts_.lease.now();
  const auto traced_from = telemetry::tracing() ? telemetry::trace_clock() : 0;
  const bool beside_one = parts_.in_flight.holds_suspect();
  auto claimed = store::claim(parts_.db, parts_.worker, parts_.queue, wanted, durable_, !beside_one);
  const auto jobs = parts_.in_flight.claim_ended(token, claimed ? std::move(*claimed) : std::vector<store::ClaimedStep>{});
  if (!claimed && claimed.error().category == Category::transient) {
    put_off(std::move(batch), began, claimed.error());
    return;
  }
  lose_stale(jobs, batch, began, parts_.lease);
  // What the database refuses for good would be refused again: the steps stay ready, and the scheduler announces them anew.
  if (!claimed) telemetry::log_error("a claim was refused", {{"error", to_string(claimed.error())}});
  pace_.claimed();
  parts_.metrics.claims.add();
  parts_.metrics.claim_seconds.observe(std::chrono::duration<double>(parts_.lease.now() - began).count());
  set_suspects_aside(hints_, batch, jobs, beside_one);
  forget_unclaimed(parts_.twins, batch, jobs);
  if (traced_from != 0) trace(jobs, batch, traced_from);
  parts_.slots.start(jobs);
  for (const auto& message : hints_.settle(batch)) parts_.consumer.done(message);
  started(jobs);
}

void Claimer::put_off(std::vector<Hints::Wanted> batch, std::chrono::nanoseconds asked_at, const Error& why) {
  parts_.metrics.claim_errors.add();
  telemetry::log_warning("a claim failed", {{"error", to_string(why)}, {"steps", std::to_string(batch.size())}});
  hints_.put_back(std::move(batch), asked_at);
  pace_.put_off(system_clock().boot_time());
}

void Claimer::trace(const std::vector<JobPtr>& jobs, const std::vector<Hints::Wanted>& batch, std::int64_t began) {
  for (const auto& job : jobs) {
    const auto asked = std::ranges::find(batch, job->step.ref, [](const Hints::Wanted& wanted) { return wanted.request.ref; });
    job->trace = trace_of(job->step, began, jobs.size(), asked == batch.end() ? std::string_view() : asked->announced);
  }
}

void Claimer::started(const std::vector<JobPtr>& jobs) {
  parts_.metrics.claimed.add(static_cast<double>(jobs.size()));
  for (const auto& job : jobs) parts_.metrics.started(job->step);
  parts_.metrics.busy.set(static_cast<double>(parts_.slots.busy()));
  const auto tell_at = system_clock().boot_time() + kTellRunningAfter;
  for (const auto& job : jobs) young_.push_back({tell_at, job});
}

std::chrono::milliseconds Claimer::tell_running(std::chrono::milliseconds wait) {
  const auto now = system_clock().boot_time();
  for (; !young_.empty() && young_.front().tell_at <= now; young_.pop_front()) {
    if (const auto job = young_.front().job.lock()) parts_.announcer.tell_running(*job);
  }
  return young_.empty() ? wait : std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(young_.front().tell_at - now));
}

}  // namespace argosy::runtime
