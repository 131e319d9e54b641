// What goes wrong around a worker, and what it costs: drains, lost leases, cancelled tasks, a Kafka that is away.
#include "tests/integration/runtime/worker_fixture.h"
#include "tests/support/fleet/kafka.h"

namespace argosy::runtime {
namespace {

using argosy::testing::eventually;
using argosy::testing::SqlSession;

// Whose first handler hangs until its lease is lost, and then says that it succeeded all the same.
class LostLease : public WorkerTest {
 protected:
  // Begins a task and waits until its step runs.
  StepRef begin() {
    const StepRef step{submit(), 0};
    EXPECT_TRUE(eventually([&] { return handler_.runs(step) == 1; }));
    return step;
  }
  bool was_stopped() {
    return eventually([&] { return stopped_ == 1; });
  }

  std::atomic<int> stopped_ = 0;
  std::atomic<bool> open_ = false;  // runs from now on succeed at once
  ToyHandler handler_{[this](const Step&, StepContext& context) -> Result<StepResult> {
    if (auto result = wait_for(open_, context)) return result;
    ++stopped_;
    StepResult stale;
    stale.output = R"({"stale":true})";
    return stale;
  }};
};

TEST_F(WorkerTest, ADrainHandsBackWithoutCostingAnAttempt) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step&, StepContext& context) { return wait_for(open, context); });
  auto first = worker(handler, {{"DRAIN_TIMEOUT_MS", "100"}});
  const auto task = submit();
  const StepRef step{task, 0};
  ASSERT_TRUE(eventually([&] { return handler.runs(step) == 1; }));
  EXPECT_EQ(first->stop(), 0);
  EXPECT_EQ(step_state(step), "ready");
  EXPECT_EQ(step_column(step, "attempts"), "0");
  EXPECT_EQ(step_column(step, "handbacks"), "1");
  EXPECT_EQ(step_column(step, "crashes"), "0");

  open = true;
  const auto second = worker(handler);
  EXPECT_TRUE(settled(step, "succeeded"));
  EXPECT_EQ(step_column(step, "attempts"), "1");
}

TEST_F(WorkerTest, ADrainLetsAStepFinishThatNeedsLessThanItsTime) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step&, StepContext& context) { return wait_for(open, context); });
  const auto worker = this->worker(handler, {{"DRAIN_TIMEOUT_MS", "60000"}});
  const auto task = submit();
  ASSERT_TRUE(eventually([&] { return handler.runs({task, 0}) == 1; }));
  worker->process().stop();
  const auto later = submit();  // not claimed any more
  open = true;
  EXPECT_EQ(worker->stop(), 0);
  EXPECT_EQ(step_state({task, 0}), "succeeded");
  EXPECT_EQ(step_state({later, 0}), "ready");
}

TEST_F(WorkerTest, CancelReachesARunningHandlerAndItsResultIsDropped) {
  std::atomic<bool> stopped = false;
  ToyHandler handler([&](const Step&, StepContext& context) -> Result<StepResult> {
    const auto result = until_stopped(context);
    stopped = result.error().code == "stopped";
    return StepResult{};  // it says it succeeded all the same
  });
  const auto worker = this->worker(handler);
  const auto task = submit();
  ASSERT_TRUE(eventually([&] { return handler.runs({task, 0}) == 1; }));
  const auto cancelled = store::cancel(*db_, kDefaultOrg, task, "test");
  ASSERT_TRUE(cancelled);
  EXPECT_TRUE(eventually([&] { return stopped.load(); }));
  EXPECT_EQ(worker->stop(), 0);
  EXPECT_EQ(task_state(task), "cancelled");
  EXPECT_EQ(database_.value("SELECT count(output) FROM step"), "0");
}

// What a rescue does to a step: the owner is declared dead, the epoch moves on.
TEST_F(LostLease, AStepThatWasRescuedIsStoppedAndItsResultIsDropped) {
  const auto worker = this->worker(handler_);
  const StepRef step = begin();
  database_.query(
      "UPDATE step SET state = 'ready', owner = NULL, claim_id = NULL, deadline_at = NULL, lease_epoch = lease_epoch + 1, "
      "announced_at = clock_timestamp()");
  ASSERT_TRUE(was_stopped());
  EXPECT_EQ(database_.value("SELECT count(output) FROM step"), "0");
  open_ = true;
  hint(step);
  EXPECT_TRUE(settled(step, "succeeded"));
  EXPECT_EQ(database_.value("SELECT output FROM step"), "{}");
}

TEST_F(LostLease, AnOwnerThatCannotRenewStopsItsWorkAndTheStepIsDoneAgain) {
  const auto worker = this->worker(handler_, {{"LEASE_MS", "2000"}});
  const StepRef step = begin();
  // Nobody reaches the database for a while.
  SqlSession admin(std::getenv("ARGOSY_TEST_POSTGRES_URL"));
  const auto name = database_.name();
  admin.query("ALTER DATABASE \"" + name + "\" ALLOW_CONNECTIONS false");
  admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
  EXPECT_TRUE(was_stopped());
  EXPECT_FALSE(worker->process().health().readiness().ready);
  open_ = true;
  admin.query("ALTER DATABASE \"" + name + "\" ALLOW_CONNECTIONS true");

  SqlSession look = database_.session();
  EXPECT_TRUE(eventually([&] { return look.value("SELECT state FROM step") == "succeeded"; }));
  EXPECT_EQ(look.value("SELECT output FROM step"), "{}");
  EXPECT_GE(handler_.runs(step), 2);
}

class WithoutKafka : public WorkerTest {
 protected:
  void SetUp() override {
    brokers_ = kafka_.brokers();
    WorkerTest::SetUp();
  }
  test::OwnKafka kafka_;
};

TEST_F(WithoutKafka, NothingIsLostWhenKafkaIsAwayWhileAStepFinishes) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step& step, StepContext& context) -> Result<StepResult> {
    if (auto waited = wait_for(open, context); !waited) return waited;
    StepResult result;
    if (step.ref.ordinal == 0) {
      result.added = {{.ordinal = 100, .queue = kQueue, .kind = "toy", .title = "next", .payload = "{}", .depends_on = {0}}};
    }
    return result;
  });
  const auto worker = this->worker(handler, {{"HINT_LISTEN", ""}});  // Kafka alone tells of ready steps
  const auto task = submit();
  ASSERT_TRUE(eventually([&] { return handler.runs({task, 0}) == 1; }));
  stop_scheduler();
  kafka_.stop();
  open = true;
  ASSERT_TRUE(settled({task, 0}, "succeeded")) << "a finish does not wait for Kafka";
  EXPECT_EQ(step_state({task, 100}), "ready");
  // The hint is gone for good once its time-out is over.
  EXPECT_TRUE(eventually(
      [&] { return worker->process().metrics().render().find("argosy_kafka_messages{result=\"failed\"} 0") == std::string::npos; }));
  kafka_.start();
  run_scheduler();
  EXPECT_TRUE(settled({task, 100}, "succeeded"));
  EXPECT_TRUE(eventually([&] { return task_state(task) == "succeeded"; }));
}

}  // namespace
}  // namespace argosy::runtime
