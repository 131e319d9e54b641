// Tasks on their way into the database. One call at a time: what arrives while it is in flight shares the next one, so that a burst costs a
// few transactions instead of thousands. Bounded: what does not fit is refused at once. After the commit the others are told, then the
// caller. Thread-safe.
#pragma once

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
  };

  // `commit` is store::submit; `tell` produces dispatches and events and never blocks.
  Submitter(Commit commit, Tell tell, Bounds bounds);
  Submitter(Commit commit, Tell tell) : Submitter(std::move(commit), std::move(tell), Bounds{}) {}
  ~Submitter();  // commits what waits, then joins
  Submitter(const Submitter&) = delete;
  Submitter& operator=(const Submitter&) = delete;

  // key_in_progress: a task with this organisation's key waits or is being written here. `done` is then not called.
  enum class Taken { yes, full, key_in_progress };
  // `done` is called once, on the submitter's thread, with the outcome of this task: after the commit, or when it is certain that none
  // was seen to happen.
  Taken submit(store::NewTask task, Done done);

 private:
  struct Waiting {
    store::NewTask task;
    Done done;
    std::size_t bytes = 0;
  };
  using Key = std::pair<OrgId, std::string>;

  void run();
  std::vector<Waiting> next_batch();  // under the lock
  void commit(std::vector<Waiting> batch);
  void finish(std::vector<Waiting>& batch, Result<std::vector<store::Submitted>> outcome);

  const Commit commit_;
  const Tell tell_;
  const Bounds bounds_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;
  std::size_t queued_bytes_ = 0;
  std::set<Key> keys_;  // of what waits or is being written
  bool stopping_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace argosy::ingest
