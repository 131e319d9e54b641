// What people and the fan-out read.
#include <fmt/format.h>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using tasks::StepState;
using tasks::TaskState;

class Queries : public StoreTest {
 protected:
  TaskView view(const TaskId& id) { return must(get_task(*db, kDefaultOrg, id)).value(); }
  const OrgId stranger{Uuid::v4()};
};

TEST_F(Queries, ATaskIsSeenWithItsStepsAttemptsAndResult) {
  NewTask wanted = task();
  wanted.steps.push_back(notify_step(1));
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::testing, {100})}, wanted);
  const WorkerId coder = worker(Queue::codegen);
  FinishedStep retry = finished(claim_one(coder, Queue::codegen, {id, 100}), Outcome::retry);
  retry.error = Error{.category = Category::transient, .code = "remote_gone", .message = "no answer", .hint = {}};
  must(finish(*db, coder, {retry}));
  must(promote_due(*db));
  must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 100}))}));

  const TaskView task = view(id);
  EXPECT_EQ(task.repository_id, "org/name");
  EXPECT_EQ(task.kind, "rename_symbol");
  EXPECT_EQ(task.created_by, "tester");
  EXPECT_EQ(task.request, R"({"request":1})");
  EXPECT_EQ(task.context, R"({"context":1})");
  EXPECT_EQ(task.state, TaskState::running);
  EXPECT_EQ(task.progress, 66);
  EXPECT_GT(task.created_at, 0);
  EXPECT_EQ(task.finished_at, 0);
  ASSERT_EQ(task.steps.size(), 4u);
  EXPECT_TRUE(task.steps[1].on_task_end);
  const StepView& coded = task.steps[2];
  EXPECT_EQ(coded.ordinal, 100);
  EXPECT_EQ(coded.state, StepState::succeeded);
  EXPECT_EQ(coded.queue, Queue::codegen);
  EXPECT_EQ(coded.output, R"({"of":100})");
  EXPECT_EQ(coded.attempts, 2);
  EXPECT_GT(coded.started_at, 0);
  EXPECT_GE(coded.finished_at, coded.started_at);
  ASSERT_EQ(coded.history.size(), 2u);
  EXPECT_EQ(coded.history[0].outcome, "retry");
  ASSERT_TRUE(coded.history[0].error.has_value());
  EXPECT_EQ(coded.history[0].error->code, "remote_gone");
  EXPECT_EQ(coded.history[1].outcome, "succeeded");
  EXPECT_FALSE(coded.history[1].error.has_value());
  EXPECT_EQ(task.steps[3].depends_on, (std::vector<std::int16_t>{100}));
  EXPECT_EQ(task.steps[3].state, StepState::ready);
}

TEST_F(Queries, ATaskIsPlanningWhileItsFirstStepRunsAndWaitingWhileNothingOfItCan) {
  const TaskId id = submit_one();
  EXPECT_EQ(view(id).state, TaskState::queued);
  const WorkerId planner = worker(Queue::planning);
  const ClaimedStep step = claim_one(planner, Queue::planning, {id, 0});
  EXPECT_EQ(view(id).state, TaskState::planning);
  EXPECT_EQ(must(list_tasks(*db, kDefaultOrg, {.state = TaskState::planning})).size(), 1u);
  FinishedStep later = finished(step, Outcome::retry);
  later.retry_in = std::chrono::hours{1};
  must(finish(*db, planner, {later}));
  EXPECT_EQ(view(id).state, TaskState::waiting);
  EXPECT_EQ(must(list_tasks(*db, kDefaultOrg, {.state = TaskState::waiting})).size(), 1u);
  EXPECT_TRUE(must(list_tasks(*db, kDefaultOrg, {.state = TaskState::queued})).empty());
}

TEST_F(Queries, AForeignTaskIsNotFound) {
  const TaskId id = submit_one();
  EXPECT_FALSE(must(get_task(*db, stranger, id)).has_value());
  EXPECT_FALSE(must(read_events(*db, stranger, id, 0, 10)).has_value());
  EXPECT_TRUE(must(list_tasks(*db, stranger, {})).empty());
  EXPECT_FALSE(must(get_repository(*db, stranger, "org/name")).has_value());
  EXPECT_EQ(must(cancel(*db, stranger, id, "stranger")).kind, Cancelled::Kind::not_found);
  EXPECT_EQ(task_state(id), "queued");
}

TEST_F(Queries, ListsNewestFirstAndGoesOnWhereItStopped) {
  std::vector<TaskId> ids;
  for (int i = 0; i < 5; ++i) {
    NewTask wanted = task();
    wanted.id = TaskId{Uuid::v7(1'700'000'000'000 + i)};
    ids.push_back(submit_one(wanted));
  }
  const auto first = must(list_tasks(*db, kDefaultOrg, {.limit = 2}));
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].id, ids[4]);
  EXPECT_EQ(first[1].id, ids[3]);
  const auto rest = must(list_tasks(*db, kDefaultOrg, {.before = first[1].id}));
  ASSERT_EQ(rest.size(), 3u);
  EXPECT_EQ(rest[2].id, ids[0]);
  must(cancel(*db, kDefaultOrg, ids[1], "tester"));
  const auto cancelled = must(list_tasks(*db, kDefaultOrg, {.state = TaskState::cancelled}));
  ASSERT_EQ(cancelled.size(), 1u);
  EXPECT_EQ(cancelled[0].id, ids[1]);
  EXPECT_TRUE(must(list_tasks(*db, kDefaultOrg, {.repository_id = "other"})).empty());
}

TEST_F(Queries, EventsAreReadFromAnySeqOnAndBounded) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  const auto all = must(read_events(*db, kDefaultOrg, id, 0, 100)).value();
  ASSERT_EQ(all.head, 5);
  ASSERT_EQ(all.events.size(), 5u);
  for (std::int64_t after = 0; after <= 5; ++after) {
    const auto page = must(read_events(*db, kDefaultOrg, id, after, 2)).value();
    EXPECT_EQ(page.head, 5);
    ASSERT_EQ(page.events.size(), static_cast<std::size_t>(std::min<std::int64_t>(2, 5 - after)));
    for (std::size_t i = 0; i < page.events.size(); ++i) {
      EXPECT_EQ(page.events[i].seq, after + static_cast<std::int64_t>(i) + 1);
      EXPECT_EQ(page.events[i].data, all.events[static_cast<std::size_t>(after) + i].data);
      EXPECT_FALSE(page.events[i].traceparent.empty());
    }
  }
}

TEST_F(Queries, TheFanOutReadsManyTasksAtOnce) {
  const TaskId one = planned({new_step(100, Queue::codegen)}), two = submit_one();
  const auto events = must(read_events(*db, {{one, 3}, {two, 0}, {TaskId{Uuid::v4()}, 0}}, 100));
  ASSERT_EQ(events.size(), 3u);
  auto heads = must(read_heads(*db, {one, two}));
  std::ranges::sort(heads);
  std::vector<std::pair<TaskId, std::int64_t>> expected{{one, 5}, {two, 1}};
  std::ranges::sort(expected);
  EXPECT_EQ(heads, expected);
  EXPECT_FALSE(must(history_id(*db)).empty());
  EXPECT_EQ(must(history_id(*db)), must(history_id(*db)));
}

TEST_F(Queries, RepositoriesArePutReplacedAndListed) {
  Repository repository{.org = kDefaultOrg, .id = "gh/one", .url = "https://x/one", .default_branch = "main", .test_command = "pytest"};
  EXPECT_TRUE(must(put_repository(*db, repository)));
  repository.test_command = "tox";
  EXPECT_FALSE(must(put_repository(*db, repository)));
  const auto found = must(get_repository(*db, kDefaultOrg, "gh/one")).value();
  EXPECT_EQ(found.test_command, "tox");
  EXPECT_EQ(found.url, "https://x/one");
  EXPECT_EQ(must(list_repositories(*db, kDefaultOrg, "", 10)).size(), 2u);
  EXPECT_EQ(must(list_repositories(*db, kDefaultOrg, "gh/one", 10)).size(), 1u);
  EXPECT_EQ(must(list_repositories(*db, kDefaultOrg, "", 1)).size(), 1u);
}

TEST_F(Queries, TheEstimateIsTheMedianOfWhatSucceeded) {
  EXPECT_FALSE(must(median_duration(*db, kDefaultOrg, "org/name", "rename_symbol")).has_value());
  const WorkerId planner = worker(Queue::planning);
  for (int seconds : {10, 20, 300}) {
    const TaskId id = submit_one();
    must(finish(*db, planner, {finished(claim_one(planner, Queue::planning, {id, 0}))}));
    database.query(fmt::format("UPDATE task SET created_at = finished_at - interval '{} s' WHERE task_id = '{}'", seconds, id.to_string()));
  }
  EXPECT_EQ(must(median_duration(*db, kDefaultOrg, "org/name", "rename_symbol")), std::chrono::seconds{20});
  EXPECT_FALSE(must(median_duration(*db, kDefaultOrg, "org/name", "edit_file")).has_value());
}

TEST_F(Queries, DeliveriesAreOneRowANotificationWhateverIsRepeated) {
  const TaskId id = submit_one();
  must(record_delivery(*db, id, 1, "msg_1", 1, 503, "busy"));
  must(record_delivery(*db, id, 1, "msg_1", 2, 200, ""));
  must(record_delivery(*db, id, 1, "msg_1", 2, 200, ""));
  EXPECT_EQ(database.query("SELECT delivery_id, attempts, status, delivered_at IS NOT NULL FROM delivery"),
            (testing::SqlSession::Rows{{"msg_1", "2", "200", "t"}}));
}

TEST_F(Queries, DepthsCountWhatCanRunAndRunsPerQueue) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing, {100})});
  submit_one();
  const WorkerId coder = worker(Queue::codegen);
  claim_one(coder, Queue::codegen, {id, 100});
  const auto depths = must(queue_depths(*db));
  ASSERT_EQ(depths.size(), 5u);
  EXPECT_EQ(depths[0].ready, 1);
  EXPECT_EQ(depths[1].queue, Queue::codegen);
  EXPECT_EQ(depths[1].ready, 1);
  EXPECT_EQ(depths[1].running, 1);
  EXPECT_EQ(depths[1].workers, 1);
  EXPECT_EQ(depths[1].slots, 4);
  EXPECT_EQ(depths[2].ready + depths[2].running, 0);
}

}  // namespace
}  // namespace argosy::store
