// A process that has done all its work must end, also when something of it cannot be torn down. librdkafka 2.0.2 can lock itself up for
// ever when a consumer goes whose topic was deleted meanwhile (it frees a partition while it holds the lock of the partition's queue). Made
// when nothing is left to say or to write; while it lives, the process ends with `exit_code` at once when `limit` is over.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace argosy::runtime {

class TearDownLimit {
 public:
  TearDownLimit(std::chrono::milliseconds limit, int exit_code);
  ~TearDownLimit();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace argosy::runtime
