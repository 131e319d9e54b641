// Where every call to a model waits for its turn and tells how it went: the rate limit of its key, the circuit breaker of its model. A
// process has one Gates, its models share it. Thread-safe; callbacks come on the thread that made room, or on the timer's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/core/clock.h"
#include "common/llm/api.h"
#include "common/llm/faults/fault.h"
#include "common/llm/traffic/breaker.h"
#include "common/llm/traffic/rate_limit.h"

namespace argosy::llm {

// Calls something later, once: StreamClient::after, or a test's.
using After = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

class KeyGate;

class Gate {
 public:
  using Go = RateLimit::Go;

  Gate(std::shared_ptr<KeyGate> key, const Clock& clock, BreakerSettings settings);

  // Unique in the process, for one call.
  static std::uint64_t next_number();
  // Calls `go` once, now or later (the gate lives until then): with nothing when the call may be sent; with `paused` or `rate_limited` and
  // its retry_after when the breaker is open (or opens meanwhile), or half open with a probe under way, or the wait is longer than
  // `longest_wait`. Who got in ends it with leave().
  void enter(std::uint64_t number, const std::string& task, std::int64_t tokens, std::chrono::milliseconds longest_wait, Go go);
  // True: it still waited, and `go` will not be called.
  bool withdraw(std::uint64_t number);
  // How it went. `first_byte`: from the call on; nothing when none came.
  void leave(std::uint64_t number, const Fault* fault, std::optional<Instant> first_byte, const http::Headers& headers);

  void hint_down();  // another process says so
  void hint_over();  // and says it no longer
  struct State {
    BreakerState breaker = BreakerState::closed;
    Instant probe_in{};       // zero: a call may be tried now
    std::size_t waiting = 0;  // calls, for the rate limit
  };
  State state() const;

 private:
  struct Call {
    Breaker::Pass pass;
    bool waits = true;
  };
  void has_turn(std::uint64_t number, std::optional<Fault> refused, const Go& go);
  void end(std::uint64_t number, Outcome outcome);
  static Fault paused(Instant wait);

  std::shared_ptr<KeyGate> key_;
  const Clock& clock_;
  const BreakerSettings settings_;
  mutable std::mutex mutex_;
  Breaker breaker_;
  std::unordered_map<std::uint64_t, Call> calls_;  // that were let through by the breaker and are not over
  std::size_t waiting_ = 0;                        // of them
};

class Gates {
 public:
  // `clock` lives longer than this and all gates.
  Gates(const Clock& clock, After after, BreakerSettings settings = {});

  // The same for the same base URL, key and model. The settings of the first call count for its key.
  std::shared_ptr<Gate> at(const Endpoint& endpoint, RateSettings limits = {});

  struct State {
    std::string base_url, model;  // as the server calls it
    Gate::State gate;
  };
  std::vector<State> states() const;  // without keys
  // Of this endpoint's gate, if there is one.
  std::optional<Gate::State> state_of(const Endpoint& endpoint) const;
  // Another process says so, of this model under any key; or no longer does.
  void hint_down(const std::string& base_url, const std::string& model);
  void hint_over(const std::string& base_url, const std::string& model);

 private:
  void each(const std::string& base_url, const std::string& model, void (Gate::*what)());

  const Clock& clock_;
  const After after_;
  const BreakerSettings settings_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<KeyGate>> keys_;              // base URL, digest of the key
  std::map<std::tuple<std::string, std::string, std::string>, std::shared_ptr<Gate>> gates_;  // and model
};

}  // namespace argosy::llm
