// The way of a step through a worker: claimed once, done, finished, announced.
#include <set>

#include "common/broker/consumer.h"
#include "common/runtime/connect.h"
#include "common/store/blobs.h"
#include "tests/integration/runtime/worker_fixture.h"

namespace argosy::runtime {
namespace {

using argosy::testing::eventually;
using std::chrono::milliseconds;

tasks::NewStep next_step(std::int16_t ordinal, std::int16_t after) {
  return {.ordinal = ordinal,
          .queue = tasks::Queue::codegen,
          .kind = "toy",
          .title = "the next toy",
          .payload = "{}",
          .depends_on = {after},
          .inputs = {after}};
}

TEST_F(WorkerTest, FiveHundredTasksGoThroughAndEachStepRunsOnce) {
  constexpr int kTasks = 500, kSlots = 8;
  ToyHandler handler([](const Step& step, StepContext&) -> Result<StepResult> {
    StepResult result;
    result.output = R"({"ordinal":)" + std::to_string(step.ref.ordinal) + "}";
    if (step.ref.ordinal == 0) result.added = {next_step(100, 0)};
    if (step.ref.ordinal == 100 && step.inputs.at(0).second != R"({"ordinal":0})")
      return fail_user("wrong_input", step.inputs.at(0).second);
    return result;
  });
  const auto worker = this->worker(handler, {}, kSlots);
  const auto tasks = submit_many(kTasks);
  EXPECT_TRUE(eventually([&] { return database_.value("SELECT count(*) FROM task WHERE state = 'succeeded'") == std::to_string(kTasks); },
                         std::chrono::minutes(2)))
      << database_.value("SELECT string_agg(state || ' ' || n, ', ') FROM (SELECT state, count(*) n FROM step GROUP BY state) x");
  for (const auto& task : tasks) {
    EXPECT_EQ(handler.runs({task, 0}), 1);
    EXPECT_EQ(handler.runs({task, 100}), 1);
  }
  EXPECT_LE(handler.most_at_once(), kSlots);
  EXPECT_EQ(worker->stop(), 0);
  EXPECT_EQ(database_.value("SELECT count(*) FROM worker"), "0") << "it said good-bye";
}

TEST_F(WorkerTest, OneSlotIsKeptForUrgent) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step&, StepContext& context) { return wait_for(open, context); });
  const auto worker = this->worker(handler, {}, 2);
  const auto first = submit(), second = submit();
  ASSERT_TRUE(eventually([&] { return handler.runs({first, 0}) + handler.runs({second, 0}) == 1; }));
  const auto urgent = submit(tasks::Lane::urgent);
  EXPECT_TRUE(eventually([&] { return handler.runs({urgent, 0}) == 1; }));
  EXPECT_EQ(handler.runs({first, 0}) + handler.runs({second, 0}), 1);
  open = true;
  EXPECT_TRUE(settled({first, 0}, "succeeded"));
  EXPECT_TRUE(settled({second, 0}, "succeeded"));
}

TEST_F(WorkerTest, DuplicateForgedStaleAndPoisonMessagesDoNothing) {
  ToyHandler handler([](const Step&, StepContext&) { return StepResult{}; });
  const auto worker = this->worker(handler);
  const auto task = submit();
  ASSERT_TRUE(settled({task, 0}, "succeeded"));

  const std::string topic = tasks::topic(kQueue, tasks::Lane::normal);
  hint({task, 0});                                                                 // stale
  hint({TaskId{Uuid::v4()}, 7});                                                   // forged
  announcer().producer().send(topic, "poison", "{\"v\":1, and then nothing", {});  // no JSON
  announcer().producer().send(topic, "poison", "{\"v\":9,\"traceparent\":\"\",\"steps\":[]}", {});
  const auto after = submit();
  hint({after, 0});  // twice more
  hint({after, 0});

  EXPECT_TRUE(settled({after, 0}, "succeeded"));
  EXPECT_TRUE(eventually([&] { return database_.value("SELECT count(*) FROM poison WHERE topic = '" + topic + "'") == "2"; }));
  EXPECT_EQ(database_.value("SELECT string_agg(split_part(reason, ':', 1), ' ' ORDER BY reason) FROM poison"),
            "dispatch_malformed dispatch_unknown_version");
  EXPECT_EQ(handler.runs({task, 0}), 1);
  EXPECT_EQ(handler.runs({after, 0}), 1);
  // Nothing of them is left uncommitted: a new member of the group claims nothing and still works.
  EXPECT_EQ(worker->stop(), 0);
}

TEST_F(WorkerTest, AStepOfAnotherQueueIsNotClaimedThoughItsDispatchCameHere) {
  ToyHandler handler([](const Step&, StepContext&) { return StepResult{}; });
  const auto worker = this->worker(handler);
  const auto foreign = submit(tasks::Lane::normal, tasks::Queue::testing);
  hint({foreign, 0});
  const auto own = submit();
  hint({foreign, 0});
  EXPECT_TRUE(settled({own, 0}, "succeeded"));
  EXPECT_EQ(worker->stop(), 0);
  EXPECT_EQ(step_state({foreign, 0}), "ready");
  EXPECT_EQ(handler.runs({foreign, 0}), 0);
}

TEST_F(WorkerTest, LogLinesArriveWhileTheStepRunsAndAreKept) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step&, StepContext& context) {
    context.log("hello from the handler\nhttps://bob:hunter2hunter2@example.org/\n");
    return wait_for(open, context);
  });
  auto tail = broker::EventTail::create(kafka_options(settings(), "test-tail"));
  ASSERT_TRUE(tail);
  const auto worker = this->worker(handler);
  const auto task = submit();
  std::string text;
  bool running = false;
  EXPECT_TRUE(eventually([&] {
    for (const auto& message : (*tail)->poll(100, milliseconds(100))) {
      const auto event = broker::decode_event(message.headers, message.body);
      if (!event) continue;
      if (const auto* log = std::get_if<tasks::LogChunk>(&*event); log != nullptr && log->task == task) text += log->text;
      if (const auto* one = std::get_if<broker::Running>(&*event); one != nullptr && one->task == task) running = one->queue == kQueue;
    }
    return !text.empty();
  }));
  EXPECT_TRUE(text.starts_with("hello from the handler\n")) << text;
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  EXPECT_TRUE(running) << "told before the handler's first line";
  open = true;
  ASSERT_TRUE(settled({task, 0}, "succeeded"));
  const auto blobs = store::list_blobs(*db_, task);
  ASSERT_TRUE(blobs);
  ASSERT_EQ(blobs->size(), 1u);
  EXPECT_EQ(blobs->at(0).kind, "log");
  EXPECT_EQ(blobs->at(0).name, "step-0-attempt-1.log");
  const auto kept = store::get_blob(*db_, task, blobs->at(0).sha256);
  ASSERT_TRUE(kept && *kept);
  EXPECT_EQ(**kept, text);
}

TEST_F(WorkerTest, EventsOfTheHandlerAreNumberedBeforeTheEndOfItsStep) {
  ToyHandler handler([](const Step&, StepContext& context) -> Result<StepResult> {
    context.emit(tasks::agent_thought("toy", "first", 0));
    context.emit(tasks::agent_thought("toy", "second", 0));
    return StepResult{};
  });
  const auto worker = this->worker(handler);
  const auto task = submit();
  ASSERT_TRUE(eventually([&] { return task_state(task) == "succeeded"; }));
  const auto page = store::read_events(*db_, kDefaultOrg, task, 0, 100);
  ASSERT_TRUE(page && *page);
  std::vector<std::string> told;
  for (const auto& event : (*page)->events) {
    if (event.type == "agent_thought") told.push_back(event.data.find("first") != std::string::npos ? "first" : "second");
    if (event.type == "step_state" && event.data.find("succeeded") != std::string::npos) told.emplace_back("succeeded");
  }
  EXPECT_EQ(told, (std::vector<std::string>{"first", "second", "succeeded"}));
}

TEST_F(WorkerTest, ATransientErrorIsTriedAgainUntilItSucceeds) {
  ToyHandler handler([&](const Step& step, StepContext&) -> Result<StepResult> {
    if (step.attempt == 1) return fail_transient("busy", "come back later");
    if (step.attempt == 2) throw std::runtime_error("a bug of the handler");
    return StepResult{};
  });
  const auto worker = this->worker(handler);
  const auto task = submit();
  EXPECT_TRUE(settled({task, 0}, "succeeded"));
  EXPECT_EQ(handler.runs({task, 0}), 3);
  EXPECT_EQ(database_.value("SELECT string_agg(coalesce(code, outcome), ' ' ORDER BY lease_epoch) FROM step_attempt"),
            "busy handler_exception succeeded");
}

TEST_F(WorkerTest, AnErrorThatNeedsTheUserFailsTheTaskAtOnce) {
  ToyHandler handler(
      [&](const Step&, StepContext&) -> Result<StepResult> { return fail_user("no_such_symbol", "there is none", "name one"); });
  const auto worker = this->worker(handler);
  const auto task = submit();
  EXPECT_TRUE(settled({task, 0}, "failed"));
  const auto view = store::get_task(*db_, kDefaultOrg, task);
  ASSERT_TRUE(view && *view && (*view)->error);
  EXPECT_EQ((*view)->error->code, "no_such_symbol");
  EXPECT_EQ((*view)->error->category, Category::needs_user);
  EXPECT_EQ(handler.runs({task, 0}), 1);
}

TEST_F(WorkerTest, NothingIsClaimedWhileTheHandlerLacksSomething) {
  ToyHandler handler([](const Step&, StepContext&) { return StepResult{}; });
  handler.lacks("no sandbox: install bubblewrap");
  const auto worker = this->worker(handler);
  EXPECT_TRUE(eventually([&] { return worker->process().health().readiness().json.find("no sandbox") != std::string::npos; }));
  EXPECT_FALSE(worker->process().health().readiness().ready);
  EXPECT_EQ(database_.value("SELECT count(*) FROM worker"), "0");
  handler.lacks(std::nullopt);
  const auto task = submit();
  EXPECT_TRUE(settled({task, 0}, "succeeded"));
  EXPECT_TRUE(eventually([&] { return worker->process().health().readiness().ready; })) << worker->process().health().readiness().json;
}

// A roll-out goes on when a worker says that it is ready: with a consumer, but before its first lease, it can do nothing.
TEST_F(WorkerTest, IsReadyOnlyOnceItHasALeaseAndConsumes) {
  ToyHandler handler([](const Step&, StepContext&) { return StepResult{}; });
  auto first = database_.session();
  first.query("BEGIN; LOCK TABLE worker IN ACCESS EXCLUSIVE MODE");
  const auto worker = this->worker(handler);
  ASSERT_TRUE(eventually([&] {
    return database_.value(
               "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'argosy-codegen-renewal' AND wait_event_type = 'Lock'"
               " AND datname = current_database()") != "0";
  }));
  const auto report = worker->process().health().readiness();
  EXPECT_FALSE(report.ready);
  EXPECT_NE(report.json.find("it consumes nothing yet"), std::string::npos) << report.json;
  EXPECT_NE(report.json.find("\"consumer\":"), std::string::npos) << "which is there already";
  first.query("COMMIT");
  EXPECT_TRUE(eventually([&] { return worker->process().health().readiness().ready; })) << worker->process().health().readiness().json;
  EXPECT_NE(database_.value("SELECT count(*) FROM worker"), "0");
}

TEST_F(WorkerTest, ShowsItsPools) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step&, StepContext& context) { return wait_for(open, context); });
  const auto worker = this->worker(handler);
  ASSERT_TRUE(eventually([&] {
    const auto report = worker->process().health().readiness();
    return report.ready && report.json.find("\"consumer\"") != std::string::npos;
  }));
  auto& pools = worker->process().pools();
  pools.measure();
  const auto shown = worker->process().metrics().render();
  for (const auto* line : {"argosy_pool_size{pool=\"postgres\"} 7", "argosy_pool_size{pool=\"postgres_renewal\"} 1",
                           "argosy_pool_waiting{pool=\"postgres\"} ", "argosy_pool_in_use{pool=\"ends\"} "})
    EXPECT_NE(shown.find(line), std::string::npos) << line << "\n" << shown;
  open = true;
}

}  // namespace
}  // namespace argosy::runtime
