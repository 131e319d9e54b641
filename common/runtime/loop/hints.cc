#include "common/runtime/loop/hints.h"

#include <algorithm>

#include "common/core/ids/uuids.h"

namespace argosy::runtime {
namespace {

constexpr std::size_t kMostAside = 256;
constexpr std::size_t kMostInAClaim = 256;  // as in a finish: a call must stay far below the statement's time-out

}  // namespace

void Hints::add(tasks::Lane lane, broker::Message message, const std::vector<StepRef>& steps, const std::string& traceparent) {
  const auto id = ++last_message_;
  messages_.emplace(id, Open{std::move(message), steps.size()});
  const auto claim_ids = random_uuids(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    lanes_[static_cast<std::size_t>(lane)].push_back(
        {.request = {steps[i], claim_ids[i]}, .lane = lane, .message = id, .announced = traceparent});
  }
}

void Hints::add(tasks::Lane lane, const StepRef& step) {
  lanes_[static_cast<std::size_t>(lane)].push_back({.request = {step, Uuid::v4()}, .lane = lane});
}

std::vector<Hints::Wanted> Hints::take(Room room) {
  std::vector<Wanted> batch;
  std::size_t other = std::min(room.other, room.urgent);
  for (const auto lane : tasks::kLanes)
    if (lanes_[static_cast<std::size_t>(lane)].empty()) schedule_.idle(lane);
  while (batch.size() < std::min(room.urgent, kMostInAClaim)) {
    const auto lane = schedule_.next({!lanes_[0].empty(), other > 0 && !lanes_[1].empty(), other > 0 && !lanes_[2].empty()});
    if (!lane) break;
    auto& waiting = lanes_[static_cast<std::size_t>(*lane)];
    if (*lane != tasks::Lane::urgent) --other;
    batch.push_back(std::move(waiting.front()));
    waiting.pop_front();
  }
  return batch;
}

std::vector<broker::Message> Hints::settle(const std::vector<Wanted>& batch) {
  for (const auto& wanted : batch) {
    if (wanted.message != 0) --messages_.at(wanted.message).left;
  }
  std::vector<broker::Message> done;
  for (auto it = messages_.begin(); it != messages_.end();) {
    if (it->second.left > 0) {
      ++it;
      continue;
    }
    done.push_back(std::move(it->second.message));
    it = messages_.erase(it);
  }
  return done;
}

void Hints::put_back(std::vector<Wanted> batch, std::chrono::nanoseconds asked_at) {
  for (auto it = batch.rbegin(); it != batch.rend(); ++it) {
    if (it->asked_at.count() == 0) it->asked_at = asked_at;
    lanes_[static_cast<std::size_t>(it->lane)].push_front(std::move(*it));
  }
}

void Hints::set_aside(const std::vector<Wanted>& batch, const std::vector<StepRef>& taken) {
  for (const auto& wanted : batch) {
    if (std::ranges::find(taken, wanted.request.ref) != taken.end()) continue;
    aside_.push_back({.request = {wanted.request.ref, Uuid::v4()}, .lane = wanted.lane});
  }
  while (aside_.size() > kMostAside) aside_.pop_front();
}

void Hints::bring_back() {
  for (auto it = aside_.rbegin(); it != aside_.rend(); ++it) lanes_[static_cast<std::size_t>(it->lane)].push_front(std::move(*it));
  aside_.clear();
}

bool Hints::any_for(Room room) const {
  const bool other = std::min(room.other, room.urgent) > 0 && !(lanes_[1].empty() && lanes_[2].empty());
  return other || (room.urgent > 0 && !lanes_[0].empty());
}

}  // namespace argosy::runtime
