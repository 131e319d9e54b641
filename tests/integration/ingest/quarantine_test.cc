// What a security matter keeps back: clients get none of it, and the operator's command decides.
#include <gmock/gmock.h>

#include "common/core/crypto.h"
#include "common/core/subprocess.h"
#include "common/store/blobs.h"
#include "tests/integration/ingest/api.h"
#include "tests/integration/ingest/played_worker.h"

namespace argosy::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class QuarantineApi : public Api {
 protected:
  void SetUp() override {
    start();
    add_repository();
    task_ = submit();
    patch_ = put("patch", "a.patch", "+ a key");
    log_ = put("log", "step-0-attempt-1.log", "it ran");
  }
  std::string put(const std::string& kind, const std::string& name, const std::string& bytes) {
    const auto sha256 = crypto::sha256_hex(bytes);
    EXPECT_TRUE(
        store::put_blob(db(), {.task = *TaskId::parse(task_), .attempt = 1, .kind = kind, .name = name, .sha256 = sha256}, bytes, 1 << 20));
    return sha256;
  }
  void find_a_secret() {
    PlayedWorker worker(db(), *TaskId::parse(task_));
    store::FinishedStep found;
    found.outcome = store::FinishedStep::Outcome::failed;
    found.error = Error{.category = Category::security, .code = "secret_in_diff", .message = "a key in a.py", .hint = {}};
    worker.finish(worker.claim(0, tasks::Queue::planning), found);
  }
  Answer artifact(const std::string& sha256, http::Headers headers = {}) {
    return get("/api/v1/tasks/" + task_ + "/artifacts/" + sha256, std::move(headers));
  }
  Completed quarantine(std::vector<std::string> words) {
    words.insert(words.begin(), {ARGOSY_BINARY_DIR "/bin/argosy", "quarantine"});
    auto env = minimal_env();
    env["ARGOSY_POSTGRES_URL"] = database().url();
    return run({.argv = std::move(words), .env = std::move(env)}).value();
  }

  std::string task_, patch_, log_;
};

TEST_F(QuarantineApi, ClientsGetOnlyTheLogs) {
  const auto etag = artifact(patch_).header("ETag");
  find_a_secret();
  const auto refused = artifact(patch_, {{"If-None-Match", etag}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.problem(), "/problems/artifact_quarantined");
  EXPECT_THAT(refused.body.string_or("hint", ""), HasSubstr("argosy quarantine"));
  EXPECT_EQ(artifact(log_).text, "it ran");
  for (const auto& one : get("/api/v1/tasks/" + task_ + "/artifacts").body.array_or_empty("artifacts"))
    EXPECT_EQ(one.bool_or("quarantined", false), one.string_or("kind", "") == "patch");
}

TEST_F(QuarantineApi, TheOperatorLooksAndReleases) {
  EXPECT_THAT(quarantine({"list"}).out, HasSubstr("nothing is kept back"));
  EXPECT_EQ(quarantine({"release", task_}).exit_code, 1);
  find_a_secret();
  EXPECT_THAT(quarantine({"list"}).out,
              ::testing::AllOf(HasSubstr(task_), HasSubstr("secret_in_diff"), HasSubstr("1 artifacts kept back")));
  EXPECT_THAT(quarantine({"show", task_}).out, HasSubstr(patch_));
  EXPECT_EQ(quarantine({"get", task_, patch_}).out, "+ a key");
  EXPECT_EQ(quarantine({"release", task_, "--by", "ann"}).exit_code, 0);
  EXPECT_EQ(artifact(patch_).text, "+ a key");
  EXPECT_THAT(quarantine({"list"}).out, Not(HasSubstr(task_)));
  EXPECT_THAT(quarantine({"list", "--all"}).out, HasSubstr("released by ann"));
}

TEST_F(QuarantineApi, TheOperatorPurgesAndWrongWordsAreSaid) {
  find_a_secret();
  EXPECT_EQ(quarantine({"purge", "none"}).exit_code, 2);
  EXPECT_EQ(quarantine({"purge"}).exit_code, 2);
  EXPECT_EQ(quarantine({"purge", task_}).out, "1 artifacts purged\n");
  EXPECT_EQ(artifact(patch_).problem(), "/problems/artifact_not_found");
  EXPECT_EQ(artifact(log_).text, "it ran");
}

}  // namespace
}  // namespace argosy::ingest
