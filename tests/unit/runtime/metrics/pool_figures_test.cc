// Pools as metrics: size, in use, waiting, for as long as they are.
#include "common/runtime/metrics/pool_figures.h"

#include <gtest/gtest.h>

#include <optional>

namespace argosy::runtime {
namespace {

struct Pool {
  PoolUse now;
  PoolUse use() const { return now; }
};

class ShownPools : public ::testing::Test {
 protected:
  bool shows(const std::string& line) {
    figures.measure();
    return metrics.render().find("argosy_pool_" + line + "\n") != std::string::npos;
  }
  telemetry::Metrics metrics;
  PoolFigures figures{metrics};
};

TEST_F(ShownPools, ShowWhatThePoolSaysNow) {
  Pool pool{{.size = 4, .in_use = 1, .waiting = 0}};
  const auto watch = figures.watch("postgres", pool);
  EXPECT_TRUE(shows("size{pool=\"postgres\"} 4"));
  EXPECT_TRUE(shows("in_use{pool=\"postgres\"} 1"));
  pool.now = {.size = 4, .in_use = 4, .waiting = 7};
  EXPECT_TRUE(shows("in_use{pool=\"postgres\"} 4"));
  EXPECT_TRUE(shows("waiting{pool=\"postgres\"} 7"));
}

TEST_F(ShownPools, OfOneNameAreAddedUp) {
  const Pool one{{.size = 4, .in_use = 1, .waiting = 0}}, other{{.size = 2, .in_use = 2, .waiting = 3}};
  const auto first = figures.watch("models", one), second = figures.watch("models", other);
  EXPECT_TRUE(shows("size{pool=\"models\"} 6"));
  EXPECT_TRUE(shows("in_use{pool=\"models\"} 3"));
  EXPECT_TRUE(shows("waiting{pool=\"models\"} 3"));
}

TEST_F(ShownPools, AreNothingOnceTheyAreGone) {
  {
    const Pool pool{{.size = 4, .in_use = 1, .waiting = 0}};
    auto watch = figures.watch("agents", pool);
    const auto moved = std::move(watch);
    EXPECT_TRUE(shows("size{pool=\"agents\"} 4"));
  }
  EXPECT_TRUE(shows("size{pool=\"agents\"} 0"));
}

}  // namespace
}  // namespace argosy::runtime
