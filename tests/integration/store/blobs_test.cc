// Artifacts' bytes come back as they went in, whatever is repeated, within the task's cap.
#include "common/store/blobs.h"

#include <fmt/format.h>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

class Blobs : public StoreTest {
 protected:
  static constexpr std::int64_t kCap = 8 << 20;

  BlobLink link(const TaskId& id, std::string_view bytes, std::string name = "patch") const {
    return {.task = id, .step = 100, .attempt = 1, .kind = "patch", .name = std::move(name), .sha256 = crypto::sha256_hex(bytes)};
  }
};

TEST_F(Blobs, BytesOfManyChunksComeBack) {
  const TaskId id = submit_one();
  std::string bytes;
  for (int i = 0; bytes.size() < 5u << 20; ++i) bytes += fmt::format("line {} \0\xff\n", i);
  must(put_blob(*db, link(id, bytes), bytes, kCap));
  const auto back = must(get_blob(*db, id, crypto::sha256_hex(bytes)));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back == bytes, true);
  const auto links = must(list_blobs(*db, id));
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].size, static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ(links[0].step, 100);
}

TEST_F(Blobs, NothingIsBytesToo) {
  const TaskId id = submit_one();
  must(put_blob(*db, link(id, ""), "", kCap));
  EXPECT_EQ(must(get_blob(*db, id, crypto::sha256_hex(""))), "");
}

TEST_F(Blobs, PutTwiceIsOneAndAnotherTasksBytesAreNotFound) {
  const TaskId mine = submit_one(), other = submit_one();
  must(put_blob(*db, link(mine, "abc"), "abc", kCap));
  must(put_blob(*db, link(mine, "abc"), "abc", kCap));
  EXPECT_EQ(must(list_blobs(*db, mine)).size(), 1u);
  EXPECT_FALSE(must(get_blob(*db, other, crypto::sha256_hex("abc"))).has_value());
  EXPECT_FALSE(must(get_blob(*db, mine, "no digest")).has_value());
}

TEST_F(Blobs, TheTasksCapHoldsAndTheSameBytesCountOnce) {
  const TaskId id = submit_one();
  const std::string half(500, 'a'), more(501, 'b');
  must(put_blob(*db, link(id, half), half, 1'000));
  must(put_blob(*db, link(id, half, "again"), half, 1'000));
  const auto refused = put_blob(*db, link(id, more), more, 1'000);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "artifact_task_cap");
  EXPECT_EQ(must(list_blobs(*db, id)).size(), 2u);
}

TEST_F(Blobs, OfAStepsStatesTheNewestAreKeptAndTheLastIsFound) {
  const TaskId id = submit_one();
  const auto owner = worker(tasks::Queue::planning);
  const auto held = claim_one(owner, tasks::Queue::planning, {id, 0});
  const auto state = [&](std::string_view bytes, std::int16_t attempt = 1) {
    return BlobLink{.task = id, .step = 0, .attempt = attempt, .kind = "agent_state", .name = "state", .sha256 = crypto::sha256_hex(bytes)};
  };
  EXPECT_EQ(must(newest_blob(*db, {id, 0}, "agent_state")), std::nullopt);
  for (int round = 0; round < 3 + kKeptStates; ++round) {
    database.query("UPDATE blob_chunk SET kept_at = kept_at - interval '2 minutes'");  // what is fresh somebody may be about to link
    const auto bytes = fmt::format("round {}", round);
    must(keep_state(*db, state(bytes), held.lease_epoch, bytes, kCap));
    must(keep_state(*db, state(bytes), held.lease_epoch, bytes, kCap));  // its answer was lost
    EXPECT_EQ(must(newest_blob(*db, {id, 0}, "agent_state")), crypto::sha256_hex(bytes));
  }
  EXPECT_EQ(database.query("SELECT count(*) FROM blob_link").at(0).at(0), std::to_string(kKeptStates));
  EXPECT_EQ(database.query("SELECT count(*) FROM blob_chunk").at(0).at(0), std::to_string(kKeptStates))
      << "the others' bytes are gone with them";
  EXPECT_EQ(must(newest_blob(*db, {id, 1}, "agent_state")), std::nullopt);
  EXPECT_TRUE(must(list_blobs(*db, id)).empty()) << "it is no result";
}

TEST_F(Blobs, AStateOfAnAttemptThatHoldsTheStepNoMoreDoesNotCount) {
  const TaskId id = submit_one();
  const auto owner = worker(tasks::Queue::planning);
  const auto held = claim_one(owner, tasks::Queue::planning, {id, 0});
  const BlobLink link{.task = id, .step = 0, .attempt = 1, .kind = "agent_state", .name = "state", .sha256 = crypto::sha256_hex("late")};
  const auto late = keep_state(*db, link, held.lease_epoch - 1, "late", kCap);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "lease_lost");
  EXPECT_EQ(late.error().category, Category::transient);
  EXPECT_EQ(must(newest_blob(*db, {id, 0}, "agent_state")), std::nullopt);
}

// Else it could be taken away between the look at its lease and the write, which would then hide what its new owner kept.
TEST_F(Blobs, AStepWhoseStateIsBeingKeptIsTakenFromNobody) {
  const TaskId id = submit_one();
  const auto held = claim_one(worker(tasks::Queue::planning), tasks::Queue::planning, {id, 0});
  auto keeps = database.session(), takes = database.session();
  keeps.query("BEGIN");
  EXPECT_EQ(keeps
                .query(fmt::format("SELECT keep_state_v2('{}', '\\x{}', 's', 0::smallint, 1::smallint, {}, 'agent_state', 1, 100, 3)",
                                   id.to_string(), crypto::sha256_hex("s"), held.lease_epoch))
                .at(0)
                .at(0),
            "linked");
  const auto free_rows = [&] {
    return takes.query(fmt::format("SELECT FROM step WHERE task_id = '{}' FOR UPDATE SKIP LOCKED", id.to_string())).size();
  };
  EXPECT_EQ(free_rows(), 0u);
  keeps.query("COMMIT");
  EXPECT_EQ(free_rows(), 1u);
}

TEST_F(Blobs, BytesThatNoTaskNamesAreRemovedADayLater) {
  const TaskId id = submit_one();
  must(put_blob(*db, link(id, "kept"), "kept", kCap));
  EXPECT_FALSE(put_blob(*db, link(TaskId{Uuid::v4()}, "lost"), "lost", kCap).has_value());
  EXPECT_EQ(must(expire(*db)), 0u);
  database.query("UPDATE blob_chunk SET kept_at = kept_at - interval '25 hours'");
  EXPECT_EQ(must(expire(*db)), 1u);
  EXPECT_EQ(must(get_blob(*db, id, crypto::sha256_hex("kept"))), "kept");
}

}  // namespace
}  // namespace argosy::store
