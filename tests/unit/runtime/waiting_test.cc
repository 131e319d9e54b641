// Steps that go on without a thread: what they hold meanwhile, how they hear that they should stop, and what counts as their end.
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <future>
#include <thread>

#include "common/runtime/drain.h"
#include "common/runtime/process.h"
#include "common/runtime/step/slots.h"
#include "common/runtime/step/step_runner.h"
#include "tests/support/step_fixture.h"
#include "tests/unit/runtime/manual_clock.h"

namespace argosy::runtime {
namespace {

using namespace std::chrono_literals;
using Outcome = store::FinishedStep::Outcome;

const TaskId kTask{Uuid::v7(1)};

std::size_t threads_now() {
  const std::filesystem::directory_iterator all("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// Keeps what it is given, and answers when the test says so.
class Keeping final : public Handler {
 public:
  struct Begun {
    std::shared_ptr<const Step> step;
    std::shared_ptr<StepContext> context;
    StepDone done;
  };
  Result<StepResult> run(const Step&, StepContext&) override { return StepResult{}; }
  void start(std::shared_ptr<const Step> step, std::shared_ptr<StepContext> context, StepDone done) override {
    if (on_start) on_start();
    const std::lock_guard lock(mutex_);
    begun_.push_back({std::move(step), std::move(context), std::move(done)});
    changed_.notify_all();
  }
  std::deque<Begun> await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_.size() >= count; });
    return std::exchange(begun_, {});
  }
  std::function<void()> on_start;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Begun> begun_;
};

class WaitingSteps : public ::testing::Test {
 protected:
  // Threads, steps that may wait, and the loop around them, without a database.
  struct World {
    World(WaitingSteps& test, std::size_t threads, std::size_t waiting)
        : runner({.handler = test.handler,
                  .artifacts = test.artifacts,
                  .announcer = announcer(),
                  .lease = test.lease,
                  .clock = system_clock(),
                  .policy = {},
                  .max_log_bytes = 1 << 20,
                  .newest_constraints = [](const TaskId&) -> Result<std::optional<tasks::Constraints>> { return std::nullopt; },
                  .random = [] { return 0.5; },
                  .ran = [this](const Job& job) { slots->ran(job); },
                  .finished = [&test](const JobPtr& job, store::FinishedStep done) { test.keep(job, std::move(done)); }},
                 threads + waiting) {
      slots.emplace(threads, waiting, [this](const JobPtr& job) { runner.begin(job); }, [&test] { ++test.freed; });
    }
    StepRunner runner;
    std::optional<Slots> slots;
  };

  JobPtr hold(std::int16_t ordinal, bool solo = false) {
    store::ClaimedStep step{.ref = {kTask, ordinal}, .lease_epoch = 1, .solo = solo};
    step.context = tasks::to_json_text(tasks::TaskContext{});
    return in_flight.claim_ended(in_flight.claim_begins(), {std::move(step)}).at(0);
  }
  std::vector<JobPtr> start(World& world, std::int16_t from, std::int16_t count) {
    std::vector<JobPtr> jobs;
    for (std::int16_t i = from; i < from + count; ++i) jobs.push_back(hold(i));
    world.slots->start(jobs);
    return jobs;
  }
  void keep(const JobPtr& job, store::FinishedStep done) {
    const std::lock_guard lock(mutex_);
    finished_.push_back(std::move(done));
    in_flight.done(job);
    changed_.notify_all();
  }
  std::vector<store::FinishedStep> await_finished(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return finished_.size() >= count; });
    return finished_;
  }

  // One for all: a producer takes a second to leave.
  static Announcer& announcer() {
    static const config::Settings settings;
    static Process process(settings, "test");
    static const std::unique_ptr<Announcer> announcer = Announcer::create(settings, process).value();
    return *announcer;
  }

  testing::MemoryArtifacts artifacts;
  ManualClock clock;
  Lease lease{clock, 10s};
  InFlight in_flight;
  Keeping handler;
  std::atomic<int> freed = 0;

 private:
  void SetUp() override { lease.renewed(clock.boot_time()); }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<store::FinishedStep> finished_;
};

TEST_F(WaitingSteps, HundredsOfThemHoldNoThread) {
  constexpr std::int16_t kSteps = 300;
  World world(*this, 2, kSteps);
  const auto before = threads_now();
  start(world, 0, kSteps);
  auto begun = handler.await(kSteps);
  EXPECT_LT(threads_now(), before + 10) << "those of the libraries beside it may come and go";
  EXPECT_EQ(world.slots->busy(), static_cast<std::size_t>(kSteps));
  for (auto& one : begun) one.done(StepResult{.output = R"({"x":1})"});
  const auto finished = await_finished(kSteps);
  EXPECT_EQ(finished.size(), static_cast<std::size_t>(kSteps));
  std::set<StepRef> refs;
  for (const auto& one : finished) {
    EXPECT_EQ(one.outcome, Outcome::succeeded);
    refs.insert(one.ref);
  }
  EXPECT_EQ(refs.size(), static_cast<std::size_t>(kSteps));
  EXPECT_EQ(in_flight.size(), 0u);
}

TEST_F(WaitingSteps, AreNotClaimedFasterThanThreadsBeginThem) {
  std::promise<void> began, may_go;
  handler.on_start = [&] {
    began.set_value();
    may_go.get_future().wait();
  };
  World world(*this, 1, 10);
  EXPECT_EQ(world.slots->room().other, 1u);
  start(world, 0, 1);
  began.get_future().wait();
  EXPECT_EQ(world.slots->room().urgent, 0u) << "another process may have a thread for it";
  EXPECT_EQ(freed, 0);
  may_go.set_value();
  handler.await(1);
  world.slots.reset();  // the thread has come back
  EXPECT_EQ(freed, 1) << "whoever claims may look again though no slot was given back";
}

TEST_F(WaitingSteps, HoldTheirSlotsWhileTheyWait) {
  World world(*this, 2, 1);
  const auto jobs = start(world, 0, 2);
  handler.await(2);
  EXPECT_EQ(world.slots->busy(), 2u);
  EXPECT_LE(world.slots->room().urgent, 1u);
  world.slots->give_back(jobs);
  EXPECT_EQ(world.slots->busy(), 0u);
}

TEST_F(WaitingSteps, ASuspectThatWaitsKeepsOthersOut) {
  World world(*this, 2, 10);
  world.slots->start({hold(1, true), hold(2, true), hold(3)});
  auto begun = handler.await(2);
  EXPECT_EQ(world.slots->unbegun(), 1u);
  for (auto& one : begun) one.done(StepResult{});
  EXPECT_EQ(handler.await(1).front().step->ref.ordinal, 2);
}

TEST_F(WaitingSteps, HearAtOnceThatTheProcessEndsAndAreHandedBack) {
  World world(*this, 1, 10);
  const auto jobs = start(world, 0, 3);
  auto begun = handler.await(3);
  std::deque<std::stop_callback<std::function<void()>>> told;
  for (auto& one : begun) told.emplace_back(one.context->stopping(), [&one] { one.done(fail_transient("stopped", "the process ends")); });
  EXPECT_TRUE(drain(in_flight, {.finish = 0ms, .patient = 0ms, .stop = 60s}));
  for (const auto& one : await_finished(3)) EXPECT_EQ(one.outcome, Outcome::handed_back);
}

TEST_F(WaitingSteps, HearOfACancelledTaskAndOfALostLease) {
  World world(*this, 1, 10);
  const auto jobs = start(world, 0, 2);
  auto begun = handler.await(2);
  std::ranges::sort(begun, {}, [](const auto& one) { return one.step->ref.ordinal; });
  in_flight.cancel(in_flight.held(), {{kTask, 0}});
  EXPECT_TRUE(begun[0].context->stopping().stop_requested());
  EXPECT_FALSE(begun[1].context->stopping().stop_requested());
  clock.advance(11s);
  EXPECT_TRUE(begun[1].context->cancelled());
  EXPECT_TRUE(begun[1].context->stopping().stop_requested()) << "whoever asks first tells those that wait";
}

TEST_F(WaitingSteps, EndOnce) {
  World world(*this, 1, 10);
  start(world, 0, 1);
  auto begun = handler.await(1);
  begun[0].done(StepResult{.output = R"({"x":1})"});
  begun[0].done(fail_user("late", "it says something else", "listen to the first"));
  begun.clear();
  start(world, 1, 1);
  handler.await(1).front().done(StepResult{});
  auto finished = await_finished(2);
  ASSERT_EQ(finished.size(), 2u);
  std::ranges::sort(finished, {}, [](const auto& one) { return one.ref.ordinal; });  // two threads end steps
  EXPECT_EQ(finished[0].output, R"({"x":1})");
  EXPECT_EQ(finished[1].ref.ordinal, 1);
}

TEST_F(WaitingSteps, AreTriedAgainWhenTheirHandlerForgotThem) {
  World world(*this, 1, 10);
  start(world, 0, 1);
  handler.await(1).clear();
  const auto finished = await_finished(1);
  EXPECT_EQ(finished[0].outcome, Outcome::retry);
  EXPECT_EQ(finished[0].error->code, "handler_silent");
}

TEST_F(WaitingSteps, SayNothingMoreOnceTheyAreOver) {
  World world(*this, 1, 10);
  start(world, 0, 1);
  auto begun = handler.await(1);
  begun[0].context->emit({"agent_thought", "{}"});
  begun[0].context->log("in time\n");
  begun[0].done(StepResult{});
  EXPECT_EQ(await_finished(1)[0].events.size(), 1u);
  begun[0].context->emit({"agent_thought", "{}"});
  begun[0].context->log("too late\n");
  EXPECT_EQ(artifacts.count(), 1u);
}

TEST_F(WaitingSteps, ThatThrowInTheBeginningHaveEnded) {
  handler.on_start = [] { throw std::runtime_error("no disk"); };
  World world(*this, 1, 10);
  start(world, 0, 1);
  const auto finished = await_finished(1);
  EXPECT_EQ(finished[0].error->code, "handler_exception");
  EXPECT_NE(finished[0].error->message.find("no disk"), std::string::npos);
}

}  // namespace
}  // namespace argosy::runtime
