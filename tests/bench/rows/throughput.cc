// 20,000 tasks of five steps, submitted in bulk.
#include <fmt/format.h>

#include "tests/bench/load/task_shapes.h"
#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kTasks = 20'000;

Numbers run(World& world, double scale) {
  const auto tasks = scaled(kTasks, scale);
  Measurement measurement(world, "throughput", tasks, tasks * steps_of(Shape::chain));
  const auto began = feed(world, {fmt::format("tasks={}", tasks)});
  measurement.wait();
  return measurement.result(began);
}

}  // namespace

Row throughput_row() {
  return {.name = "throughput", .what = "20,000 tasks of five steps in bulk", .both_brokers = true, .prepare = warm_up, .run = run};
}

}  // namespace argosy::bench
