// Dead letters: kept with their reason, found, and given another life.
#include "common/store/dead_letters.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/core/json.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class DeadLetters : public StoreTest {
 protected:
  WorkerId coder = worker(Queue::codegen), tester = worker(Queue::testing);

  // A diamond whose right side (101) fails while the left one (100) runs: plan, then 100 and 101, then 102, then 103.
  TaskId failed_task(NewTask wanted) {
    const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100, 101}),
                               new_step(103, Queue::git, {102})},
                              std::move(wanted));
    left_ = claim_one(coder, Queue::codegen, {id, 100});
    must(finish(*db, coder, {failed(claim_one(coder, Queue::codegen, {id, 101}))}));
    EXPECT_EQ(task_state(id), "failed");
    return id;
  }
  TaskId failed_task() { return failed_task(task()); }

  Redriven redrive_one(const StepRef& ref) { return must(redrive(*db, Uuid::v4(), kDefaultOrg, "operator", {ref})); }
  std::string task_column(const TaskId& id, const std::string& column) {
    return database.value(fmt::format("SELECT {} FROM task WHERE task_id = '{}'", column, id.to_string()));
  }
  void succeed(const StepRef& ref, Queue queue) {
    const WorkerId& who = queue == Queue::codegen ? coder : queue == Queue::testing ? tester : other_;
    if (queue != Queue::codegen && queue != Queue::testing) renew_as(other_, queue, {});
    EXPECT_EQ(must(finish(*db, who, {finished(claim_one(who, queue, ref))})).accepted.size(), 1u);
  }

  std::optional<ClaimedStep> left_;
  WorkerId other_{Uuid::v4()};
};

TEST_F(DeadLetters, AreListedNewestFirstWithTheirReason) {
  const TaskId first = failed_task(), second = failed_task();
  const auto all = must(list_dead(*db, kDefaultOrg, {}));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].position.ref, (StepRef{second, 101}));
  EXPECT_EQ(all[1].position.ref, (StepRef{first, 101}));
  EXPECT_EQ(all[0].repository_id, "org/name");
  EXPECT_EQ(all[0].attempts, 1);
  ASSERT_TRUE(all[0].error.has_value());
  EXPECT_EQ(all[0].error->code, "red_tests");
  EXPECT_EQ(all[0].error->category, Category::code_logic);

  const auto page = must(list_dead(*db, kDefaultOrg, {.before = all[0].position, .limit = 1}));
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].position.ref, (StepRef{first, 101}));
  EXPECT_THAT(must(list_dead(*db, OrgId{Uuid::v4()}, {})), IsEmpty());
}

TEST_F(DeadLetters, AreCountedByQueue) {
  failed_task();
  for (const auto& depth : must(queue_depths(*db))) EXPECT_EQ(depth.dead, depth.queue == Queue::codegen ? 1 : 0);
}

TEST_F(DeadLetters, AreFoundByWhatTheyAre) {
  failed_task();
  const auto count = [&](DeadFilter filter) { return must(list_dead(*db, kDefaultOrg, filter)).size(); };
  EXPECT_EQ(count({.queue = Queue::codegen}), 1u);
  EXPECT_EQ(count({.queue = Queue::git}), 0u);
  EXPECT_EQ(count({.category = Category::code_logic}), 1u);
  EXPECT_EQ(count({.category = Category::transient}), 0u);
  EXPECT_EQ(count({.code = "red_tests"}), 1u);
  EXPECT_EQ(count({.code = "other"}), 0u);
  EXPECT_EQ(count({.repository_id = "org/name"}), 1u);
  EXPECT_EQ(count({.repository_id = "org/other"}), 0u);
  const UnixMillis now = system_clock().unix_ms();
  EXPECT_EQ(count({.since = now - 60'000, .until = now + 60'000}), 1u);
  EXPECT_EQ(count({.since = now + 60'000}), 0u);
  EXPECT_EQ(count({.until = now - 60'000}), 0u);
  database.query("UPDATE attempt SET category = 'D'");
  EXPECT_EQ(count({.with_security = false}), 0u);
  EXPECT_EQ(count({}), 1u);
}

TEST_F(DeadLetters, RunAgainWithEverythingThatHungOnThem) {
  const TaskId id = failed_task();
  const Redriven redriven = redrive_one({id, 101});
  EXPECT_THAT(redriven.steps, UnorderedElementsAre(StepRef{id, 101}));
  ASSERT_EQ(redriven.ready.size(), 1u);
  EXPECT_EQ(redriven.ready[0].ref, (StepRef{id, 101}));
  ASSERT_FALSE(redriven.events.empty());
  EXPECT_EQ(redriven.events[0].type, "task_state");
  EXPECT_EQ(redriven.events[0].data, R"({"status":"running"})");
  EXPECT_EQ(task_state(id), "running");
  EXPECT_EQ(step_state({id, 102}), "blocked");
  EXPECT_EQ(step_column({id, 102}, "deps_left"), "2");  // the left side runs still
  EXPECT_EQ(task_column(id, "open_steps"), "4");
  EXPECT_THAT(must(list_dead(*db, kDefaultOrg, {})), IsEmpty());

  must(finish(*db, coder, {finished(*left_)}));
  succeed({id, 101}, Queue::codegen);
  succeed({id, 102}, Queue::testing);
  succeed({id, 103}, Queue::git);
  EXPECT_EQ(task_state(id), "succeeded");
  EXPECT_EQ(must(get_task(*db, kDefaultOrg, id))->error, std::nullopt);
  expect_seq_without_holes(id);
}

TEST_F(DeadLetters, CountWhatSucceededWhileTheTaskWasOver) {
  const TaskId id = failed_task();
  must(finish(*db, coder, {finished(*left_)}));  // nothing was promoted by it
  redrive_one({id, 101});
  EXPECT_EQ(step_column({id, 102}, "deps_left"), "1");
  succeed({id, 101}, Queue::codegen);
  EXPECT_EQ(step_state({id, 102}), "ready");
}

TEST_F(DeadLetters, OfOneTaskComeBackTogether) {
  const TaskId id = failed_task();
  must(finish(*db, coder, {failed(*left_, "other")}));
  EXPECT_EQ(must(list_dead(*db, kDefaultOrg, {})).size(), 2u);
  EXPECT_THAT(redrive_one({id, 101}).steps, UnorderedElementsAre(StepRef{id, 100}, StepRef{id, 101}));
  EXPECT_EQ(step_state({id, 100}), "ready");
}

TEST_F(DeadLetters, KeepTheirHistoryAndGetANewBudget) {
  const TaskId id = failed_task();
  redrive_one({id, 101});
  EXPECT_EQ(step_column({id, 101}, "attempts"), "1");
  EXPECT_EQ(step_column({id, 101}, "forgiven"), "1");
  must(finish(*db, coder, {failed(claim_one(coder, Queue::codegen, {id, 101}), "again")}));
  const auto view = must(get_dead(*db, kDefaultOrg, {id, 101}));
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->letter.error->code, "again");
  ASSERT_EQ(view->history.size(), 2u);
  EXPECT_EQ(view->history[0].error->code, "red_tests");
  EXPECT_EQ(view->history[1].attempt, 2);
  ASSERT_EQ(view->redrives.size(), 1u);
  EXPECT_EQ(view->redrives[0].by, "operator");
  // The first end's reason is history too.
  EXPECT_EQ(database.value("SELECT code FROM task_past_error"), "red_tests");
  EXPECT_EQ(must(get_task(*db, kDefaultOrg, id))->error->code, "again");
  EXPECT_EQ(must(get_dead(*db, kDefaultOrg, {id, 102})), std::nullopt);
  EXPECT_EQ(must(get_dead(*db, OrgId{Uuid::v4()}, {id, 101})), std::nullopt);
}

TEST_F(DeadLetters, ThatCrashedTheirProcessStaySuspects) {
  const TaskId id = failed_task();
  database.query("UPDATE step SET crashes = 3 WHERE ordinal = 101");
  redrive_one({id, 101});
  EXPECT_EQ(step_column({id, 101}, "crashes"), "2");
}

TEST_F(DeadLetters, AreRedrivenOnceWhoeverAsks) {
  const TaskId id = failed_task();
  const Uuid one = Uuid::v4();
  const auto first = must(redrive(*db, one, kDefaultOrg, "operator", {{id, 101}}));
  EXPECT_EQ(first.steps.size(), 1u);
  // Its answer was lost: the same call again tells the same.
  const auto repeated = must(redrive(*db, one, kDefaultOrg, "operator", {{id, 101}}));
  EXPECT_EQ(repeated.steps, first.steps);
  EXPECT_EQ(repeated.ready.size(), 1u);
  EXPECT_THAT(repeated.events, IsEmpty());
  // Somebody else's comes too late.
  EXPECT_THAT(redrive_one({id, 101}).steps, IsEmpty());
  EXPECT_THAT(must(redrive(*db, Uuid::v4(), OrgId{Uuid::v4()}, "stranger", {{id, 101}})).steps, IsEmpty());
  EXPECT_EQ(database.value("SELECT count(*) FROM redrive"), "1");
}

TEST_F(DeadLetters, TwoOperatorsAtOnceBringItBackOnce) {
  const TaskId id = failed_task();
  auto pool = database.open(2);
  std::atomic<std::size_t> revived = 0;
  {
    std::vector<std::jthread> operators;
    for (int i = 0; i < 2; ++i)
      operators.emplace_back([&] { revived += must(redrive(*pool, Uuid::v4(), kDefaultOrg, "operator", {{id, 101}})).steps.size(); });
  }
  EXPECT_EQ(revived, 1u);
  EXPECT_EQ(task_column(id, "open_steps"), "4");
  expect_seq_without_holes(id);
}

class SecondEnd : public DeadLetters {
 protected:
  TaskId failed_with_webhook() {
    NewTask wanted = task();
    wanted.steps.push_back(notify_step(1));
    wanted.steps.back().payload = R"({"target":0,"delivery_id":"msg_first"})";
    return failed_task(std::move(wanted));
  }
};

TEST_F(SecondEnd, IsToldUnderADeliveryIdOfItsOwn) {
  const TaskId id = failed_with_webhook();
  succeed({id, 1}, Queue::notifications);
  redrive_one({id, 101});
  EXPECT_EQ(step_state({id, 1}), "superseded");
  EXPECT_EQ(step_state({id, 10'000}), "blocked");
  EXPECT_EQ(task_column(id, "end_steps"), "1");
  const auto payload = json::parse(database.value("SELECT payload FROM step_spec WHERE ordinal = 10000"));
  EXPECT_EQ(payload->string_or("delivery_id", ""), "msg_" + id.to_string() + "_10000");
  EXPECT_EQ(payload->int_or("target", -1), 0);

  must(finish(*db, coder, {failed(claim_one(coder, Queue::codegen, {id, 101}), "again")}));
  EXPECT_EQ(task_state(id), "failed");
  succeed({id, 10'000}, Queue::notifications);
  must(finish(*db, coder, {finished(*left_)}));
  EXPECT_NE(task_column(id, "settled_at"), "NULL");

  redrive_one({id, 101});
  EXPECT_EQ(step_state({id, 10'000}), "superseded");
  EXPECT_EQ(step_state({id, 10'001}), "blocked");
  expect_seq_without_holes(id);
}

TEST_F(SecondEnd, TellsNothingMoreOfTheFirstOneThatWasNotToldYet) {
  const TaskId id = failed_with_webhook();
  const ClaimedStep telling = [&] {
    renew_as(other_, Queue::notifications, {});
    return claim_one(other_, Queue::notifications, {id, 1});
  }();
  redrive_one({id, 101});
  EXPECT_EQ(step_state({id, 1}), "cancelled");
  EXPECT_THAT(must(finish(*db, other_, {finished(telling)})).accepted, IsEmpty());
  EXPECT_EQ(task_column(id, "end_steps"), "1");
}

TEST_F(SecondEnd, ADeadNotificationIsSentAgainAndTheTaskStaysAsItEnded) {
  const TaskId id = failed_with_webhook();
  must(finish(*db, coder, {finished(*left_)}));
  renew_as(other_, Queue::notifications, {});
  must(finish(*db, other_, {failed(claim_one(other_, Queue::notifications, {id, 1}), "webhook_refused")}));
  EXPECT_NE(task_column(id, "settled_at"), "NULL");
  const auto redriven = redrive_one({id, 1});
  EXPECT_THAT(redriven.steps, UnorderedElementsAre(StepRef{id, 1}));
  EXPECT_EQ(redriven.ready.size(), 1u);
  EXPECT_EQ(task_state(id), "failed");
  EXPECT_EQ(task_column(id, "settled_at"), "NULL");
  EXPECT_EQ(step_state({id, 101}), "failed");
  succeed({id, 1}, Queue::notifications);
  EXPECT_NE(task_column(id, "settled_at"), "NULL");
  expect_seq_without_holes(id);
}

}  // namespace
}  // namespace argosy::store
