// Sends what running steps have logged, at most every 100 ms: one thread for all slots of the process.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "common/runtime/step/log/step_log.h"

namespace argosy::runtime {

class LogPump {
 public:
  static constexpr std::chrono::milliseconds kEvery{100};

  LogPump();
  ~LogPump();
  LogPump(const LogPump&) = delete;
  LogPump& operator=(const LogPump&) = delete;

  // Something waits in `log`: it will be flushed within kEvery, unless forget() comes first. Any thread.
  void wake(StepLog& log);
  // After it returned, `log` is not touched again.
  void forget(StepLog& log);

 private:
  void pump();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<StepLog*> dirty_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::runtime
