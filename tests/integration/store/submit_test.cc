// Under one idempotency key exactly one task.
#include <fmt/format.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using Kind = Submitted::Kind;

class Submit : public StoreTest {
 protected:
  std::string count_tasks() { return database.value("SELECT count(*) FROM task"); }
};

TEST_F(Submit, AThousandAtOnceUnderOneKeyMakeOneTask) {
  constexpr int kThreads = 8, kEach = 125;
  auto pool = database.open(kThreads);
  std::latch start(kThreads);
  std::atomic<int> created = 0, replayed = 0;
  std::mutex mutex;
  std::set<TaskId> ids;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int i = 0; i < kEach; ++i) {
        const auto answer = must(submit(*pool, {task("the key")})).at(0);
        answer.kind == Kind::created ? ++created : ++replayed;
        const std::lock_guard lock(mutex);
        ids.insert(answer.id);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(replayed, kThreads * kEach - 1);
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_EQ(count_tasks(), "1");
}

TEST_F(Submit, ReplaysTheStoredAnswerForTheSameBody) {
  NewTask first = task("key"), second = task("key");
  first.response = "the first answer";
  second.response = "never seen";
  submit_one(first);
  const auto answer = must(submit(*db, {second})).at(0);
  EXPECT_EQ(answer.kind, Kind::replayed);
  EXPECT_EQ(answer.id, first.id);
  EXPECT_EQ(answer.response, "the first answer");
  EXPECT_TRUE(answer.ready.empty());
  EXPECT_TRUE(answer.events.empty());
}

TEST_F(Submit, RefusesTheSameKeyWithAnotherBody) {
  const TaskId id = submit_one(task("key", "one body"));
  const auto answer = must(submit(*db, {task("key", "another body")})).at(0);
  EXPECT_EQ(answer.kind, Kind::key_reused_with_other_body);
  EXPECT_EQ(answer.id, id);
  EXPECT_EQ(count_tasks(), "1");
}

TEST_F(Submit, AnswersTwoOfOneBatchAsIfTheyHadComeOneAfterTheOther) {
  const auto answers = must(submit(*db, {task("a", "x"), task("a", "x"), task("a", "y"), task("b", "x"), task(), task()}));
  std::vector<Kind> kinds;
  for (const auto& answer : answers) kinds.push_back(answer.kind);
  EXPECT_EQ(kinds,
            (std::vector{Kind::created, Kind::replayed, Kind::key_reused_with_other_body, Kind::created, Kind::created, Kind::created}));
  EXPECT_EQ(answers[1].id, answers[0].id);
  EXPECT_EQ(count_tasks(), "4");

  // The batch's first meets a key that stands with the second's body: only the stored key can answer the second.
  const auto again = must(submit(*db, {task("b", "other"), task("b", "x")}));
  EXPECT_EQ(again[0].kind, Kind::key_reused_with_other_body);
  EXPECT_EQ(again[1].kind, Kind::replayed);
}

TEST_F(Submit, KeysOfTwoOrganisationsDoNotMeet) {
  NewTask other = task("key");
  other.org = OrgId{Uuid::v4()};
  database.query(fmt::format("INSERT INTO repository (org_id, repository_id, url) VALUES ('{}', 'org/name', 'x')", other.org.to_string()));
  submit_one(task("key"));
  submit_one(other);
  EXPECT_EQ(count_tasks(), "2");
}

TEST_F(Submit, ARepeatedCallIsTheSameWriteAndTellsTheSame) {
  const NewTask wanted = task("key");
  const auto first = must(submit(*db, {wanted})).at(0), second = must(submit(*db, {wanted})).at(0);
  EXPECT_EQ(second.kind, Kind::created);
  EXPECT_EQ(second.ready.size(), first.ready.size());
  EXPECT_EQ(second.events.size(), first.events.size());
  EXPECT_EQ(second.events.at(0).seq, 1);
  EXPECT_EQ(count_tasks(), "1");
}

TEST_F(Submit, LeavesNothingBehindForAnUnknownRepository) {
  NewTask wanted = task("key");
  wanted.repository_id = "no/such";
  EXPECT_EQ(must(submit(*db, {wanted})).at(0).kind, Kind::repository_unknown);
  EXPECT_EQ(count_tasks(), "0");
  submit_one(task("key"));  // the key is free
}

TEST_F(Submit, AKeyLivesUntilADayAfterItsTaskHasEnded) {
  const TaskId open = submit_one(task("open")), ended = submit_one(task("ended"));
  must(cancel(*db, kDefaultOrg, ended, "tester"));
  database.query("UPDATE idempotency_key SET created_at = created_at - interval '3 days'");
  EXPECT_EQ(must(expire(*db)), 0u);
  database.query("UPDATE task SET finished_at = finished_at - interval '25 hours' WHERE finished_at IS NOT NULL");
  EXPECT_EQ(must(expire(*db)), 1u);
  EXPECT_EQ(must(submit(*db, {task("open")})).at(0).id, open);
  EXPECT_NE(submit_one(task("ended")), ended);
}

TEST_F(Submit, RefusesATextThatPostgresCannotHoldInsteadOfCuttingIt) {
  for (auto text : {&NewTask::created_by, &NewTask::context}) {
    NewTask wanted = task();
    wanted.*text = std::string("a\0b", 3);
    const auto answer = submit(*db, {wanted});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, "database_rejected");
  }
}

TEST_F(Submit, KeepsEveryByteOfTheTextsOfATaskAndTellsTasksApart) {
  NewTask first = task(), second = task();
  first.context = R"({"prompt":"\"quoted\", {braces}, \\ and ünïcödé 日本 😀"})";
  first.request = std::string(100'000, 'r');
  second.context = "";
  second.request = "NULL";
  must(submit(*db, {first, second}));
  for (const auto& wanted : {first, second}) {
    const auto stored = must(get_task(*db, wanted.org, wanted.id));
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->context, wanted.context);
    EXPECT_EQ(stored->request, wanted.request);
  }
}

}  // namespace
}  // namespace argosy::store
