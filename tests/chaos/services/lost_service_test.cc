// What the fleet stands on goes away in mid-run: Postgres in immediate mode, Kafka, all of Kafka's topics, the scheduler.
#include <gtest/gtest.h>

#include "tests/chaos/world/world.h"

namespace argosy::chaos {
namespace {

constexpr int kTasks = 12;  // enough that some of every queue are under way at any moment

class LostService : public ::testing::Test {
 protected:
  // Kafka alone tells of ready steps: a datagram would bring what its loss has cost.
  static void SetUpTestSuite() { world_ = new World({{"ARGOSY_HINT_LISTEN", ""}}); }
  static void TearDownTestSuite() { delete world_; }

  void expect_all_ended_well() {
    for (const auto& task : tasks_) {
      world_->expect_ended_well(task);
      if (HasFatalFailure()) return;  // the others would be waited for as long
    }
  }
  // Some are under way, none need be over.
  void submit_and_wait_for_work(const std::string& prefix) {
    for (int n = 0; n < kTasks; ++n) tasks_.push_back(world_->submit(prefix + "-" + std::to_string(n)));
    world_->wait_running(tasks_.back(), "planning");
  }

  static World* world_;
  std::vector<std::string> tasks_;
};
World* LostService::world_ = nullptr;

TEST_F(LostService, PostgresRestartedInImmediateModeLosesNoTask) {
  submit_and_wait_for_work("postgres");
  world_->postgres().restart_immediately();
  expect_all_ended_well();
}

TEST_F(LostService, KafkaStoppedAndStartedLosesNoTask) {
  submit_and_wait_for_work("kafka");
  world_->kafka().kill9();
  tasks_.push_back(world_->submit("while-kafka-is-away"));  // a submit does not need Kafka
  world_->fleet().kill9("ingest");                          // and with it the only dispatch of that task
  world_->kafka().start();
  world_->fleet().start("ingest");
  expect_all_ended_well();
}

TEST_F(LostService, AllTopicsDeletedInMidRunLoseNoTask) {
  submit_and_wait_for_work("topics");
  world_->kafka().delete_all_topics();
  tasks_.push_back(world_->submit("after-the-topics"));
  expect_all_ended_well();
}

TEST_F(LostService, ASchedulerKilledBesideAWorkerIsMissedByNobodyOnceItIsBack) {
  auto& fleet = world_->fleet();
  fleet.kill9("codegen");
  fleet.start("codegen", {{"ARGOSY_FAILPOINTS_SPEC", "finish.before=hang*1"}});
  submit_and_wait_for_work("scheduler");
  ASSERT_TRUE(fleet.process("codegen").wait_log("failpoint finish.before"));
  fleet.kill9("scheduler");
  fleet.kill9("codegen");  // holds steps, and nobody is there to notice
  fleet.start("codegen");
  fleet.start("scheduler");
  expect_all_ended_well();
}

}  // namespace
}  // namespace argosy::chaos
