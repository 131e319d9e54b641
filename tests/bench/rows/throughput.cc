// The figure that others are compared by: 20,000 tasks of five steps, submitted in bulk.
#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kTasks = 20'000;

Numbers run(World& world, double scale) { return run_in_bulk(world, "throughput", scaled(kTasks, scale), Shape::chain); }

}  // namespace

Row throughput_row() {
  return {.name = "throughput", .what = "20,000 tasks of five steps in bulk", .both_brokers = true, .prepare = warm_up, .run = run};
}

}  // namespace argosy::bench
