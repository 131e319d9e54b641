#include "common/llm/traffic/key_gate.h"

namespace argosy::llm {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxWaiting = 10'000;  // calls of one key

Fault too_long(Instant wait) {
  Fault fault = make_fault(FaultKind::rate_limited, "the limit of this key leaves no room for now");
  fault.error.retry_after = std::chrono::ceil<milliseconds>(wait);
  return fault;
}

}  // namespace

void KeyGate::enter(std::uint64_t number, const std::string& task, std::int64_t tokens, milliseconds longest_wait, Gate::Go go) {
  bool waits = false;
  {
    const std::scoped_lock lock(mutex_);
    const bool full = limit_.waiting() >= kMaxWaiting;
    if (!full) limit_.add(number, task, tokens, [go] { go(std::nullopt); });
    const Instant wait = limit_.wait(clock_.boot_time()).value_or(Instant::zero());
    waits = full || wait > Instant::zero();
    if (full || wait > longest_wait) {
      limit_.remove(number);
      return refuse(std::move(go), too_long(wait));
    }
  }
  if (waits)
    after_(longest_wait, [self = weak_from_this(), number, go] {
      if (const auto gate = self.lock()) gate->give_up(number, go);
    });
  pump();
}

void KeyGate::refuse(Gate::Go go, Fault fault) {
  after_(milliseconds(0), [go = std::move(go), fault = std::move(fault)] { go(fault); });
}

void KeyGate::give_up(std::uint64_t number, const Gate::Go& go) {
  Instant wait{};
  {
    const std::scoped_lock lock(mutex_);
    wait = limit_.wait(clock_.boot_time()).value_or(Instant::zero());
    if (!limit_.remove(number)) return;
  }
  go(too_long(wait));
}

bool KeyGate::withdraw(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  return limit_.remove(number);
}

void KeyGate::learn(const Allowances& left, std::optional<milliseconds> held_back) {
  const std::scoped_lock lock(mutex_);
  limit_.learn(left, held_back, clock_.boot_time());
}

void KeyGate::pump() {
  std::vector<RateLimit::Go> may_go;
  {
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_.boot_time();
    may_go = limit_.take(now);
    const auto wait = limit_.wait(now);
    if (wait && (!timer_ || now + *wait < *timer_)) {
      timer_ = now + *wait;
      after_(std::chrono::ceil<milliseconds>(*wait), [self = weak_from_this()] {
        const auto gate = self.lock();
        if (!gate) return;
        {
          const std::scoped_lock again(gate->mutex_);
          gate->timer_.reset();
        }
        gate->pump();
      });
    }
  }
  for (const auto& go : may_go) go();
}

}  // namespace argosy::llm
