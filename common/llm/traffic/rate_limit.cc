#include "common/llm/traffic/rate_limit.h"

#include <algorithm>
#include <utility>

namespace argosy::llm {

void RateLimit::add(const std::string& task, Waiting call) {
  next_end_ = turns_.empty() ? call.until : std::min(next_end_, call.until);
  auto queue = std::ranges::find(turns_, task, &Queue::task);
  if (queue == turns_.end()) queue = turns_.insert(turns_.end(), {.task = task, .calls = {}});
  queue->calls.push_back(std::move(call));
  ++waiting_;
}

bool RateLimit::remove(std::uint64_t number) {
  for (auto queue = turns_.begin(); queue != turns_.end(); ++queue) {
    if (std::erase_if(queue->calls, [number](const Waiting& call) { return call.number == number; }) == 0) continue;
    if (queue->calls.empty()) turns_.erase(queue);
    --waiting_;
    return true;
  }
  return false;
}

Instant RateLimit::wait_for(const Waiting& call, Instant now) {
  return std::max({requests_.wait(1, now), tokens_.wait(call.tokens, now), held_until_ - now});
}

std::vector<RateLimit::Go> RateLimit::take(Instant now) {
  std::vector<Go> out;
  // The front waits for its turn even if a smaller call behind it could go: else large ones would never go.
  while (!turns_.empty() && wait_for(turns_.front().calls.front(), now) <= Instant::zero()) {
    Waiting call = std::move(turns_.front().calls.front());
    turns_.front().calls.pop_front();
    if (turns_.front().calls.empty()) {
      turns_.pop_front();
    } else {
      turns_.splice(turns_.end(), turns_, turns_.begin());
    }
    --waiting_;
    requests_.take(1, now);
    tokens_.take(call.tokens, now);
    out.push_back(std::move(call.go));
  }
  return out;
}

std::vector<RateLimit::GivenUp> RateLimit::give_up(Instant now) {
  std::vector<GivenUp> out;
  if (turns_.empty() || now < next_end_) return out;
  const Instant front = *wait(now);
  next_end_ = Instant::max();
  for (auto& queue : turns_) {
    for (auto& call : queue.calls) {
      if (call.until > now) {
        next_end_ = std::min(next_end_, call.until);
      } else {
        out.push_back({std::move(call.go), std::max(front, wait_for(call, now))});
      }
    }
    std::erase_if(queue.calls, [now](const Waiting& call) { return call.until <= now; });
  }
  turns_.remove_if([](const Queue& queue) { return queue.calls.empty(); });
  waiting_ -= out.size();
  return out;
}

std::optional<Instant> RateLimit::wait(Instant now) {
  if (turns_.empty()) return std::nullopt;
  return std::max(wait_for(turns_.front().calls.front(), now), Instant::zero());
}

void RateLimit::learn(const Allowances& left, std::optional<std::chrono::milliseconds> held_back, Instant now) {
  requests_.learn(left.requests, now);
  tokens_.learn(left.tokens, now);
  constexpr Instant kLongest = std::chrono::minutes(15);
  if (held_back) held_until_ = std::max(held_until_, now + std::min(Instant(*held_back), kLongest));
}

}  // namespace argosy::llm
