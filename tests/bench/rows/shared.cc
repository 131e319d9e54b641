#include <algorithm>

#include <fmt/format.h>

#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kWarmUpTasks = 10'000;

}  // namespace

const std::vector<Row>& rows() {
  static const std::vector<Row> all{throughput_row(), idle_row(),  submit_row(), backlog_row(), dag_row(),
                                    fairness_row(),   retry_row(), timers_row(), crash_row()};
  return all;
}

std::size_t scaled(std::size_t count, double scale) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(count) * scale));
}

void warm_up(World& world, double scale) {
  world.start_workers();
  const auto tasks = scaled(kWarmUpTasks, scale);
  Measurement warm(world, "warm-up", tasks, tasks * steps_of(Shape::chain));
  feed(world, {fmt::format("tasks={}", tasks)});
  warm.wait();
  world.settle();
  world.count_messages();
}

UnixMillis feed(World& world, const std::vector<std::string>& what) {
  const auto load = world.start_load("bench_feed", what);
  return world.finish_load(*load).int_or("began_ms", 0);
}

Numbers run_in_bulk(World& world, const std::string& title, std::size_t tasks, Shape shape, int fail_percent) {
  Measurement measurement(world, title, tasks, tasks * steps_of(shape));
  const auto began = feed(
      world, {fmt::format("tasks={}", tasks), fmt::format("shape={}", to_string(shape)), fmt::format("fail_percent={}", fail_percent)});
  measurement.wait();
  return measurement.result(began);
}

}  // namespace argosy::bench
