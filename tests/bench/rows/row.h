// A row of the table: a kind of load, and what is measured under it. Each is a file of this folder. One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/world/measurement.h"

namespace argosy::bench {

struct Row {
  std::string name;  // as in ROWS= and in engine.json
  std::string what;  // one line
  bool both_brokers = false;
  std::function<void(World&, double scale)> prepare;  // once, before the runs: workers, warm-up
  std::function<Numbers(World&, double scale)> run;
};

// In the order of the table.
const std::vector<Row>& rows();

Row throughput_row();

// ---- What rows share ----------------------------------------------------------------------------------------------------------------

// At least one.
std::size_t scaled(std::size_t count, double scale);
// Starts the five workers and lets chains through, since a broker in a JVM and a database without statistics are slow at first.
void warm_up(World& world, double scale);
// Submits so many tasks in bulk and waits for the end of the feed; when it began.
UnixMillis feed(World& world, const std::vector<std::string>& what);

}  // namespace argosy::bench
