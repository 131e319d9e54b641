// Tasks on their way into the database. One call at a time: what arrives while it is in flight shares the next one, so that a burst costs a
// few transactions instead of thousands. Two threads take turns: while one answers, the other makes the next call. Bounded: what does not
// fit is refused at once. After the commit the caller is answered and the others are told. Thread-safe.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/store/moves.h"

namespace argosy::ingest {

class Submitter {
 public:
  using Commit = std::function<Result<std::vector<store::Submitted>>(const std::vector<store::NewTask>&)>;
  using Tell = std::function<void(const std::vector<tasks::ReadyStep>&, const std::vector<tasks::Event>&)>;
  using Done = std::function<void(Result<store::Submitted>)>;
  struct Bounds {
    std::size_t queue = 4096;  // tasks that wait
    std::size_t queue_bytes = 256u << 20;
    std::size_t batch = 256;             // tasks of one call
    std::size_t batch_bytes = 4u << 20;  // of their texts; a single task may be larger
    // While one call follows the other, so many are told together: a broker pays by the message. The last one tells what is left.
    std::size_t calls_told_together = 4;
  };

  // `commit` is store::submit; `tell` produces dispatches and events and never blocks.
  Submitter(Commit commit, Tell tell, Bounds bounds);
  Submitter(Commit commit, Tell tell) : Submitter(std::move(commit), std::move(tell), Bounds{}) {}
  ~Submitter();  // commits what waits, then joins
  Submitter(const Submitter&) = delete;
  Submitter& operator=(const Submitter&) = delete;

  // key_in_progress: a task with this organisation's key waits or is being written here. `done` is then not called.
  enum class Taken { yes, full, key_in_progress };
  // `done` is called once, on a thread of the submitter, with the outcome of this task: after the commit, or when it is certain that none
  // was seen to happen.
  Taken submit(store::NewTask task, Done done);

 private:
  using Outcome = Result<store::Submitted>;
  struct Waiting {
    store::NewTask task;
    Done done;
    std::size_t bytes = 0;
  };
  struct Batch {
    std::vector<store::NewTask> tasks;
    std::vector<Done> done;  // of the task at the same place
  };
  struct News {
    std::vector<tasks::ReadyStep> ready;
    std::vector<tasks::Event> events;
    std::size_t calls = 0;
  };
  using Key = std::pair<OrgId, std::string>;

  void run();
  Batch next_batch();  // under the lock
  void commit(const std::vector<store::NewTask>& tasks, std::vector<Outcome>& outcomes);
  void finish(Batch& batch, std::vector<Outcome> outcomes);

  const Commit commit_;
  const Tell tell_;
  const Bounds bounds_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;
  std::size_t queued_bytes_ = 0;
  std::set<Key> keys_;  // of what waits or is being written
  News untold_;
  bool in_flight_ = false;  // a call
  bool stopping_ = false;
  std::array<std::jthread, 2> threads_;  // last: they use the others
};

}  // namespace argosy::ingest
