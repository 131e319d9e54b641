// Steps that go on without a thread, through a real worker: held by the hundred, renewed, handed back at once, and gone on with by another.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

#include "tests/integration/runtime/worker_fixture.h"

namespace argosy::runtime {
namespace {

using argosy::testing::eventually;

// Keeps what is begun until the test ends it, or the worker says stop.
class WaitingHandler final : public Handler {
 public:
  struct Waiting {
    std::shared_ptr<const Step> step;
    std::shared_ptr<StepContext> context;
    StepDone done;
    std::unique_ptr<std::stop_callback<std::function<void()>>> stop;
  };

  Result<StepResult> run(const Step&, StepContext&) override { return StepResult{}; }
  void start(std::shared_ptr<const Step> step, std::shared_ptr<StepContext> context, StepDone done) override {
    if (on_start) on_start(*step, *context);
    auto stop = std::make_unique<std::stop_callback<std::function<void()>>>(
        context->stopping(), [done] { done(fail_transient("stopped", "it was asked to stop")); });
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(step), std::move(context), std::move(done), std::move(stop)});
    changed_.notify_all();
  }
  bool await(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(2), [&] { return waiting_.size() >= count; });
  }
  void end_all() {
    const std::lock_guard lock(mutex_);
    for (auto& one : waiting_) one.done(StepResult{});
  }
  std::size_t begun() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

  std::function<void(const Step&, StepContext&)> on_start;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
};

class WaitingWorker : public WorkerTest {
 protected:
  std::unique_ptr<RunningWorker> waiting_worker(Handler& handler, const std::map<std::string, std::string>& more = {}) {
    return std::make_unique<RunningWorker>(
        settings(more), WorkerOptions{.queue = kQueue, .default_slots = 2, .steps_wait = true, .kafka_properties = {{"group.id", group_}}},
        handler);
  }
};

TEST_F(WaitingWorker, HoldsHundredsOfStepsOnTwoThreads) {
  constexpr int kTasks = 300;
  WaitingHandler handler;
  const auto worker = waiting_worker(handler, {{"WAITING_STEPS", "400"}});
  submit_many(kTasks);
  ASSERT_TRUE(handler.await(kTasks)) << handler.begun();
  EXPECT_EQ(database_.value("SELECT count(*) FROM step WHERE state = 'running'"), std::to_string(kTasks));
  handler.end_all();
  EXPECT_TRUE(eventually([&] { return database_.value("SELECT count(*) FROM task WHERE state = 'succeeded'") == std::to_string(kTasks); }));
  EXPECT_EQ(worker->stop(), 0);
}

TEST_F(WaitingWorker, HandsThemBackAtOnceAndAnotherGoesOnWithWhatWasSaved) {
  WaitingHandler first, second;
  first.on_start = [](const Step& step, StepContext& context) {
    const artifacts::Put what{
        .step = step.ref, .attempt = step.attempt, .kind = artifacts::Kind::agent_state, .name = "state", .lease_epoch = step.lease_epoch};
    EXPECT_TRUE(context.artifacts().put(what, "round 7"));
    context.resumable();
  };
  std::atomic<int> found = 0;
  second.on_start = [&](const Step& step, StepContext& context) {
    found += context.artifacts().newest(step.ref, artifacts::Kind::agent_state).value() == "round 7";
  };
  auto worker = waiting_worker(first, {{"DRAIN_TIMEOUT_MS", "0"}});
  const auto task = submit();
  ASSERT_TRUE(first.await(1));
  EXPECT_EQ(worker->stop(), 0);
  EXPECT_EQ(step_state({task, 0}), "ready");
  run_scheduler();
  worker = waiting_worker(second);
  ASSERT_TRUE(second.await(1));
  EXPECT_EQ(found, 1);
  second.end_all();
  EXPECT_TRUE(settled({task, 0}, "succeeded"));
}

TEST_F(WaitingWorker, IsToldAtOnceThatAWaitingStepWasCancelled) {
  WaitingHandler handler;
  const auto worker = waiting_worker(handler);
  const auto task = submit();
  ASSERT_TRUE(handler.await(1));
  ASSERT_TRUE(store::cancel(*db_, kDefaultOrg, task, "ann"));
  EXPECT_TRUE(eventually([&] {
    return worker->process().metrics().render().find("argosy_slots_busy{queue=\"codegen\"} 0") != std::string::npos;
  })) << "its slot is free again";
  EXPECT_EQ(step_state({task, 0}), "cancelled");
}

}  // namespace
}  // namespace argosy::runtime
