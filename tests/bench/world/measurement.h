// One run of a row, from the moment before its first submission to the end of its aftermath: what it took, what it used, and the audit. One
// thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "common/core/clock.h"
#include "tests/bench/world/world.h"

namespace argosy::bench {

// By their names in engine.json.
using Numbers = std::map<std::string, double>;

class Measurement {
 public:
  // `title` for the progress on the terminal.
  Measurement(World& world, std::string title, std::size_t tasks, std::size_t steps);

  // Until so many steps are finished, and until every task of the run is over. Throw std::runtime_error when nothing moves any more.
  void wait_steps(std::size_t steps);
  void wait();
  // Percentiles of the time from submit, but not from before `earliest`, to the end of those tasks of the run of which `condition` (SQL
  // over `task`) holds, in ms.
  Numbers latencies(const std::string& condition = "true", UnixMillis earliest = 0);
  // Where the database's clock stood when it was made.
  const std::string& since() const { return since_; }
  // Where the numbers are known later than at the beginning.
  void expect(std::size_t tasks, std::size_t steps);

  // After wait(): lets the aftermath end, audits, and gives the numbers that every row has. The clock runs from `began`, as whoever
  // submitted saw it. Throws std::runtime_error with what the audit found.
  Numbers result(UnixMillis began);

 private:
  void say(double finished);
  double finished();
  double steady_steps_per_s();

  World& world_;
  std::string title_;
  std::size_t tasks_, steps_;
  std::string since_;
  double finished_before_, messages_before_;
  Usage before_;
  std::chrono::nanoseconds began_{}, said_at_{}, moved_at_{};
  double last_finished_ = -1;
};

}  // namespace argosy::bench
