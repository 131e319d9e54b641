// SIGKILL of a worker with 100 running steps, with the default lease: from there until another worker has claimed the last of them.
#include <fmt/format.h>

#include "tests/bench/rows/row.h"
#include "tests/support/eventually.h"

namespace argosy::bench {
namespace {

constexpr int kRunning = 100;

void prepare(World&, double) {}

Numbers run(World& world, double) {
  const test::Environment slots{{"ARGOSY_SLOTS", fmt::to_string(kRunning)}};
  auto holding = slots;
  holding["BENCH_HOLDS"] = "1";
  world.start_worker("codegen-1", "codegen", holding);
  Measurement measurement(world, "crash", kRunning, kRunning);
  const auto began = feed(world, {fmt::format("tasks={}", kRunning), "shape=single"});
  testing::eventually([&] { return world.sql().value("SELECT count(*) FROM step WHERE state = 'running'") == fmt::to_string(kRunning); });
  world.start_worker("codegen-2", "codegen", slots);
  const auto killed = world.sql().value("SELECT extract(epoch FROM clock_timestamp())");
  world.kill9("codegen-1");
  measurement.wait();
  auto numbers = measurement.result(began);
  const auto claims =
      world.sql().query(fmt::format("SELECT min(x), max(x) FROM (SELECT extract(epoch FROM claimed_at) - {} AS x FROM step JOIN task USING "
                                    "(task_id) WHERE created_at >= '{}') c",
                                    killed, measurement.since()));
  world.stop("codegen-2");
  numbers["first_s"] = std::stod(claims[0][0]);
  numbers["recover_s"] = std::stod(claims[0][1]);
  return numbers;
}

}  // namespace

Row crash_row() {
  return {.name = "crash", .what = "SIGKILL of a worker with 100 running steps, until all run again", .prepare = prepare, .run = run};
}

}  // namespace argosy::bench
