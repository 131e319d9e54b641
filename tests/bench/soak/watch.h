// Looks at everything that must stay flat while a fleet works: memory, file descriptors, dead rows, WAL, and what waits. One thread.
#pragma once

#include <vector>

#include "tests/bench/soak/series.h"
#include "tests/bench/world/world.h"

namespace argosy::bench {

class Watch {
 public:
  explicit Watch(World& world);

  void look();  // one more value of each; costs some milliseconds
  const std::vector<Series>& series() const { return series_; }

 private:
  void add(std::string name, std::string unit, double slack, double value);

  World& world_;
  double wal_, steps_;  // at the last look
  std::vector<Series> series_;
};

}  // namespace argosy::bench
