// What this process holds: every step it has claimed and not yet finished. The claimer adds, slots and finisher look, the renewer tells
// the database about it and brings back what was cancelled. Thread-safe, pure.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include "common/runtime/tracing/step_trace.h"
#include "common/store/moves.h"

namespace argosy::runtime {

// Why a running handler should stop. The strongest reason stays.
enum class Stop : std::uint8_t {
  none,
  drained,    // the process ends: hand the step back
  cancelled,  // its row moved on: drop the result
  lost,       // the lease ran out: drop the result
};

// One claimed step on its way through the process.
struct Job {
  explicit Job(store::ClaimedStep claimed) : step(std::move(claimed)) {}
  const store::ClaimedStep step;
  std::atomic<Stop> stop = Stop::none;
  std::atomic<bool> paused = false;     // a person holds its task back; the step runs on
  std::atomic<bool> resumable = false;  // handed back it loses next to nothing
  std::atomic<bool> told = false;       // that it runs, see Announcer::tell_running
  UnixMillis started_at = 0;            // written by the slot before it runs
  std::unique_ptr<StepTrace> trace;     // null: nobody wants to know. Written by the claimer, then by who has the step in hand

  void ask_to_stop(Stop reason);
  // Requested by the first of them, on its caller's thread.
  std::stop_token stopping() const { return told_to_stop_.get_token(); }
  // Constraints that came while it ran.
  void constrain(tasks::Constraints constraints);
  std::optional<tasks::Constraints> constraints() const;
  // The row is somebody else's business by now.
  bool disowned() const { return stop.load() >= Stop::cancelled; }

 private:
  std::stop_source told_to_stop_;
  mutable std::mutex mutex_;
  std::optional<tasks::Constraints> constraints_;
};
using JobPtr = std::shared_ptr<Job>;

class InFlight {
 public:
  using Key = std::pair<StepRef, std::int64_t>;  // with its lease epoch: a step may be held twice, under a lost lease and under a new one

  // Around a claim call: what it returned is held from the moment the call ends.
  std::uint64_t claim_begins();
  std::vector<JobPtr> claim_ended(std::uint64_t claim, std::vector<store::ClaimedStep> claimed);
  // After the finish's commit, or when the result was dropped.
  void done(const JobPtr& job);

  // What a renewal says we hold: the disowned ones are not ours any more.
  std::vector<Key> held() const;
  std::size_t size() const;
  bool holds_suspect() const;                  // a step that crashed a process before: no second one may be claimed beside it
  std::vector<store::LaneMark> marks() const;  // highest announced_at claimed, per lane

  // From a renewal's answer: of what was `held` when it was sent, these steps are ours no more. A step that was finished and claimed
  // again since has another epoch and goes on.
  void cancel(const std::vector<Key>& held, const std::vector<StepRef>& steps);
  // And these belong to tasks that are paused, the others do not.
  void pause(const std::vector<Key>& held, const std::vector<StepRef>& steps);
  void constrain(const std::vector<Key>& held, const std::vector<std::pair<StepRef, tasks::Constraints>>& steps);
  // To hand back: what was lost here and is done, and rows that name us as owner though we hold them no more, and surely so: a claim that
  // was under way when they were reported may have brought them back under a new epoch, so those are judged again, by the next call, once
  // it has ended.
  std::vector<Key> orphans(const std::vector<Key>& unknown);

  // All that is held now. When the lease is lost, also what claims that are under way will bring: their rows may have been given to others
  // before their answers come, and a renewal in between would make the process believe in them.
  void stop_all(Stop reason);
  // Those for which `chosen` is true.
  template <class Chosen>
  void stop_where(Stop reason, Chosen&& chosen) {
    for (const auto& job : jobs()) {
      if (chosen(*job)) job->ask_to_stop(reason);
    }
  }
  std::vector<JobPtr> jobs() const;
  // Waits until nothing is held; false when the time is over.
  bool wait_empty(std::chrono::milliseconds timeout) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable emptied_;
  std::map<Key, JobPtr> jobs_;
  std::map<std::pair<tasks::Queue, tasks::Lane>, std::int64_t> marks_;
  std::uint64_t last_claim_ = 0;
  std::set<std::uint64_t> open_claims_, lost_claims_;
  std::map<Key, std::set<std::uint64_t>> suspects_;  // with the claims that were under way when they were reported
};

}  // namespace argosy::runtime
