// Finishes and announces: what piled up while the previous finish was in flight goes together in one call. A slot is given back only
// after the commit. A result whose lease is lost is dropped; the fence in the database would refuse it anyway. Runs a thread of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/runtime/announcer.h"
#include "common/runtime/hint/twins.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/loop/lease.h"
#include "common/runtime/loop/loop_watch.h"
#include "common/runtime/loop/metrics.h"
#include "common/store/database.h"

namespace argosy::runtime {

class Finisher {
 public:
  struct Parts {
    store::Database& db;
    WorkerId worker;
    Announcer& announcer;
    InFlight& in_flight;
    const Lease& lease;
    WorkerMetrics& metrics;
    LoopWatch::Loop& loop;
    Twins& twins;
    std::function<std::size_t()> unbegun;                      // steps that were claimed and are about to begin
    std::function<void(const std::vector<JobPtr>&)> released;  // the jobs' slots are free now; called on the finisher's thread
  };
  explicit Finisher(Parts parts);
  ~Finisher();  // stop(0)
  Finisher(const Finisher&) = delete;
  Finisher& operator=(const Finisher&) = delete;

  // A handler returned. At most one a slot waits here.
  void submit(JobPtr job, store::FinishedStep finished);
  // A row that names this process as its owner, which knows nothing of it.
  void hand_back(const StepRef& ref, std::int64_t lease_epoch);
  // Finishes what waits, for at most `patience` while the database is away, and ends the thread.
  void stop(std::chrono::milliseconds patience);

 private:
  struct Item {
    JobPtr job;  // null: a row handed back
    store::FinishedStep finished;
  };

  // What goes together in one call: a step's job and its finish have the same index.
  struct Batch {
    std::vector<JobPtr> jobs;
    std::vector<store::FinishedStep> steps;
  };

  void loop();
  Batch next_batch();
  void finish(Batch batch);
  void drop_disowned(Batch& batch);
  void trace(const Batch& batch, std::int64_t began);
  void settle(const Batch& batch, const store::Finished& answer);
  void settle(const JobPtr& job, const store::FinishedStep& finished, bool held);
  // Together, so that the next claim finds all their slots and not the first one.
  void release(std::vector<JobPtr> jobs);
  bool out_of_patience() const;

  Parts parts_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> waiting_;
  bool gathering_ = false, stopping_ = false;
  std::chrono::nanoseconds give_up_at_{};
  std::thread thread_;
};

}  // namespace argosy::runtime
