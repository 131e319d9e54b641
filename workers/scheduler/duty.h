// One duty of the scheduler: a bounded pass over the database, run again at once while a batch came back full, else at its own pace.
// Safe in any number of replicas, because the passes are.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "common/core/error.h"
#include "common/runtime/process.h"
#include "common/telemetry/metrics.h"

namespace argosy::scheduler {

struct Duty {
  std::string name;
  std::chrono::milliseconds every;
  std::size_t batch = 0;                         // 0: a pass is never followed by another at once
  std::function<Result<std::size_t>()> pass;     // the rows it moved
  std::chrono::milliseconds every_busy = every;  // after a pass that moved some
};

class DutyLoop {
 public:
  DutyLoop(Duty duty, telemetry::Metrics& metrics);

  // Until the process stops. On a thread of its own.
  void run(const runtime::Process& process);

 private:
  // One pass. How long until the next.
  std::chrono::milliseconds run_once();

  Duty duty_;
  std::string said_;  // the last error that was logged
  telemetry::Counter &passes_, &failures_, &rows_;
  telemetry::Histogram &seconds_, &lateness_;
};

}  // namespace argosy::scheduler
