// Promises of the bucket: what is tried again and how often, what an answer means, and that keys which end are renewed in time.
#include "common/artifacts/s3/bucket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>
#include <deque>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "common/core/crypto.h"

namespace argosy::artifacts::s3 {
namespace {

using ::testing::HasSubstr;

class SetClock final : public Clock {
 public:
  UnixMillis unix_ms() const override { return now; }
  std::chrono::nanoseconds boot_time() const override { return std::chrono::milliseconds(now); }
  UnixMillis now = 1'800'000'000'000;
};

// What the other side answers, in turn; the last one for ever.
struct Server {
  std::deque<Result<http::Response>> answers;
  std::vector<http::ClientRequest> asked{};
  std::vector<std::chrono::milliseconds> waits{};
  SetClock clock{};

  Surroundings around() {
    return {.fetch =
                [this](const http::ClientRequest& request) {
                  asked.push_back(request);
                  auto answer = answers.front();
                  if (answers.size() > 1) answers.pop_front();
                  return answer;
                },
            .clock = clock,
            .wait = [this](std::chrono::milliseconds time, const GiveUp&) { waits.push_back(time); }};
  }
  Bucket bucket(BucketOptions options = {.bucket = "things", .region = "eu-central-1"}) {
    return {std::move(options), fixed_credentials({.access_key = "A", .secret_key = "S"}), around()};
  }
};

http::Response answer(int status, const std::string& code = "") {
  return {.status = status, .body = code.empty() ? "" : "<Error><Code>" + code + "</Code><Message>so it is</Message></Error>"};
}

std::string header(const http::ClientRequest& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

TEST(Bucket, StandsBeforeTheHostOrInThePath) {
  Server server{.answers = {answer(200)}};
  ASSERT_TRUE(server.bucket().get("a/b"));
  ASSERT_TRUE(server.bucket({.bucket = "things", .region = "r", .endpoint = "http://127.0.0.1:9/", .path_style = true}).get("a b"));
  EXPECT_EQ(server.asked[0].url, "https://things.s3.eu-central-1.amazonaws.com/a/b");
  EXPECT_EQ(server.asked[1].url, "http://127.0.0.1:9/things/a%20b");
}

TEST(Bucket, PutsOnceAndTakesWhatIsThereForPut) {
  Server server{.answers = {answer(200), answer(412, "PreconditionFailed")}};
  auto bucket = server.bucket({.bucket = "things", .region = "r", .encryption = "aws:kms", .kms_key = "k"});
  EXPECT_TRUE(bucket.put("key", "bytes", crypto::sha256_hex("bytes")));
  EXPECT_TRUE(bucket.put("key", "bytes", crypto::sha256_hex("bytes")));
  const auto& request = server.asked[0];
  EXPECT_EQ(request.body, "bytes");
  EXPECT_EQ(header(request, "if-none-match"), "*");
  EXPECT_EQ(header(request, "x-amz-content-sha256"), crypto::sha256_hex("bytes")) << "S3 checks it as it arrives";
  EXPECT_EQ(header(request, "x-amz-server-side-encryption"), "aws:kms");
  EXPECT_EQ(header(request, "x-amz-server-side-encryption-aws-kms-key-id"), "k");
}

TEST(Bucket, TriesAgainWhileTheOtherSideIsBusyOrAway) {
  Server server{.answers = {answer(503, "SlowDown"), fail_transient("timeout", "nothing came"), answer(500), answer(200)}};
  EXPECT_TRUE(server.bucket().put("key", "", crypto::sha256_hex("")));
  EXPECT_EQ(server.asked.size(), 4u);
  ASSERT_EQ(server.waits.size(), 3u);
  for (const auto wait : server.waits) EXPECT_LE(wait, kLongestWait);
}

TEST(Bucket, GivesUpAfterItsTriesWithAnErrorThatMayPass) {
  Server server{.answers = {answer(503, "SlowDown")}};
  const auto put = server.bucket().put("key", "", crypto::sha256_hex(""));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, "artifact_store_unavailable");
  EXPECT_EQ(put.error().category, Category::transient);
  EXPECT_EQ(server.asked.size(), static_cast<std::size_t>(kTries));
}

TEST(Bucket, TriesAsOftenAsItsOptionsSay) {
  Server server{.answers = {fail_transient("timeout", "nothing came")}};
  auto bucket = server.bucket({.bucket = "things", .region = "r", .timeout = std::chrono::seconds(5), .tries = 1});
  EXPECT_EQ(bucket.get("key").error().code, "artifact_store_unavailable");
  ASSERT_EQ(server.asked.size(), 1u);
  EXPECT_EQ(server.asked[0].timeout, std::chrono::seconds(5));
  EXPECT_TRUE(server.waits.empty());
}

TEST(Bucket, TriesNoMoreAndWaitsNoMoreWhenNobodyWaitsForIt) {
  Server server{.answers = {answer(503, "SlowDown")}};
  bool over = false;
  const GiveUp give_up = [&over] { return over; };
  auto around = server.around();
  around.wait = [&](std::chrono::milliseconds, const GiveUp& asked) {
    EXPECT_FALSE(asked());
    over = true;
    EXPECT_TRUE(asked()) << "the wait can see it";
  };
  Bucket bucket({.bucket = "things", .region = "r"}, fixed_credentials({.access_key = "A", .secret_key = "S"}), around);
  const auto put = bucket.put("key", "", crypto::sha256_hex(""), give_up);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, "artifact_store_given_up");
  EXPECT_EQ(put.error().category, Category::transient);
  EXPECT_THAT(put.error().message, HasSubstr("503 SlowDown"));
  ASSERT_EQ(server.asked.size(), 1u);
  EXPECT_TRUE(server.asked[0].cancelled()) << "a try that hangs sees it, too";
  EXPECT_EQ(bucket.get("key", give_up).error().code, "artifact_store_given_up");
  EXPECT_EQ(bucket.remove("key", give_up).error().code, "artifact_store_given_up");
  EXPECT_EQ(server.asked.size(), 1u) << "nothing is begun any more";
}

// An artifact may be the page of a bucket's error that a task looked at.
TEST(Bucket, BytesThatReadLikeAnErrorComeBackAsTheyAre) {
  for (const auto* code : {"SlowDown", "RequestTimeout", "OperationAborted", "ExpiredToken", "InvalidToken", "NoSuchKey"}) {
    Server server{.answers = {answer(200, code)}};
    auto bucket = server.bucket();
    EXPECT_TRUE(bucket.put("key", answer(200, code).body, crypto::sha256_hex(answer(200, code).body)));
    const auto got = bucket.get("key");
    ASSERT_TRUE(got) << code;
    EXPECT_EQ(*got, answer(200, code).body);
    EXPECT_EQ(server.asked.size(), 2u) << code << ": one call each";
  }
}

TEST(Bucket, TellsWhatIsNotThereFromWhatIsRefused) {
  Server server{
      .answers = {answer(404, "NoSuchKey"), answer(404, "NoSuchBucket"), answer(403, "AccessDenied"), answer(301, "PermanentRedirect")}};
  auto bucket = server.bucket();
  EXPECT_EQ(bucket.get("key").value(), std::nullopt);
  const auto no_bucket = bucket.get("key");
  EXPECT_EQ(no_bucket.error().code, "artifact_bucket_missing");
  const auto refused = bucket.get("key");
  EXPECT_EQ(refused.error().code, "artifact_store_refused");
  EXPECT_THAT(refused.error().message, HasSubstr("AccessDenied so it is"));
  EXPECT_THAT(bucket.get("key").error().hint, HasSubstr("ARGOSY_S3_REGION"));
  EXPECT_TRUE(server.waits.empty()) << "none of these passes by itself";
}

TEST(Bucket, RemovesWhatIsNotThereEither) {
  Server server{.answers = {answer(204), answer(404, "NoSuchKey"), answer(403, "AccessDenied")}};
  auto bucket = server.bucket();
  EXPECT_TRUE(bucket.remove("key"));
  EXPECT_TRUE(bucket.remove("key"));
  EXPECT_EQ(bucket.remove("key").error().code, "artifact_store_refused");
}

TEST(Bucket, GivesEachPlaceOfADigestItsOwnKey) {
  EXPECT_EQ(key_of("artifacts/", "abcd", 7), "artifacts/ab/abcd-7");
  EXPECT_NE(key_of("", "abcd", 7), key_of("", "abcd", 8));
}

class LentKeys : public ::testing::Test {
 protected:
  LentKeys() {
    path_ = std::filesystem::temp_directory_path() / ("argosy-token-" + std::to_string(::getpid()));
    write("first");
  }
  ~LentKeys() override { std::filesystem::remove(path_); }
  void write(const std::string& token) { std::ofstream(path_) << token << "\n"; }
  http::Response sts(const std::string& key, UnixMillis until) {
    return {.status = 200,
            .body = "<AssumeRoleWithWebIdentityResponse><Credentials><AccessKeyId>" + key +
                    "</AccessKeyId><SecretAccessKey>secret-of-it</SecretAccessKey><SessionToken>token-of-it</SessionToken><Expiration>" +
                    rfc3339(until) + "</Expiration></Credentials></AssumeRoleWithWebIdentityResponse>"};
  }
  std::unique_ptr<CredentialSource> source() {
    return web_identity({.role_arn = "arn:aws:iam::1:role/a", .token_file = path_, .session = "s", .sts_url = "https://sts"},
                        server_.around().fetch, server_.clock);
  }
  std::filesystem::path path_;
  Server server_;
};

TEST_F(LentKeys, AreKeptAndRenewedBeforeTheyEndWithTheTokenAsItThenIs) {
  const auto now = server_.clock.now;
  server_.answers = {sts("one", now + 3'600'000), sts("two", now + 7'200'000)};
  const auto keys = source();
  EXPECT_EQ(keys->get({}).value().access_key, "one");
  EXPECT_EQ(keys->get({}).value().session_token, "token-of-it");
  EXPECT_EQ(server_.asked.size(), 1u);
  EXPECT_THAT(server_.asked[0].body, HasSubstr("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa"));
  EXPECT_THAT(server_.asked[0].body, HasSubstr("WebIdentityToken=first"));
  write("second");
  server_.clock.now = now + 3'600'000 - kRenewBefore;
  EXPECT_EQ(keys->get({}).value().access_key, "two");
  EXPECT_THAT(server_.asked[1].body, HasSubstr("WebIdentityToken=second"));
}

TEST_F(LentKeys, AreUsedToTheirEndWhileNoneAreLent) {
  const auto now = server_.clock.now;
  server_.answers = {sts("one", now + 3'600'000), fail_transient("connect_failed", "away")};
  const auto keys = source();
  ASSERT_TRUE(keys->get({}));
  server_.clock.now = now + 3'600'000 - 1;
  EXPECT_EQ(keys->get({}).value().access_key, "one");
  server_.clock.now = now + 3'600'000;
  EXPECT_EQ(keys->get({}).error().code, "artifact_keys_unavailable");
}

TEST_F(LentKeys, AreNotWaitedForByOneWhoGivesUpWhileAnotherFetchesThem) {
  std::promise<void> fetching, go_on;
  const auto keys = web_identity(
      {.role_arn = "arn:aws:iam::1:role/a", .token_file = path_, .session = "s", .sts_url = "https://sts"},
      [&](const http::ClientRequest&) -> Result<http::Response> {
        fetching.set_value();
        go_on.get_future().wait();
        return fail_transient("timeout", "nothing came");
      },
      server_.clock);
  std::jthread other([&] { EXPECT_FALSE(keys->get({})); });
  fetching.get_future().wait();
  const auto given_up = keys->get([] { return true; });
  ASSERT_FALSE(given_up);
  EXPECT_THAT(given_up.error().message, HasSubstr("nobody waits any more"));
  go_on.set_value();
}

TEST_F(LentKeys, OfAnAgentComeAsJsonAndARefusalIsTold) {
  server_.answers = {http::Response{.status = 200,
                                    .body = R"({"AccessKeyId":"k","SecretAccessKey":"secret-of-k","Token":"t","Expiration":")" +
                                            rfc3339(server_.clock.now + 3'600'000) + "\"}"},
                     answer(403, "AccessDenied")};
  const auto keys =
      container_credentials({.url = "http://169.254.170.23/v1/credentials", .token_file = path_}, server_.around().fetch, server_.clock);
  EXPECT_EQ(keys->get({}).value().access_key, "k");
  EXPECT_EQ(header(server_.asked[0], "Authorization"), "first");
  keys->forget();
  EXPECT_THAT(keys->get({}).error().message, HasSubstr("403 AccessDenied"));
}

TEST_F(LentKeys, ThatAreRefusedAreForgottenAndAskedForAnew) {
  const auto now = server_.clock.now;
  server_.answers = {sts("one", now + 3'600'000), answer(400, "ExpiredToken"), sts("two", now + 3'600'000), answer(200)};
  Bucket bucket({.bucket = "things", .region = "r"}, source(), server_.around());
  EXPECT_TRUE(bucket.get("key"));
  EXPECT_THAT(header(server_.asked[3], "authorization"), HasSubstr("Credential=two/"));
}

}  // namespace
}  // namespace argosy::artifacts::s3
