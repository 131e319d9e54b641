// The outermost layer of a model: each call that somebody pays for is given to the journal, redacted, before its answer is handed on. So
// what a step did is kept when the step ends. The journal's trouble is never the call's: it is counted and told, and the call goes on. Used
// by whoever builds the layers of a model (call/model.h). Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "common/core/clock.h"
#include "common/llm/call/model.h"
#include "common/llm/journal/journal.h"

namespace argosy::llm {

// How often trouble is told at most.
inline constexpr std::chrono::seconds kJournalTroubleEvery{60};

class JournalingModel : public Model {
 public:
  // What was not kept, and how many calls were not since this lives. Any thread; it must not block for long.
  using OnTrouble = std::function<void(const Error& error, std::uint64_t lost)>;

  // All of these, and this, live longer than every call.
  JournalingModel(Model& inner, Journal& journal, RunBlocking run_blocking, const Clock& clock, OnTrouble on_trouble = {});

  // `done` comes from a thread of `run_blocking`, once the call is in the journal; from that of the inner model when nobody pays for the
  // call (nothing is kept then), or when too much waits for `run_blocking` (it is lost).
  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

  std::uint64_t lost() const { return lost_; }

 private:
  void keep(Entry entry, const Request& request, const CallResult& result);
  void trouble(const Error& error);

  Model& inner_;
  Journal& journal_;
  const RunBlocking run_blocking_;
  const Clock& clock_;
  const OnTrouble on_trouble_;
  std::atomic<std::uint64_t> lost_ = 0;
  std::mutex mutex_;  // over the next one
  std::optional<std::chrono::nanoseconds> told_at_;
};

}  // namespace argosy::llm
