// A worker is killed with SIGKILL while it holds a step, at the worst moment of its own; another process of its kind comes up later.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "tests/chaos/world/world.h"
#include "tests/support/eventually.h"
#include "tests/support/process_table.h"

namespace argosy::chaos {
namespace {

class KilledWorker : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new World; }
  static void TearDownTestSuite() { delete world_; }

  // One that runs is told to go: it leaves Kafka's group at once, where a killed one is missed only after its session's time.
  static test::Process& restart(const std::string& worker, const std::string& failpoints = "") {
    return restart_with(worker, {{"ARGOSY_FAILPOINTS_SPEC", failpoints}});
  }
  static test::Process& restart_with(const std::string& worker, const test::Environment& more) {
    auto& fleet = world_->fleet();
    if (fleet.runs(worker)) fleet.process(worker).terminate();
    fleet.start(worker, more);
    return fleet.process(worker);
  }

  // A task whose step of that worker is killed at the failpoint, seen to the good end that it must have.
  static std::string kill_at(const std::string& worker, const std::string& failpoint) {
    auto& process = restart(worker, failpoint + "=hang*1");
    const auto task = world_->submit(worker + "-" + failpoint);
    EXPECT_TRUE(process.wait_log("failpoint " + failpoint));
    process.kill9();
    restart(worker);
    world_->expect_ended_well(task);
    world_->expect_crashed_once(task, worker);
    return task;
  }

  static World* world_;
};
World* KilledWorker::world_ = nullptr;

TEST_F(KilledWorker, PlanningBeforeItsFinishIsRescued) { kill_at("planning", "finish.before"); }
TEST_F(KilledWorker, CodegenBeforeItsFinishIsRescued) { kill_at("codegen", "finish.before"); }
TEST_F(KilledWorker, TestingBeforeItsFinishIsRescued) { kill_at("testing", "finish.before"); }
TEST_F(KilledWorker, GitBeforeItsPushIsRescued) { kill_at("git", "push.before"); }

TEST_F(KilledWorker, GitAfterItsPushFindsItsOwnBranchInsteadOfPushingAgain) {
  const auto task = kill_at("git", "push.after");
  EXPECT_NE(world_->whole_story(task).find("Found our own branch"), std::string::npos) << "the second run met no branch: nothing was shown";
}

TEST_F(KilledWorker, NotificationsAfterItsDeliveryTellsAgainUnderTheSameId) {
  const auto task = kill_at("notifications", "notify.after");
  EXPECT_EQ(world_->receiver().deliveries_of(task), 2u) << "told once before the kill and once after it";
}

// The commit went through and nobody was told: no dispatch, no event message. The rows are the outbox.
TEST_F(KilledWorker, ThatCommittedAndAnnouncedNothingLeavesTheRestToTheScheduler) {
  auto& planning = restart("planning", "finish.after=kill*1");
  const auto task = world_->submit("planning-finish.after");
  planning.wait_exit();
  restart("planning");
  world_->expect_ended_well(task);
  world_->expect_ran_once(task, "planning");
}

// Claimed in the database, and nobody remembers: only the row knows the owner, and that it died.
TEST_F(KilledWorker, ThatDiedBetweenTheClaimAndItsAnswerIsRescued) {
  auto& codegen = restart("codegen", "claim.after=kill*1");
  const auto task = world_->submit("codegen-claim.after");
  codegen.wait_exit();
  restart("codegen");
  world_->expect_ended_well(task);
  world_->expect_crashed_once(task, "codegen");
}

// Kafka tells all of it again; the rows say that it is done.
TEST_F(KilledWorker, ThatStoredNoOffsetIsToldAgainAndRunsNothingTwice) {
  restart("codegen", "offsets.before_commit=error");
  const auto task = world_->submit("codegen-offsets.before_commit");
  world_->expect_ended_well(task);
  const auto before = world_->whole_story(task);

  auto& codegen = restart("codegen");
  const bool refused = testing::eventually([&] {
    const auto asked = codegen.metric("argosy_claim_batch_steps_sum");
    const auto calls = codegen.metric("argosy_claim_batch_steps_count");
    return asked && *asked >= 2 && calls && codegen.metric("argosy_claims_total") == calls;  // both edits, and every call has its answer
  });
  EXPECT_TRUE(refused) << "the dispatches did not come again";
  EXPECT_EQ(codegen.metric("argosy_claimed_steps_total"), 0);
  // Passed over, not refused: a refusal would take everything with it that was asked for in the same call.
  EXPECT_EQ(codegen.log().find("a claim was refused"), std::string::npos);
  EXPECT_EQ(world_->whole_story(task), before);
}

// It finished its work, was frozen before it could say so, and wakes up after another has done it all. Its word must count for nothing.
TEST_F(KilledWorker, ThatWakesUpAfterItsLeaseChangesNothing) {
  auto& fleet = world_->fleet();
  auto sleeper = std::move(restart("testing", "finish.before=delay(5000)*1"));
  const auto task = world_->submit("testing-frozen");
  ASSERT_TRUE(sleeper.wait_log("failpoint finish.before"));
  sleeper.freeze();
  fleet.start("testing", {{"ARGOSY_WORK_DIR", (fleet.folder() / "work" / "beside-the-sleeper").string()}});
  world_->expect_ended_well(task);
  world_->expect_crashed_once(task, "testing");
  const auto before = world_->whole_story(task);

  sleeper.thaw();
  EXPECT_TRUE(testing::eventually([&] { return sleeper.metric("argosy_dropped_results_total") == 1; }))
      << sleeper.metric("argosy_dropped_results_total").value_or(-1) << " dropped\n"
      << sleeper.log();
  EXPECT_EQ(world_->whole_story(task), before);
}

// Nobody was killed but the step's command: its time is over, and no worker's word is needed to end it.
TEST_F(KilledWorker, TestingThatOverrunsItsTimeIsStoppedAndTheTaskFails) {
  const auto mark = std::to_string(::getpid()) + ".25";  // seconds: for ever
  const auto program = std::string("sleep") + '\0' + mark;
  world_->add_repository("chaos/endless", "exec sleep " + mark);
  restart_with("planning", {{"ARGOSY_STEP_DEADLINE_MS", "4000"}});
  auto& worker = restart("testing");
  const auto task = world_->fleet().submit(world_->body("overrun", "chaos/endless"), "overrun");
  EXPECT_TRUE(testing::eventually([&] { return test::runs_on_the_host(program); }));

  const auto ended = world_->wait_over(task);
  EXPECT_EQ(ended.string_or("status", ""), "failed") << json::dump_pretty(ended);
  const auto* error = ended.find("error");
  ASSERT_NE(error, nullptr) << json::dump_pretty(ended);
  EXPECT_EQ(error->string_or("code", ""), "step_timed_out");
  EXPECT_EQ(error->string_or("category", ""), "A");
  EXPECT_EQ(world_->histories(task, "testing"), (std::vector<std::vector<std::string>>{{"timed_out"}}));
  EXPECT_EQ(world_->git().at_remote({"branch", "--list", ended.string_or("branch", "?")}), "");
  world_->expect_events_once(task, "failed");
  EXPECT_EQ(world_->receiver().ids_of(task).size(), 1u);

  // The worker has its slot back, and nothing runs on behind it.
  EXPECT_TRUE(testing::eventually([&] { return !test::runs_on_the_host(program) && worker.metric("argosy_slots_busy") == 0; }));
  restart("planning");
}

}  // namespace
}  // namespace argosy::chaos
