// Artifacts whose bytes lie in a bucket: they come back as they went in, once, within their task's cap, and go when nothing names them; and
// what is wrong with the bucket is told. The bucket is moto's, the database real.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "common/runtime/artifacts/bucket.h"
#include "common/runtime/blob_artifacts.h"
#include "common/store/blobs.h"
#include "common/store/placed/placed_blobs.h"
#include "tests/integration/artifacts/moto.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BucketOfArtifacts : public StoreTest {
 protected:
  BucketOfArtifacts() {
    for (const auto& key : moto().keys()) EXPECT_EQ(moto().raw("DELETE", key).status, 204);
    settings_ = moto().settings();
    connect();
    task_ = submit_one();
  }
  static test::Moto& moto() {
    static test::Moto one;
    return one;
  }
  // Again, with the settings as they now are.
  void connect() {
    db_ = std::make_shared<Database>(DatabaseOptions{.url = database.url(), .read_placed = runtime::read_placed(settings_)});
    artifacts_ = runtime::blob_artifacts(db_, settings_);
  }
  artifacts::Put what(std::string name = "step-1.patch") const { return {.step = {task_, 1}, .attempt = 1, .name = std::move(name)}; }
  // As if a day had passed, and what a pass of retention does then: whether there is more.
  bool a_day_later() {
    testing::SqlSession(database.url())
        .query(
            "UPDATE blob_place SET kept_at = kept_at - interval '25 hours'; UPDATE blob_leaving SET due_at = due_at - interval '25 hours'");
    return must(runtime::remove_unnamed(*db_, *runtime::bucket_of(settings_), settings_.s3_prefix));
  }
  void forget_links() { testing::SqlSession(database.url()).query("DELETE FROM blob_link"); }

  config::Settings settings_;
  std::shared_ptr<Database> db_;
  std::unique_ptr<artifacts::ArtifactStore> artifacts_;
  TaskId task_{};
};

TEST_F(BucketOfArtifacts, BytesComeBackAndNoneOfThemAreInPostgres) {
  std::string bytes;
  for (int i = 0; bytes.size() < 5u << 20; ++i) bytes += fmt::format("line {} \n", i) + std::string("\0\xff", 2);
  const auto sha256 = must(artifacts_->put(what(), bytes));
  EXPECT_TRUE(must(artifacts_->get(task_, sha256)) == bytes);
  EXPECT_TRUE(must(get_blob(*db_, task_, sha256)) == bytes) << "as ingest reads it";
  EXPECT_EQ(testing::SqlSession(database.url()).value("SELECT count(*) FROM blob_chunk"), "0");
  EXPECT_THAT(moto().keys(), ElementsAre(HasSubstr("artifacts/" + sha256.substr(0, 2) + "/" + sha256 + "-")));
  EXPECT_EQ(must(list_blobs(*db_, task_)).at(0).size, static_cast<std::int64_t>(bytes.size()));
  const auto nothing = must(artifacts_->put(what("empty"), ""));
  EXPECT_EQ(must(artifacts_->get(task_, nothing)), "");
}

TEST_F(BucketOfArtifacts, BytesThatReadLikeAnErrorOfTheBucketComeBack) {
  for (const auto* code : {"SlowDown", "ExpiredToken", "NoSuchKey"}) {
    const auto bytes = fmt::format("<Error><Code>{}</Code></Error>", code);
    const auto sha256 = must(artifacts_->put(what(code), bytes));
    EXPECT_EQ(must(artifacts_->get(task_, sha256)), bytes);
  }
}

TEST_F(BucketOfArtifacts, TheSameBytesAreOneObjectAndAnotherTasksAreNotFound) {
  const auto other = submit_one();
  const auto sha256 = must(artifacts_->put(what(), "abc"));
  must(artifacts_->put(what(), "abc"));
  must(artifacts_->put(what("again"), "abc"));
  EXPECT_THAT(moto().keys(), SizeIs(1));
  EXPECT_EQ(artifacts_->get(other, sha256).error().code, "artifact_not_found");
}

TEST_F(BucketOfArtifacts, TheTasksCapIsKeptInPostgres) {
  settings_.max_task_artifact_bytes = 1'000;
  connect();
  must(artifacts_->put(what(), std::string(600, 'a')));
  EXPECT_EQ(artifacts_->put(what("more"), std::string(600, 'b')).error().code, "artifact_task_cap");
}

TEST_F(BucketOfArtifacts, WhatTheBucketGarbledIsASecurityMatterAndWhatItLostIsTold) {
  const auto sha256 = must(artifacts_->put(what(), "what was meant"));
  const auto key = moto().keys().at(0);
  ASSERT_EQ(moto().raw("PUT", key, "something else").status, 200);
  const auto garbled = artifacts_->get(task_, sha256);
  ASSERT_FALSE(garbled);
  EXPECT_EQ(garbled.error().code, "artifact_corrupt");
  EXPECT_EQ(garbled.error().category, Category::security);
  moto().raw("DELETE", key);
  EXPECT_EQ(artifacts_->get(task_, sha256).error().code, "artifact_lost");
}

TEST_F(BucketOfArtifacts, WhatLiesInPostgresIsReadThereAndTheOtherWayRound) {
  settings_.artifacts = "postgres";
  connect();
  const auto there = must(artifacts_->put(what("there"), "in postgres"));
  settings_.artifacts = "s3";
  connect();
  const auto here = must(artifacts_->put(what("here"), "in the bucket"));
  EXPECT_EQ(must(artifacts_->get(task_, there)), "in postgres");
  settings_.artifacts = "postgres";
  connect();
  EXPECT_EQ(must(artifacts_->get(task_, here)), "in the bucket");
  const auto without = get_blob(*db, task_, here);  // a process that knows of no bucket
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, "artifact_elsewhere");
}

TEST_F(BucketOfArtifacts, ObjectsGoADayAfterNothingNamesThem) {
  must(artifacts_->put(what("goes"), "goes"));
  const auto stays = must(artifacts_->put(what("stays"), "stays"));
  testing::SqlSession(database.url()).query("DELETE FROM blob_link WHERE name = 'goes'");
  must(runtime::remove_unnamed(*db_, *runtime::bucket_of(settings_), settings_.s3_prefix));
  EXPECT_THAT(moto().keys(), SizeIs(2)) << "not at once: somebody may be about to name it";
  EXPECT_FALSE(a_day_later());
  EXPECT_THAT(moto().keys(), ElementsAre(HasSubstr(stays)));
  EXPECT_EQ(testing::SqlSession(database.url()).value("SELECT count(*) FROM blob_leaving"), "0");
}

TEST_F(BucketOfArtifacts, APassThatLeavesObjectsSaysThatThereIsMore) {
  for (std::size_t n = 0; n <= runtime::kObjectsAPass; ++n) must(artifacts_->put(what(), fmt::format("artifact {}", n)));
  forget_links();
  EXPECT_TRUE(a_day_later());
  EXPECT_THAT(moto().keys(), SizeIs(1));
  EXPECT_FALSE(a_day_later());
  EXPECT_THAT(moto().keys(), IsEmpty());
}

TEST_F(BucketOfArtifacts, NothingIsRemovedForWhoGivesUpAndALaterPassRemovesIt) {
  must(artifacts_->put(what(), "goes"));
  forget_links();
  testing::SqlSession(database.url()).query("UPDATE blob_place SET kept_at = kept_at - interval '25 hours'");
  const auto given_up = runtime::remove_unnamed(*db_, *runtime::bucket_of(settings_), settings_.s3_prefix, [] { return true; });
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().code, "artifact_store_given_up");
  EXPECT_THAT(moto().keys(), SizeIs(1));
  a_day_later();
  EXPECT_THAT(moto().keys(), IsEmpty());
}

TEST_F(BucketOfArtifacts, BytesThatArePutWhileTheirOldObjectIsStillBeingRemovedAreKept) {
  const auto sha256 = must(artifacts_->put(what(), "again and again"));
  forget_links();
  testing::SqlSession(database.url()).query("UPDATE blob_place SET kept_at = kept_at - interval '25 hours'");
  ASSERT_EQ(must(leave_places(*db_, 16)), 1u);
  const auto leaving = must(leaving_blobs(*db_, 16));
  ASSERT_THAT(leaving, SizeIs(1));
  must(artifacts_->put(what(), "again and again"));
  // Only now does the slow remover get to it.
  must(runtime::bucket_of(settings_)->remove(artifacts::s3::key_of(settings_.s3_prefix, sha256, leaving[0].place)));
  must(blobs_left(*db_, {leaving[0].place}));
  EXPECT_EQ(must(artifacts_->get(task_, sha256)), "again and again");
}

TEST_F(BucketOfArtifacts, APlaceThatWasLetGoWhileItsBytesWerePutIsNotNamed) {
  const auto place = must(place_blob(*db_, crypto::sha256_hex("slow")));
  testing::SqlSession(database.url()).query("UPDATE blob_place SET kept_at = kept_at - interval '25 hours'");
  must(leave_places(*db_, 16));
  const auto late = link_placed(*db_, {.task = task_, .kind = "patch", .name = "p", .sha256 = crypto::sha256_hex("slow"), .size = 4},
                                place.number, 1'000);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "artifact_moved");
  EXPECT_EQ(late.error().category, Category::transient);
}

TEST_F(BucketOfArtifacts, AWrongBucketAndAServerThatIsAwayAreTold) {
  settings_.s3_bucket = "no-such-bucket";
  connect();
  EXPECT_EQ(artifacts_->put(what(), "x").error().code, "artifact_bucket_missing");
  settings_.s3_bucket = test::Moto::kBucket;
  settings_.s3_endpoint = fmt::format("http://127.0.0.1:{}", free_port().value());
  connect();
  const auto away = artifacts_->put(what(), "x");
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, "artifact_store_unavailable");
  EXPECT_EQ(away.error().category, Category::transient);
  EXPECT_TRUE(must(list_blobs(*db_, task_)).empty()) << "nothing is the task's before its bytes are there";
}

TEST_F(BucketOfArtifacts, TheDoctorsProbeLeavesNothingBehind) {
  EXPECT_EQ(artifacts::s3::bucket_problem(*runtime::bucket_of(settings_), "artifacts/"), std::nullopt);
  EXPECT_THAT(moto().keys(), IsEmpty());
  settings_.s3_bucket = "no-such-bucket";
  EXPECT_THAT(artifacts::s3::bucket_problem(*runtime::bucket_of(settings_), "artifacts/").value_or(""), HasSubstr("NoSuchBucket"));
}

// Keys that STS lends for the token of a service account: those of moto's STS are good for moto's S3.
TEST_F(BucketOfArtifacts, KeysAreLentForAServiceAccountsToken) {
  TempDir folder("argosy-token");
  const auto token = folder.path() / "token";
  ASSERT_TRUE(write_file_atomic(token, "header.payload.signature\n"));
  const auto around = artifacts::s3::real_surroundings();
  const auto keys = artifacts::s3::web_identity({.role_arn = "arn:aws:iam::123456789012:role/argosy-test-codegen",
                                                 .token_file = token,
                                                 .session = "argosy-test",
                                                 .sts_url = moto().url() + "/"},
                                                around.fetch, around.clock);
  const auto lent = must(keys->get({}));
  EXPECT_FALSE(lent.session_token.empty());
  EXPECT_GT(lent.expires_at, system_clock().unix_ms());
}

}  // namespace
}  // namespace argosy::store
