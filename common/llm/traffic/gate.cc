#include "common/llm/traffic/gate.h"

#include <atomic>
#include <tuple>
#include <utility>

#include "common/core/crypto.h"
#include "common/llm/traffic/key_gate.h"

namespace argosy::llm {

Gate::Gate(std::shared_ptr<KeyGate> key, const Clock& clock, BreakerSettings settings)
    : key_(std::move(key)), clock_(clock), settings_(settings), breaker_(settings) {}

std::uint64_t Gate::next_number() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

void Gate::enter(std::uint64_t number, const std::string& task, std::int64_t tokens, std::chrono::milliseconds longest_wait, Go go) {
  {
    const std::unique_lock lock(mutex_);
    const Instant now = clock_.boot_time();
    if (!breaker_.admit(now)) {
      Fault fault = make_fault(FaultKind::paused, "the model failed too often just now: nothing is sent to it for a while");
      fault.error.retry_after = std::chrono::ceil<std::chrono::milliseconds>(breaker_.wait(now));
      return key_->refuse(std::move(go), std::move(fault));
    }
  }
  key_->enter(number, task, tokens, longest_wait, [this, go = std::move(go)](std::optional<Fault> refused) {
    if (refused) record(Outcome::unknown);
    go(std::move(refused));
  });
}

bool Gate::withdraw(std::uint64_t number) {
  const bool waited = key_->withdraw(number);
  if (waited) record(Outcome::unknown);
  return waited;
}

void Gate::leave(const Fault* fault, std::optional<Instant> first_byte, const http::Headers& headers) {
  const bool limited = fault != nullptr && fault->kind == FaultKind::rate_limited;
  key_->learn(read_allowances(headers, clock_.unix_ms()), limited ? fault->error.retry_after : std::nullopt);
  if (fault != nullptr) return record(rule_of(fault->kind).counts ? Outcome::failed : Outcome::unknown);
  record(first_byte && *first_byte > settings_.slow_after ? Outcome::slow : Outcome::fine);
}

void Gate::record(Outcome outcome) {
  const std::scoped_lock lock(mutex_);
  breaker_.record(outcome, clock_.boot_time());
}

void Gate::hint_down() {
  const std::scoped_lock lock(mutex_);
  breaker_.hint_down(clock_.boot_time());
}

BreakerState Gate::state() const {
  const std::scoped_lock lock(mutex_);
  return breaker_.state(clock_.boot_time());
}

std::chrono::milliseconds Gate::wait() const {
  const std::scoped_lock lock(mutex_);
  return std::chrono::ceil<std::chrono::milliseconds>(breaker_.wait(clock_.boot_time()));
}

Gates::Gates(const Clock& clock, After after, BreakerSettings settings) : clock_(clock), after_(std::move(after)), settings_(settings) {}

std::shared_ptr<Gate> Gates::at(const Endpoint& endpoint, RateSettings limits) {
  const std::scoped_lock lock(mutex_);
  const std::string digest = crypto::sha256(endpoint.key);
  auto& key = keys_[{endpoint.base_url, digest}];
  if (!key) key = std::make_shared<KeyGate>(clock_, after_, limits);
  auto& gate = gates_[{endpoint.base_url, digest, endpoint.model}];
  if (!gate) gate = std::make_shared<Gate>(key, clock_, settings_);
  return gate;
}

std::vector<Gates::State> Gates::states() const {
  const std::scoped_lock lock(mutex_);
  std::vector<State> out;
  for (const auto& [where, gate] : gates_)
    out.push_back({.base_url = std::get<0>(where), .model = std::get<2>(where), .breaker = gate->state()});
  return out;
}

}  // namespace argosy::llm
