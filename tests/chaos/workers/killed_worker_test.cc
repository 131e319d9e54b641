// A worker is killed with SIGKILL while it holds a step, at the worst moment of its own; another process of its kind comes up later.
#include <gtest/gtest.h>

#include <string>

#include "tests/chaos/world/world.h"

namespace argosy::chaos {
namespace {

struct Moment {
  const char* worker;
  const char* queue;
  const char* failpoint;  // where it hangs until it is killed
  const char* name;
};

class KilledWorker : public ::testing::TestWithParam<Moment> {
 protected:
  static void SetUpTestSuite() { world_ = new World; }
  static void TearDownTestSuite() { delete world_; }
  static World* world_;
};
World* KilledWorker::world_ = nullptr;

TEST_P(KilledWorker, LosesNoStepAndRepeatsNoEffect) {
  const auto& moment = GetParam();
  auto& fleet = world_->fleet();
  fleet.kill9(moment.worker);
  fleet.start(moment.worker, {{"ARGOSY_FAILPOINTS_SPEC", std::string(moment.failpoint) + "=hang*1"}});

  const auto task = world_->submit(moment.name);
  world_->wait_running(task, moment.queue);
  ASSERT_TRUE(fleet.process(moment.worker).wait_log(std::string("failpoint ") + moment.failpoint));
  fleet.kill9(moment.worker);
  fleet.start(moment.worker);
  world_->expect_ended_well(task);
}

INSTANTIATE_TEST_SUITE_P(AtItsWorstMoment, KilledWorker,
                         ::testing::Values(Moment{"planning", "planning", "finish.before", "planning_before_its_finish"},
                                           Moment{"codegen", "codegen", "finish.before", "codegen_before_its_finish"},
                                           Moment{"testing", "testing", "finish.before", "testing_before_its_finish"},
                                           Moment{"git", "git", "push.before", "git_before_its_push"},
                                           Moment{"git", "git", "push.after", "git_after_its_push"},
                                           Moment{"notifications", "notifications", "notify.after", "notifications_after_its_delivery"}),
                         [](const auto& info) { return std::string(info.param.name); });

// The commit went through and nobody was told: no dispatch, no event message. The rows are the outbox.
TEST_F(KilledWorker, ThatCommittedAndAnnouncedNothingLeavesTheRestToTheScheduler) {
  auto& fleet = world_->fleet();
  fleet.kill9("planning");
  fleet.start("planning", {{"ARGOSY_FAILPOINTS_SPEC", "finish.after=kill*1"}});
  const auto task = world_->submit("planning_after_its_finish");
  fleet.process("planning").wait_exit();
  fleet.start("planning");
  world_->expect_ended_well(task);
}

// Claimed, the offset not committed: Kafka delivers the dispatch again, and the row decides.
TEST_F(KilledWorker, ThatClaimedAndCommittedNoOffsetCausesNoSecondRun) {
  auto& fleet = world_->fleet();
  fleet.kill9("codegen");
  fleet.start("codegen", {{"ARGOSY_FAILPOINTS_SPEC", "claim.after=kill*1"}});
  const auto task = world_->submit("codegen_after_its_claim");
  fleet.process("codegen").wait_exit();
  fleet.start("codegen");
  world_->expect_ended_well(task);
}

}  // namespace
}  // namespace argosy::chaos
