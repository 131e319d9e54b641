// Counts tasks that end, and how long they took, from the events of the commits that ended them: the process whose commit it was tells
// it, so that the sum over all processes has each end once. Used by the Announcer; any thread.
#pragma once

#include <vector>

#include "common/tasks/events.h"
#include "common/telemetry/metrics.h"

namespace argosy::runtime {

class TaskEnds {
 public:
  explicit TaskEnds(telemetry::Metrics& metrics);
  void count(const std::vector<tasks::Event>& events);

 private:
  struct End {
    telemetry::Counter& count;
    telemetry::Histogram& seconds;
  };
  static End make(telemetry::Metrics& metrics, const char* state);

  End succeeded_, failed_, cancelled_;
};

}  // namespace argosy::runtime
