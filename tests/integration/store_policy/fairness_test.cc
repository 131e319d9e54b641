// One tenant's backlog does not keep the others waiting: the release pass played against a first-in-first-out Kafka and a fleet that takes
// what comes.
#include <fmt/format.h>

#include <deque>
#include <map>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

constexpr std::int64_t kOrgWindow = 4096;

class Fairness : public StoreTest {
 protected:
  OrgId organisation() {
    const OrgId org{Uuid::v4()};
    database.query(fmt::format("INSERT INTO repository (org_id, repository_id, url) VALUES ('{}', 'org/name', 'x')", org.to_string()));
    return org;
  }
  void submit_many(const OrgId& org, int count) {
    std::vector<NewTask> wanted;
    for (int i = 0; i < count; ++i) {
      wanted.push_back(task());
      wanted.back().org = org;
      org_of[wanted.back().id] = org;
    }
    for (const auto& answer : must(submit(*db, wanted)))
      for (const auto& step : answer.ready) kafka.push_back(step.ref);
  }
  // One pass of the scheduler, as if the last one had been a second ago: the window goes by what is claimed in a second.
  void release_pass() {
    database.query("UPDATE lane_mark SET counted_at = counted_at - interval '1 second' WHERE counted_at > '-infinity'");
    for (const auto& step : must(release(*db, kOrgWindow)).ready) kafka.push_back(step.ref);
  }
  // What the fleet does between two passes: takes the oldest hints, and ends what it took.
  void work(const WorkerId& worker, std::size_t slots) {
    std::vector<StepRef> refs;
    for (; !kafka.empty() && refs.size() < slots; kafka.pop_front()) refs.push_back(kafka.front());
    std::vector<FinishedStep> results;
    for (const auto& step : claim_all(worker, Queue::planning, refs)) {
      waited[org_of.at(step.ref.task)].push_back(++turn);
      results.push_back(finished(step));
    }
    if (!results.empty()) must(finish(*db, worker, results));
  }
  double mean(const std::vector<int>& turns) {
    double sum = 0;
    for (const int one : turns) sum += one;
    return sum / static_cast<double>(turns.size());
  }

  std::deque<StepRef> kafka;
  std::map<TaskId, OrgId> org_of;
  std::map<OrgId, std::vector<int>> waited;  // how many were served before, of each task
  int turn = 0;
};

TEST_F(Fairness, NineSmallTenantsWaitATenthOfWhatTheBigOneWaits) {
  constexpr int kBig = 2'400, kSmall = 5, kSmallTenants = 9, kBatch = 32;
  constexpr std::size_t kSlots = 32;
  const OrgId big = organisation();
  std::vector<OrgId> small;
  for (int i = 0; i < kSmallTenants; ++i) small.push_back(organisation());
  // The big one is there first, with all it has.
  for (int i = 0; i < kBig; i += kBatch) {
    submit_many(big, kBatch);
    release_pass();
  }
  for (const OrgId& org : small) submit_many(org, kSmall);

  const WorkerId planner = worker(Queue::planning);
  while (turn < kBig + kSmallTenants * kSmall) {
    const int before = turn;
    release_pass();
    work(planner, kSlots);
    ASSERT_GT(turn, before) << "nothing moves";
  }
  std::vector<int> of_small;
  for (const OrgId& org : small) {
    EXPECT_EQ(waited[org].size(), static_cast<std::size_t>(kSmall));
    of_small.insert(of_small.end(), waited[org].begin(), waited[org].end());
  }
  EXPECT_EQ(waited[big].size(), static_cast<std::size_t>(kBig));
  EXPECT_LE(mean(of_small), mean(waited[big]) / 10) << mean(of_small) << " against " << mean(waited[big]);
}

// A newcomer of a busy lane is served before the windows of those who were there have been filled again.
TEST_F(Fairness, ANewcomerWaitsForAWindowAndNotForABacklog) {
  constexpr int kBig = 1'200, kBatch = 60;
  const OrgId big = organisation(), newcomer = organisation();
  for (int i = 0; i < kBig; i += kBatch) {
    submit_many(big, kBatch);
    release_pass();
  }
  const WorkerId planner = worker(Queue::planning);
  for (int i = 0; i < 3; ++i) {
    work(planner, 16);
    release_pass();
  }
  const int window = std::stoi(database.value("SELECT lane_window FROM lane_mark WHERE queue = 1 AND lane = 1"));
  ASSERT_LT(2 * window, kBig / 2) << "a window is no backlog";
  const int arrived = turn;
  submit_many(newcomer, 1);
  while (waited[newcomer].empty()) {
    const int before = turn;
    release_pass();
    work(planner, 16);
    ASSERT_GT(turn, before) << "nothing moves";
  }
  EXPECT_LE(waited[newcomer][0] - arrived, 2 * window);
}

}  // namespace
}  // namespace argosy::store
