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

Fault Gate::paused(Instant wait) {
  Fault fault = make_fault(FaultKind::paused, "the model failed too often just now: nothing is sent to it for a while");
  fault.error.retry_after = std::chrono::ceil<std::chrono::milliseconds>(wait);
  return fault;
}

void Gate::enter(std::uint64_t number, const std::string& task, std::int64_t tokens, std::chrono::milliseconds longest_wait, Go go) {
  {
    const std::unique_lock lock(mutex_);
    const Instant now = clock_.boot_time();
    const auto pass = breaker_.admit(now);
    if (!pass) return key_->refuse(std::move(go), paused(breaker_.wait(now)));
    calls_.emplace(number, Call{.pass = *pass});
    ++waiting_;
  }
  key_->enter(number, task, tokens, longest_wait,
              [this, number, go = std::move(go)](std::optional<Fault> refused) { has_turn(number, std::move(refused), go); });
}

void Gate::has_turn(std::uint64_t number, std::optional<Fault> refused, const Go& go) {
  if (refused) {
    end(number, Outcome::unknown);
    return go(std::move(refused));
  }
  {
    const std::scoped_lock lock(mutex_);
    const auto call = calls_.find(number);
    const Instant now = clock_.boot_time();
    // The model may have failed while the call stood in the queue, and it asks again.
    if (breaker_.is_stale(call->second.pass)) {
      const auto pass = breaker_.admit(now);
      if (!pass) {
        --waiting_;
        calls_.erase(call);
        return key_->refuse(go, paused(breaker_.wait(now)));
      }
      call->second.pass = *pass;
    }
    --waiting_;
    call->second.waits = false;
  }
  go(std::nullopt);
}

bool Gate::withdraw(std::uint64_t number) {
  const bool waited = key_->withdraw(number);
  if (waited) end(number, Outcome::unknown);
  return waited;
}

void Gate::leave(std::uint64_t number, const Fault* fault, std::optional<Instant> first_byte, const http::Headers& headers) {
  const bool limited = fault != nullptr && fault->kind == FaultKind::rate_limited;
  if (fault != nullptr) {
    end(number, rule_of(fault->kind).counts ? Outcome::failed : Outcome::unknown);
  } else {
    end(number, first_byte && *first_byte > settings_.slow_after ? Outcome::slow : Outcome::fine);
  }
  // Afterwards: it may let others go, to whom this outcome matters.
  key_->learn(read_allowances(headers, clock_.unix_ms()), limited ? fault->error.retry_after : std::nullopt);
}

void Gate::end(std::uint64_t number, Outcome outcome) {
  const std::scoped_lock lock(mutex_);
  const auto call = calls_.extract(number);
  if (call.empty()) return;
  if (call.mapped().waits) --waiting_;
  breaker_.record(call.mapped().pass, outcome, clock_.boot_time());
}

void Gate::hint_down() {
  const std::scoped_lock lock(mutex_);
  breaker_.hint_down();
}

void Gate::hint_over() {
  const std::scoped_lock lock(mutex_);
  breaker_.hint_over();
}

Gate::State Gate::state() const {
  const std::scoped_lock lock(mutex_);
  const Instant now = clock_.boot_time();
  return {.breaker = breaker_.state(now), .probe_in = breaker_.wait(now), .waiting = waiting_};
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
    out.push_back({.base_url = std::get<0>(where), .model = std::get<2>(where), .gate = gate->state()});
  return out;
}

std::optional<Gate::State> Gates::state_of(const Endpoint& endpoint) const {
  const std::scoped_lock lock(mutex_);
  const auto gate = gates_.find({endpoint.base_url, crypto::sha256(endpoint.key), endpoint.model});
  return gate == gates_.end() ? std::nullopt : std::optional(gate->second->state());
}

void Gates::each(const std::string& base_url, const std::string& model, void (Gate::*what)()) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [where, gate] : gates_) {
    if (std::get<0>(where) == base_url && std::get<2>(where) == model) ((*gate).*what)();
  }
}

void Gates::hint_down(const std::string& base_url, const std::string& model) { each(base_url, model, &Gate::hint_down); }

void Gates::hint_over(const std::string& base_url, const std::string& model) { each(base_url, model, &Gate::hint_over); }

}  // namespace argosy::llm
