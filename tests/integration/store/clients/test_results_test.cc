// Results of tests as rows: written under a lease, seen when a finish has closed the attempt.
#include "common/store/test_results.h"

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

class TestResultRows : public StoreTest {
 protected:
  static tasks::TestResults results(int passed, int failed) {
    tasks::TestResults all{.framework = "pytest", .command = "pytest", .passed = passed, .failed = failed, .cases_seen = passed + failed};
    for (int i = 0; i < failed + passed; ++i)
      all.cases.push_back(
          {.suite = "suite", .name = "test_" + std::to_string(i), .outcome = i < failed ? "failed" : "passed", .message = "it's \"so\"\n"});
    return all;
  }
  TestPage page(const TaskId& task, TestFilter filter = {}) { return must(read_test_results(*db, kDefaultOrg, task, filter)).value(); }
  Result<bool> put(const ClaimedStep& step, const tasks::TestResults& all) {
    return put_test_results(*db, step.ref, step.attempt, step.lease_epoch, all);
  }

  const WorkerId tester_ = worker(Queue::testing);
  const TaskId task_ = planned({new_step(100, Queue::testing)});
};

TEST_F(TestResultRows, AreSeenWhenTheStepHasFinishedAndNotBefore) {
  const auto step = claim_one(tester_, Queue::testing, {task_, 100});
  const auto all = results(2, 1);
  EXPECT_TRUE(must(put(step, all)));
  EXPECT_TRUE(must(put(step, all)));  // a call in doubt
  EXPECT_TRUE(page(task_).runs.empty());
  must(finish(*db, tester_, {failed(step)}));
  const auto seen = page(task_);
  ASSERT_EQ(seen.runs.size(), 1u);
  EXPECT_EQ(seen.runs[0].step, 100);
  EXPECT_EQ(seen.runs[0].kept, 3);
  EXPECT_EQ(seen.runs[0].counts.failed, 1);
  ASSERT_EQ(seen.cases.size(), 3u);
  EXPECT_EQ(seen.cases[0].what, all.cases[0]);
  EXPECT_EQ(seen.cases[2].n, 3);
}

TEST_F(TestResultRows, OfALostLeaseAreNeverSeen) {
  const auto lost = claim_one(tester_, Queue::testing, {task_, 100});
  EXPECT_TRUE(must(put(lost, results(0, 5))));
  must(finish(*db, tester_, {finished(lost, FinishedStep::Outcome::handed_back)}));
  EXPECT_FALSE(must(put(lost, results(0, 5))));
  const auto again = claim_one(tester_, Queue::testing, {task_, 100});
  EXPECT_TRUE(page(task_).runs.empty());
  must(finish(*db, tester_, {finished(again)}));
  EXPECT_TRUE(page(task_).runs.empty());  // the attempt that counts had no tests
}

TEST_F(TestResultRows, ComeInPagesAndByOutcome) {
  const auto step = claim_one(tester_, Queue::testing, {task_, 100});
  EXPECT_TRUE(must(put(step, results(5'000, 30))));
  must(finish(*db, tester_, {finished(step)}));
  EXPECT_EQ(page(task_, {.limit = 10}).cases.size(), 10u);
  const auto next = page(task_, {.after_step = 100, .after_n = 10, .limit = 10});
  EXPECT_EQ(next.cases.front().n, 11);
  EXPECT_EQ(page(task_, {.outcome = "failed", .limit = 100}).cases.size(), 30u);
  EXPECT_EQ(page(task_, {.outcome = "skipped", .limit = 100}).cases.size(), 0u);
  EXPECT_EQ(page(task_, {.limit = 6'000}).cases.size(), 5'030u);
}

TEST_F(TestResultRows, AreTheirOrganisationsAlone) {
  EXPECT_FALSE(must(read_test_results(*db, OrgId{Uuid::v4()}, task_, {})));
  EXPECT_FALSE(must(read_test_results(*db, kDefaultOrg, TaskId{Uuid::v7(1)}, {})));
  EXPECT_TRUE(page(task_).runs.empty());
}

}  // namespace
}  // namespace argosy::store
