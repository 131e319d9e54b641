#include "common/llm/traffic/breaker.h"

#include <algorithm>
#include <array>
#include <utility>

namespace argosy::llm {
namespace {

constexpr int kLargestDoubling = 10;
constexpr std::array<std::string_view, 3> kNames{"closed", "half_open", "open"};

}  // namespace

std::string_view to_string(BreakerState state) { return kNames[static_cast<std::size_t>(state)]; }

BreakerState Breaker::state(Instant now) const {
  if (!tripped_) return hinted_ ? BreakerState::half_open : BreakerState::closed;
  return now < opens_until_ ? BreakerState::open : BreakerState::half_open;
}

Instant Breaker::wait(Instant now) const {
  if (!tripped_) return Instant::zero();
  if (now < opens_until_) return opens_until_ - now;
  return probing_ ? Instant(kWaitForProbe) : Instant::zero();
}

std::optional<Breaker::Pass> Breaker::admit(Instant now) {
  if (tripped_ && (now < opens_until_ || std::exchange(probing_, true))) return std::nullopt;
  return era_;
}

void Breaker::record(Pass pass, Outcome outcome, Instant now) {
  if (is_stale(pass)) return;  // no probe, and no news: it was sent to a model that was thought to be another way
  if (tripped_) {
    probing_ = false;
    if (outcome == Outcome::failed) return open(now);
    if (outcome == Outcome::fine && ++probes_passed_ >= settings_.probes_to_close) close();
    return;
  }
  if (outcome == Outcome::unknown) return;
  if (outcome == Outcome::failed && hinted_) return open(now);
  if (outcome == Outcome::fine) hinted_ = false;
  seen_.push_back({now, outcome});
  while (seen_.size() > settings_.window || seen_.front().at + settings_.forget_after < now) seen_.pop_front();
  if (seen_.size() < settings_.at_least) return;
  if (too_many(Outcome::failed, settings_.failure_ratio) || too_many(Outcome::slow, settings_.slow_ratio)) open(now);
}

void Breaker::close() {
  tripped_ = false;
  ++era_;
  times_opened_ = 0;
  seen_.clear();
}

bool Breaker::too_many(Outcome outcome, double ratio) const {
  const auto count = std::ranges::count(seen_, outcome, &Seen::outcome);
  return static_cast<double>(count) >= ratio * static_cast<double>(seen_.size());
}

void Breaker::hint_down() {
  if (tripped_ || hinted_) return;
  hinted_ = true;
  ++era_;
}

void Breaker::open(Instant now) {
  tripped_ = true;
  hinted_ = false;
  ++era_;
  probes_passed_ = 0;
  const auto doubled = settings_.open_for * (1 << std::min(times_opened_, kLargestDoubling));
  ++times_opened_;
  opens_until_ = now + std::min(doubled, settings_.longest_open);
}

}  // namespace argosy::llm
