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
