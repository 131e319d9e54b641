// The answer of a call is lost after its commit, once for each move: a program of its own, because failpoints are read once a process.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "common/core/clock.h"
#include "common/core/crypto.h"
#include "common/store/moves.h"
#include "tests/support/database.h"

namespace argosy::store {
namespace {

using tasks::Queue;

// Before main, and so before anybody asks for a failpoint.
const int kSpec =
    ::setenv("ARGOSY_FAILPOINTS_SPEC",
             "submit.after_commit=error*1;claim.after=error*1;finish.after=error*1;renew.before=error*1;claim.before=error*1", 1);

TEST(InDoubt, EachMoveIsRepeatedAndDoneOnce) {
  ASSERT_EQ(kSpec, 0);
  testing::TestDatabase database;
  auto db = database.open();
  database.query(
      fmt::format("INSERT INTO repository (org_id, repository_id, url) VALUES ('{}', 'org/name', 'x')", kDefaultOrg.to_string()));
  const TaskId id{Uuid::v7(system_clock().unix_ms())};
  const auto submitted = submit(*db, {{.id = id,
                                       .org = kDefaultOrg,
                                       .repository_id = "org/name",
                                       .kind = "k",
                                       .steps = {{.ordinal = 0, .queue = Queue::planning, .kind = "plan", .title = {}, .payload = {}}},
                                       .idempotency_key = "key",
                                       .body_sha256 = crypto::sha256("body")}});
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

}  // namespace
}  // namespace argosy::store
