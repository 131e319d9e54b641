// The limits of one key: who may send a call now, and who waits. Tasks share it evenly, however many calls each has waiting. Used by
// KeyGate, under its lock. Pure: time comes in as an argument.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "common/llm/faults/fault.h"
#include "common/llm/traffic/token_bucket.h"

namespace argosy::llm {

struct RateSettings {
  std::int64_t requests_per_minute = 0, tokens_per_minute = 0;  // 0: none that we know of
};

class RateLimit {
 public:
  using Go = std::function<void(std::optional<Fault> refused)>;
  struct Waiting {
    std::uint64_t number = 0;  // unique, the caller's
    std::int64_t tokens = 0;   // what it will count as
    Instant until{};           // it waits no longer
    Go go{};
  };

  explicit RateLimit(RateSettings settings) : requests_(settings.requests_per_minute), tokens_(settings.tokens_per_minute) {}

  // Puts a call into its task's queue.
  void add(const std::string& task, Waiting call);
  bool remove(std::uint64_t number);  // false: it waits no more
  std::size_t waiting() const { return waiting_; }

  // The calls that may be sent now, in turn of their tasks.
  std::vector<Go> take(Instant now);
  struct GivenUp {
    Go go;
    Instant wait;  // what it would have had to wait for at least
  };
  // Those whose time is up. Afterwards take() may have something.
  std::vector<GivenUp> give_up(Instant now);
  // How long until take() has something; nothing while nobody waits.
  std::optional<Instant> wait(Instant now);
  // When give_up() is to be called next, or somewhat earlier; nothing while nobody waits.
  std::optional<Instant> next_end() const { return turns_.empty() ? std::nullopt : std::optional(next_end_); }

  // What an answer says is left; `retry_after` of a refusal holds everybody back.
  void learn(const Allowances& left, std::optional<std::chrono::milliseconds> held_back, Instant now);

 private:
  struct Queue {
    std::string task;
    std::deque<Waiting> calls;  // never empty
  };
  Instant wait_for(const Waiting& call, Instant now);

  TokenBucket requests_, tokens_;
  Instant held_until_{};
  std::list<Queue> turns_;  // the front's turn is next
  std::size_t waiting_ = 0;
  Instant next_end_{};  // while somebody waits: nobody's is earlier
};

}  // namespace argosy::llm
