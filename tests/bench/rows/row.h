// A row of the table: a kind of load, and what is measured under it. Each is a file of this folder. One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/load/task_shapes.h"
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
Row idle_row();
Row submit_row();
Row backlog_row();
Row dag_row();
Row fairness_row();
Row retry_row();
Row timers_row();
Row crash_row();

// ---- What rows share ----------------------------------------------------------------------------------------------------------------

// At least one.
std::size_t scaled(std::size_t count, double scale);
// Starts the five workers and lets chains through, since a broker in a JVM and a database without statistics are slow at first.
void warm_up(World& world, double scale);
// Submits in bulk, as bench_feed's words say, and waits for the end of the feed; when it began.
UnixMillis feed(World& world, const std::vector<std::string>& what);
// The run that most rows are: so many tasks of a shape in bulk, to their end.
Numbers run_in_bulk(World& world, const std::string& title, std::size_t tasks, Shape shape, int fail_percent = 0);

}  // namespace argosy::bench
