// 20,000 steps that wait for their time, 2,000 of them due each second. Late is what passes between the due time and the claim that runs
// the step.
#include <stdexcept>

#include <fmt/format.h>

#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kTimers = 20'000;
constexpr int kDueASecond = 2'000;
constexpr int kLeadSeconds = 15;  // until the first is due: the workers are up and warm by then

// The rows as a finish with a retry leaves them; their due times are kept aside, since the rows forget them.
void set_due(World& world, const std::string& since) {
  world.sql().query(
      "CREATE SCHEMA IF NOT EXISTS bench; CREATE TABLE IF NOT EXISTS bench.due (task_id uuid PRIMARY KEY, due_at timestamptz NOT NULL)");
  world.sql().query(fmt::format(
      "INSERT INTO bench.due SELECT task_id, clock_timestamp() + interval '{} seconds' + row_number() OVER () * interval '1 second' / {} "
      "FROM task WHERE created_at >= '{}'",
      kLeadSeconds, kDueASecond, since));
  world.sql().query(
      "UPDATE step SET state = 'waiting', due_at = d.due_at FROM bench.due d WHERE d.task_id = step.task_id AND step.state = 'ready'");
}

Numbers run(World& world, double scale) {
  const auto timers = scaled(kTimers, scale);
  world.stop("codegen");
  Measurement measurement(world, "timers", timers, timers);
  const auto began = feed(world, {fmt::format("tasks={}", timers), "shape=single"});
  set_due(world, measurement.since());
  world.start_worker("codegen", "codegen");
  measurement.wait();
  auto numbers = measurement.result(began);
  const auto row = world.sql().query(fmt::format(
      "SELECT x[1], x[2], x[3], early FROM (SELECT percentile_disc(ARRAY[0.5, 0.99, 0.999]) WITHIN GROUP (ORDER BY late) AS x, "
      "count(*) FILTER (WHERE late < 0) AS early FROM (SELECT extract(epoch FROM s.claimed_at - d.due_at) AS late FROM bench.due d "
      "JOIN step s USING (task_id) JOIN task t USING (task_id) WHERE t.created_at >= '{}') l) p",
      measurement.since()));
  if (row[0][3] != "0") throw std::runtime_error(fmt::format("{} timers ran before they were due", row[0][3]));
  numbers["late_p50_s"] = std::stod(row[0][0]);
  numbers["late_p99_s"] = std::stod(row[0][1]);
  numbers["late_p99_9_s"] = std::stod(row[0][2]);
  return numbers;
}

}  // namespace

Row timers_row() {
  return {.name = "timers", .what = "2,000 waiting steps due a second: how late they run", .prepare = warm_up, .run = run};
}

}  // namespace argosy::bench
