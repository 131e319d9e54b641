// The queue before one key's rate limit, and the timer that opens it. Used by Gate. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/llm/traffic/gate.h"

namespace argosy::llm {

class KeyGate : public std::enable_shared_from_this<KeyGate> {
 public:
  KeyGate(const Clock& clock, After after, RateSettings limits) : clock_(clock), after_(std::move(after)), limit_(limits) {}

  void enter(std::uint64_t number, const std::string& task, std::int64_t tokens, std::chrono::milliseconds longest_wait, Gate::Go go);
  // Never on the caller's stack: who is refused may hold a lock that his `go` takes.
  void refuse(Gate::Go go, Fault fault);
  bool withdraw(std::uint64_t number);
  void learn(const Allowances& left, std::optional<std::chrono::milliseconds> held_back);

 private:
  // Lets everybody go who may, and refuses whose time is up: whenever either may have changed.
  void pump();
  void set_timer(Instant now);
  void on_timer(Instant at);

  const Clock& clock_;
  const After after_;
  std::mutex mutex_;
  RateLimit limit_;
  // When the newest timer goes off. One for all that wait: of a call that is over nothing is kept. An older one may still come.
  std::optional<Instant> timer_;
};

}  // namespace argosy::llm
