// 100,000 tasks wait while 200 more arrive each second. Compared with the throughput of the same fleet without a backlog, each taken
// between the first and the last tenth of its run.
#include <fmt/format.h>

#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kReference = 20'000, kWaiting = 100'000;
constexpr int kArriveASecond = 200;
constexpr int kMostArrivals = 1'000'000;

Numbers run(World& world, double scale) {
  world.start_workers();
  const auto reference = run_in_bulk(world, "backlog's reference", scaled(kReference, scale), Shape::chain);
  world.stop_workers();

  const auto waiting = scaled(kWaiting, scale);
  Measurement measurement(world, "backlog", waiting, waiting * steps_of(Shape::chain));
  feed(world, {fmt::format("tasks={}", waiting)});
  const auto began = system_clock().unix_ms();
  world.start_workers();
  const auto arrivals =
      world.start_load("bench_feed", {fmt::format("tasks={}", kMostArrivals), fmt::format("per_second={}", kArriveASecond)});
  measurement.wait_steps(waiting * steps_of(Shape::chain));
  ::kill(arrivals->pid(), SIGTERM);
  const auto arrived = static_cast<std::size_t>(world.finish_load(*arrivals).int_or("tasks", 0));
  measurement.expect(waiting + arrived, (waiting + arrived) * steps_of(Shape::chain));
  measurement.wait();
  auto numbers = measurement.result(began);
  world.stop_workers();
  numbers["reference_steps_per_s"] = reference.at("steady_steps_per_s");
  numbers["ratio"] = numbers["steady_steps_per_s"] / reference.at("steady_steps_per_s");
  return numbers;
}

void prepare(World& world, double scale) {
  warm_up(world, scale);
  world.stop_workers();
}

}  // namespace

Row backlog_row() { return {.name = "backlog", .what = "100,000 tasks wait while 200 a second arrive", .prepare = prepare, .run = run}; }

}  // namespace argosy::bench
