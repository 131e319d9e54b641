// What the scheduler tells of the database.
#include "common/store/metrics/figures.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/store/limits.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Lane;
using tasks::Queue;

class Figures : public StoreTest {
 protected:
  LaneDepth of(Queue queue, Lane lane) {
    for (const auto& depth : must(lane_depths(*db)))
      if (depth.queue == queue && depth.lane == lane) return depth;
    return {};
  }
};

TEST_F(Figures, NameEveryQueueAndLaneAlsoWhereNothingWaits) {
  const auto all = must(lane_depths(*db));
  EXPECT_EQ(all.size(), tasks::kQueues.size() * tasks::kLanes.size());
  for (const auto& depth : all) EXPECT_EQ(depth.ready + depth.held + depth.unheard + depth.oldest_ms, 0);
}

TEST_F(Figures, TellOfReadyStepsTheLaneTheAgeAndWhichNobodyHeard) {
  const auto young = submit_one(), old = submit_one();
  submit_one();
  database.query(fmt::format("UPDATE step SET announced_at = clock_timestamp() - interval '90 seconds', announces = 3 WHERE task_id = '{}'",
                             old.to_string()));
  const auto planner = worker(Queue::planning);
  claim_one(planner, Queue::planning, {young, 0});
  const auto depth = of(Queue::planning, Lane::normal);
  EXPECT_EQ(depth.ready, 2);
  EXPECT_EQ(depth.unheard, 1);
  EXPECT_GE(depth.oldest_ms, 90'000);
  EXPECT_EQ(of(Queue::planning, Lane::urgent).ready, 0);
}

TEST_F(Figures, CountWhatIsHeldBackApartFromWhatIsAnnounced) {
  must(set_org_limit(*db, kDefaultOrg, std::nullopt, 1));
  const auto first = submit_one(), second = submit_one();
  const auto planner = worker(Queue::planning);
  claim_all(planner, Queue::planning, {{first, 0}, {second, 0}});
  const auto depth = of(Queue::planning, Lane::normal);
  EXPECT_EQ(depth.held, 1);
  EXPECT_EQ(depth.ready, 0);
}

TEST_F(Figures, OfTheServerAreThoseOfOurDatabase) {
  const auto figures = must(server_figures(*db));
  EXPECT_GT(figures.connections, 0);
  EXPECT_GE(figures.max_connections, figures.connections);
  EXPECT_GT(figures.size_bytes, 1'000'000);
}

TEST_F(Figures, OfUseCountTasksAndUsersOfTheLastWeekAlone) {
  auto by = [&](const std::string& user) {
    auto wanted = task();
    wanted.created_by = user;
    return submit_one(wanted);
  };
  by("ann");
  by("ann");
  by("bob");
  const auto before = system_clock().unix_ms() - std::int64_t{8} * 24 * 3'600 * 1'000;
  database.query(
      fmt::format("UPDATE task_spec SET task_id = '{}' WHERE task_id = '{}'", Uuid::v7(before).to_string(), by("old").to_string()));
  const auto use = must(org_use(*db));
  ASSERT_EQ(use.size(), 1u);
  EXPECT_EQ(use[0].org, kDefaultOrg);
  EXPECT_EQ(use[0].tasks, 3);
  EXPECT_EQ(use[0].users, 2);
}

}  // namespace
}  // namespace argosy::store
