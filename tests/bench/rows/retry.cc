// One step in ten fails at its first attempt and comes back after its backoff.
#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kTasks = 20'000;
constexpr int kFailPercent = 10;

Numbers run(World& world, double scale) { return run_in_bulk(world, "retry", scaled(kTasks, scale), Shape::chain, kFailPercent); }

}  // namespace

Row retry_row() {
  return {.name = "retry", .what = "retry storm: 10 % of the steps of 20,000 tasks fail once", .prepare = warm_up, .run = run};
}

}  // namespace argosy::bench
