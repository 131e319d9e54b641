// A step, fifty after it, one that joins them: 52 steps a task, most of which become ready at one moment and end in one task's row.
#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kTasks = 1'000;

Numbers run(World& world, double scale) { return run_in_bulk(world, "dag", scaled(kTasks, scale), Shape::fan); }

}  // namespace

Row dag_row() { return {.name = "dag", .what = "1,000 tasks that fan out 1 - 50 - 1", .prepare = warm_up, .run = run}; }

}  // namespace argosy::bench
