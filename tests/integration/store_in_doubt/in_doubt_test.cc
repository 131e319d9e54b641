// The answer of a call is lost after its commit, once for each move: a program of its own, because failpoints are read once a process.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "common/core/clock.h"
#include "common/core/crypto.h"
#include "common/store/moves.h"
#include "common/store/plans/plans.h"
#include "common/tasks/payloads.h"
#include "tests/support/database.h"

namespace argosy::store {
namespace {

using tasks::Queue;

// Before main, and so before anybody asks for a failpoint.
const int kSpec = ::setenv("ARGOSY_FAILPOINTS_SPEC",
                           "submit.after_commit=error*1;claim.after=error*1;finish.after=error*1;renew.before=error*1;claim.before=error*1;"
                           "edit_plan.before=error*1;edit_plan.after=error*1",
                           1);

// A task of a repository, with its first step alone.
Result<std::vector<Submitted>> submit_one(testing::TestDatabase& database, Database& db, const TaskId& id) {
  database.query(
      fmt::format("INSERT INTO repository (org_id, repository_id, url) VALUES ('{}', 'org/name', 'x')", kDefaultOrg.to_string()));
  return submit(db, {{.id = id,
                      .org = kDefaultOrg,
                      .repository_id = "org/name",
                      .kind = "k",
                      .context = "{}",
                      .steps = {{.ordinal = 0, .queue = Queue::planning, .kind = "plan", .title = {}, .payload = {}}},
                      .idempotency_key = "key",
                      .body_sha256 = crypto::sha256("body")}});
}

TEST(InDoubt, EachMoveIsRepeatedAndDoneOnce) {
  ASSERT_EQ(kSpec, 0);
  testing::TestDatabase database;
  auto db = database.open();
  const TaskId id{Uuid::v7(system_clock().unix_ms())};
  const auto submitted = submit_one(database, *db, id);
  ASSERT_TRUE(submitted.has_value());
  EXPECT_EQ(submitted->at(0).kind, Submitted::Kind::created);
  EXPECT_EQ(submitted->at(0).ready.size(), 1u);

  const WorkerId worker{Uuid::v4()};
  ASSERT_TRUE(renew(*db, {.worker = worker, .queue = Queue::planning, .host = "here", .lease = std::chrono::hours{1}}).has_value());
  const auto claimed = claim(*db, worker, Queue::planning, {{{id, 0}, Uuid::v4()}}, true);
  ASSERT_TRUE(claimed.has_value());
  ASSERT_EQ(claimed->size(), 1u);
  EXPECT_EQ(claimed->at(0).attempt, 1);

  const auto done = finish(*db, worker,
                           {{.ref = {id, 0},
                             .lease_epoch = claimed->at(0).lease_epoch,
                             .output = "{}",
                             .added = {{.ordinal = 100, .queue = Queue::codegen, .kind = "change", .title = {}, .payload = {}}},
                             .events = {{"agent_thought", "{}"}}}});
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->accepted.size(), 1u);
  ASSERT_EQ(done->ready.size(), 1u);
  EXPECT_EQ(done->ready[0].ref, (StepRef{id, 100}));
  EXPECT_EQ(done->events.size(), 5u);  // planning, the thought, the step, its successor, running
  EXPECT_EQ(database.value("SELECT last_seq FROM task"), "6");
  EXPECT_EQ(database.value("SELECT attempts FROM step WHERE ordinal = 0"), "1");
}

TEST(InDoubt, AnEditOfAPlanIsRepeatedAndDoneOnce) {
  testing::TestDatabase database;
  auto db = database.open();
  const TaskId id{Uuid::v7(system_clock().unix_ms())};
  ASSERT_TRUE(submit_one(database, *db, id).has_value());
  const auto plan = [](std::string node) {
    return tasks::Plan{.summary = "s",
                       .criteria = {{.id = "c1", .text = "t", .check = ""}},
                       .nodes = {{.id = node, .objective = "o", .write_set = {"a"}, .done_when = {"c1"}}}};
  };
  const auto output = [](const tasks::Plan& of) {
    return tasks::to_json_text(tasks::PlanOutput{.base_commit = "b", .target_branch = "main", .plan = of});
  };
  const tasks::Target target{.base_commit = "b", .branch = "main"};
  const WorkerId worker{Uuid::v4()};
  ASSERT_TRUE(renew(*db, {.worker = worker, .queue = Queue::planning, .host = "here", .lease = std::chrono::hours{1}}).has_value());
  const auto claimed = claim(*db, worker, Queue::planning, {{{id, 0}, Uuid::v4()}}, true);
  ASSERT_TRUE(claimed.has_value() && claimed->size() == 1u);
  ASSERT_TRUE(finish(*db, worker,
                     {{.ref = {id, 0},
                       .lease_epoch = claimed->at(0).lease_epoch,
                       .output = output(plan("a")),
                       .added = tasks::steps_of(plan("a"), target)}})
                  .has_value());
  const auto seen = read_followed_plan(*db, kDefaultOrg, id);
  ASSERT_TRUE(seen && *seen);
  auto revision = tasks::revise(plan("a"), plan("b"), target, (*seen)->steps, 10000);
  ASSERT_TRUE(revision.has_value());
  const auto edited = edit_plan(
      *db, kDefaultOrg, id,
      {.step = 0, .was = (*seen)->output, .becomes = output(plan("b")), .highest = (*seen)->highest, .revision = std::move(*revision)},
      "ann");
  ASSERT_TRUE(edited) << to_string(edited.error());
  EXPECT_EQ(edited->kind, Steered::Kind::unchanged) << "it was done before the answer was lost";
  EXPECT_EQ(edited->stands, R"({"added": [10000, 10001, 10002], "superseded": [100, 101, 102]})");
  EXPECT_EQ(database.value("SELECT count(*) FROM plan_edit"), "1");
  EXPECT_EQ(database.value("SELECT count(*) FROM step WHERE state = 'superseded'"), "3");
}

}  // namespace
}  // namespace argosy::store
