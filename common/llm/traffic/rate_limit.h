// The limits of one key: who may send a call now, and who waits. Tasks share it evenly, however many calls each has waiting. Used by Gate,
// under its lock. Pure: time comes in as an argument.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "common/llm/traffic/token_bucket.h"

namespace argosy::llm {

struct RateSettings {
  std::int64_t requests_per_minute = 0, tokens_per_minute = 0;  // 0: none that we know of
};

class RateLimit {
 public:
  using Go = std::function<void()>;

  explicit RateLimit(RateSettings settings) : requests_(settings.requests_per_minute), tokens_(settings.tokens_per_minute) {}

  // Puts a call into its task's queue. `tokens`: what it will count as. `number` is unique and the caller's.
  void add(std::uint64_t number, const std::string& task, std::int64_t tokens, Go go);
  bool remove(std::uint64_t number);  // false: it waits no more
  std::size_t waiting() const { return waiting_; }

  // The calls that may be sent now, in turn of their tasks.
  std::vector<Go> take(Instant now);
  // How long until take() has something; nothing while nobody waits.
  std::optional<Instant> wait(Instant now);

  // What an answer says is left; `retry_after` of a refusal holds everybody back.
  void learn(const Allowances& left, std::optional<std::chrono::milliseconds> held_back, Instant now);

 private:
  struct Waiting {
    std::uint64_t number;
    std::int64_t tokens;
    Go go;
  };
  struct Queue {
    std::string task;
    std::deque<Waiting> calls;  // never empty
  };
  Instant wait_for(const Waiting& call, Instant now);

  TokenBucket requests_, tokens_;
  Instant held_until_{};
  std::list<Queue> turns_;  // the front's turn is next
  std::size_t waiting_ = 0;
};

}  // namespace argosy::llm
