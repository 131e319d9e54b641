#include "common/llm/traffic/key_gate.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace argosy::llm {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxWaiting = 10'000;  // calls of one key
constexpr Instant kLeastWaitForRoom = std::chrono::seconds(1);

Fault too_long(Instant wait) {
  Fault fault = make_fault(FaultKind::rate_limited, "the limit of this key leaves no room for now");
  fault.error.retry_after = std::chrono::ceil<milliseconds>(wait);
  return fault;
}

}  // namespace

void KeyGate::enter(std::uint64_t number, const std::string& task, std::int64_t tokens, milliseconds longest_wait, Gate::Go go) {
  {
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_.boot_time();
    // There is room again when one goes, or when those in it have waited long enough: who comes back at once finds it as full.
    if (limit_.waiting() >= kMaxWaiting)
      return refuse(std::move(go), too_long(std::max({*limit_.wait(now), Instant(longest_wait), kLeastWaitForRoom})));
    limit_.add(task, {.number = number, .tokens = tokens, .until = now + longest_wait, .go = go});
    const Instant wait = *limit_.wait(now);
    if (wait > longest_wait) {
      limit_.remove(number);
      return refuse(std::move(go), too_long(wait));
    }
  }
  pump();
}

void KeyGate::refuse(Gate::Go go, Fault fault) {
  after_(milliseconds(0), [go = std::move(go), fault = std::move(fault)] { go(fault); });
}

bool KeyGate::withdraw(std::uint64_t number) {
  {
    const std::scoped_lock lock(mutex_);
    if (!limit_.remove(number)) return false;
  }
  pump();  // it may have been the one that the others stood behind
  return true;
}

void KeyGate::learn(const Allowances& left, std::optional<milliseconds> held_back) {
  {
    const std::scoped_lock lock(mutex_);
    limit_.learn(left, held_back, clock_.boot_time());
  }
  pump();  // there may be more than we thought
}

void KeyGate::pump() {
  std::vector<RateLimit::Go> may_go;
  std::vector<RateLimit::GivenUp> given_up;
  {
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_.boot_time();
    may_go = limit_.take(now);
    given_up = limit_.give_up(now);
    if (!given_up.empty()) std::ranges::move(limit_.take(now), std::back_inserter(may_go));  // who stood behind them
    set_timer(now);
  }
  for (const auto& go : may_go) go(std::nullopt);
  for (const auto& [go, wait] : given_up) go(too_long(wait));
}

void KeyGate::set_timer(Instant now) {
  const auto wait = limit_.wait(now);
  if (!wait) return;
  const Instant at = std::min(now + *wait, *limit_.next_end());
  if (timer_ && *timer_ <= at) return;
  timer_ = at;
  after_(std::chrono::ceil<milliseconds>(at - now), [self = weak_from_this(), at] {
    if (const auto gate = self.lock()) gate->on_timer(at);
  });
}

void KeyGate::on_timer(Instant at) {
  {
    const std::scoped_lock lock(mutex_);
    if (timer_ == at) timer_.reset();  // else a newer one is set
  }
  pump();
}

}  // namespace argosy::llm
