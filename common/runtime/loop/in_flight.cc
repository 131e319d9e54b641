#include "common/runtime/loop/in_flight.h"

#include <algorithm>

namespace argosy::runtime {

void Job::ask_to_stop(Stop reason) {
  auto now = stop.load();
  while (now < reason && !stop.compare_exchange_weak(now, reason)) {
  }
  if (now == Stop::none) told_to_stop_.request_stop();
}

void Job::constrain(tasks::Constraints constraints) {
  const std::lock_guard lock(mutex_);
  constraints_ = std::move(constraints);
}

std::optional<tasks::Constraints> Job::constraints() const {
  const std::lock_guard lock(mutex_);
  return constraints_;
}

std::uint64_t InFlight::claim_begins() {
  const std::lock_guard lock(mutex_);
  open_claims_.insert(++last_claim_);
  return last_claim_;
}

std::vector<JobPtr> InFlight::claim_ended(std::uint64_t claim, std::vector<store::ClaimedStep> claimed) {
  const std::lock_guard lock(mutex_);
  open_claims_.erase(claim);
  const bool lost = lost_claims_.erase(claim) > 0;
  std::vector<JobPtr> added;
  added.reserve(claimed.size());
  for (auto& step : claimed) {
    auto& mark = marks_[{step.queue, step.lane}];
    mark = std::max(mark, step.announced_at_us);
    const Key key{step.ref, step.lease_epoch};
    // The same step under an older lease: that one is lost, whatever the renewals say of the step's name.
    auto after = jobs_.lower_bound({step.ref, 0});
    for (; after != jobs_.end() && after->first.first == step.ref; ++after) after->second->ask_to_stop(Stop::lost);
    auto job = std::make_shared<Job>(std::move(step));
    if (lost) job->ask_to_stop(Stop::lost);
    jobs_.insert_or_assign(after, key, job);
    added.push_back(std::move(job));
  }
  return added;
}

void InFlight::done(const JobPtr& job) {
  const std::lock_guard lock(mutex_);
  const Key key{job->step.ref, job->step.lease_epoch};
  jobs_.erase(key);
  // Its row may still name us, and no renewal ever told that we hold it: hand it back as soon as a renewal gets through.
  if (job->stop.load() == Stop::lost) suspects_.emplace(key, std::set<std::uint64_t>());
  if (jobs_.empty()) emptied_.notify_all();
}

std::vector<InFlight::Key> InFlight::held() const {
  const std::lock_guard lock(mutex_);
  std::vector<Key> keys;
  for (const auto& [key, job] : jobs_) {
    if (!job->disowned()) keys.push_back(key);
  }
  return keys;
}

std::size_t InFlight::size() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

bool InFlight::holds_suspect() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(jobs_, [](const auto& job) { return job.second->step.solo; });
}

std::vector<store::LaneMark> InFlight::marks() const {
  const std::lock_guard lock(mutex_);
  std::vector<store::LaneMark> marks;
  for (const auto& [lane, at] : marks_) marks.push_back({lane.first, lane.second, at});
  return marks;
}

void InFlight::cancel(const std::vector<Key>& held, const std::vector<StepRef>& steps) {
  const std::set<StepRef> gone(steps.begin(), steps.end());
  const std::lock_guard lock(mutex_);
  for (const auto& key : held) {
    const auto job = gone.contains(key.first) ? jobs_.find(key) : jobs_.end();
    if (job != jobs_.end()) job->second->ask_to_stop(Stop::cancelled);
  }
}

void InFlight::pause(const std::vector<Key>& held, const std::vector<StepRef>& steps) {
  const std::set<StepRef> paused(steps.begin(), steps.end());
  const std::lock_guard lock(mutex_);
  for (const auto& key : held) {
    if (const auto job = jobs_.find(key); job != jobs_.end()) job->second->paused = paused.contains(key.first);
  }
}

void InFlight::constrain(const std::vector<Key>& held, const std::vector<std::pair<StepRef, tasks::Constraints>>& steps) {
  const std::lock_guard lock(mutex_);
  for (const auto& key : held) {
    const auto told = std::ranges::find(steps, key.first, &std::pair<StepRef, tasks::Constraints>::first);
    const auto job = told == steps.end() ? jobs_.end() : jobs_.find(key);
    if (job != jobs_.end()) job->second->constrain(told->second);
  }
}

std::vector<InFlight::Key> InFlight::orphans(const std::vector<Key>& unknown) {
  const std::lock_guard lock(mutex_);
  for (const auto& key : unknown) suspects_.emplace(key, open_claims_);
  std::vector<Key> orphans;
  std::erase_if(suspects_, [&](const auto& suspect) {
    const auto& [key, claims] = suspect;
    const auto held = jobs_.find(key);
    if (held != jobs_.end() && !held->second->disowned()) return true;
    // The call that may have claimed it has not answered yet: judged again with the next renewal.
    if (std::ranges::any_of(claims, [this](std::uint64_t claim) { return open_claims_.contains(claim); })) return false;
    orphans.push_back(key);
    return true;
  });
  return orphans;
}

void InFlight::stop_all(Stop reason) {
  if (reason == Stop::lost) {
    const std::lock_guard lock(mutex_);
    lost_claims_ = open_claims_;
  }
  stop_where(reason, [](const Job&) { return true; });
}

std::vector<JobPtr> InFlight::jobs() const {
  const std::lock_guard lock(mutex_);
  std::vector<JobPtr> all;
  for (const auto& [key, job] : jobs_) all.push_back(job);
  return all;
}

bool InFlight::wait_empty(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, timeout, [this] { return jobs_.empty(); });
}

}  // namespace argosy::runtime
