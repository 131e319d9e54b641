#include "common/runtime/loop/claim_pace.h"

#include <algorithm>

#include "common/runtime/loop/loop_watch.h"

namespace argosy::runtime {
namespace {

constexpr std::size_t kMaxMessagesPerPoll = 64;
constexpr std::chrono::milliseconds kFirstRetry{50}, kLongestRetry{2'000};

}  // namespace

ClaimPace::Round ClaimPace::round(std::chrono::nanoseconds now, bool lease_holds, Room room, std::size_t slots, const Hints& hints) const {
  Round round{.may_claim = lease_holds && now >= retry_at_};
  if (!round.may_claim) room = Room{};
  for (const auto lane : tasks::kLanes) {
    const bool no_slot = (lane == tasks::Lane::urgent ? room.urgent : room.other) == 0;
    round.paused[static_cast<std::size_t>(lane)] = no_slot || hints.waiting(lane) >= slots;
  }
  round.most = std::clamp<std::size_t>(room.urgent, 1, kMaxMessagesPerPoll);
  round.wait = hints.any_for(room) ? std::chrono::milliseconds(0) : kLoopWait;
  if (now < retry_at_) round.wait = std::min(round.wait, std::chrono::ceil<std::chrono::milliseconds>(retry_at_ - now));
  return round;
}

void ClaimPace::put_off(std::chrono::nanoseconds now) {
  wait_ = std::clamp(wait_ * 2, kFirstRetry, kLongestRetry);
  retry_at_ = now + wait_;
}

void lose_stale(const std::vector<JobPtr>& jobs, const std::vector<Hints::Wanted>& batch, std::chrono::nanoseconds began,
                const Lease& lease) {
  std::vector<const Hints::Wanted*> in_doubt;  // almost always none
  for (const auto& wanted : batch)
    if (wanted.asked_at.count() != 0) in_doubt.push_back(&wanted);
  const bool trusted = lease.trusts(began);
  for (const auto& job : jobs) {
    const auto doubt = std::ranges::find(in_doubt, job->step.ref, [](const Hints::Wanted* wanted) { return wanted->request.ref; });
    if (doubt == in_doubt.end() ? !trusted : !lease.trusts((*doubt)->asked_at)) job->ask_to_stop(Stop::lost);
  }
}

void forget_unclaimed(Twins& twins, const std::vector<Hints::Wanted>& batch, const std::vector<JobPtr>& jobs) {
  for (const auto& wanted : batch) {
    if (wanted.message != 0) continue;
    const auto is_it = [&](const JobPtr& job) { return job->step.ref == wanted.request.ref; };
    if (std::ranges::none_of(jobs, is_it)) twins.forget(wanted.request.ref);
  }
}

void set_suspects_aside(Hints& hints, const std::vector<Hints::Wanted>& batch, const std::vector<JobPtr>& jobs, bool beside_one) {
  if (!beside_one && std::ranges::none_of(jobs, [](const JobPtr& job) { return job->step.solo; })) return;
  std::vector<StepRef> taken;
  for (const auto& job : jobs) taken.push_back(job->step.ref);
  hints.set_aside(batch, taken);
}

}  // namespace argosy::runtime
