// Promises of the redactor. The secrets below are made up; the shapes are real.
#include "common/core/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argosy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Redact, HidesRegisteredSecretsWhereverTheyStand) {
  redact_register_secret("open-sesame");
  redact_register_secret("open-sesame-and-more");
  EXPECT_EQ(redact("x=open-sesame;y=open-sesame-and-more."), "x=[redacted];y=[redacted].");
}

TEST(Redact, IgnoresSecretsThatAreTooShortToBeOne) {
  redact_register_secret("the");
  EXPECT_EQ(redact("the end"), "the end");
}

TEST(Redact, HidesUserinfoInUrlsAndKeepsTheHost) {
  EXPECT_EQ(redact("fetch https://bob:pw@example.org/x.git failed"), "fetch https://[redacted]@example.org/x.git failed");
  EXPECT_EQ(redact("postgres://u:p%40w@h:5432/db"), "postgres://[redacted]@h:5432/db");
  EXPECT_EQ(redact("https://token@h"), "https://[redacted]@h");
  EXPECT_EQ(redact("https://example.org/a@b and me@example.org"), "https://example.org/a@b and me@example.org");
  EXPECT_EQ(redact("://u:a@b@host/"), "://[redacted]@host/");  // up to the last @ of the authority
}

TEST(Redact, HidesCredentialsOfHeadersAndConnectionStrings) {
  EXPECT_EQ(redact("Authorization: Bearer abcdefgh1234"), "Authorization: Bearer [redacted]");
  EXPECT_EQ(redact("authorization: basic dXNlcjpwYXNzd29yZA=="), "authorization: basic [redacted]");
  EXPECT_EQ(redact("host=h password=hunter2 user=u"), "host=h password=[redacted] user=u");
  EXPECT_EQ(redact("password='hunter 2'"), "password='[redacted] 2'");
  EXPECT_EQ(redact("the bearer of news"), "the bearer of news");
}

TEST(Redact, HidesPrivateKeysToTheirEndOrToTheEndOfTheText) {
  EXPECT_EQ(redact("a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b"), "a [redacted] b");
  EXPECT_EQ(redact("a -----BEGIN PRIVATE KEY-----\nMIIE cut"), "a [redacted]");
  EXPECT_EQ(redact("-----BEGIN CERTIFICATE-----\nMIIE"), "-----BEGIN CERTIFICATE-----\nMIIE");
}

TEST(Redact, KnowsTheShapesOfTokens) {
  const std::string letters(40, 'a');
  for (const std::string prefix :
       {"ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "AKIA", "sk-", "whsec_", "npm_", "AIza", "eyJ"}) {
    EXPECT_EQ(redact("token " + prefix + letters + ", next"), "token [redacted], next") << prefix;
  }
}

TEST(Redact, HidesValuesWhoseNameSaysThatTheyAreSecret) {
  EXPECT_EQ(redact("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRf done"), "AWS_SECRET_ACCESS_KEY=[redacted] done");
  EXPECT_EQ(redact(R"({"client_secret": "a1b2c3d4e5f6g7", "x": 1})"), R"({"client_secret": "[redacted]", "x": 1})");
  EXPECT_EQ(redact("api-key: 9f8e7d6c5b4a3210fedc"), "api-key: [redacted]");
  for (const char* text : {"token: expected an identifier", "secret = os.environ['X']", "token = 1234", "tokens=4096000000000000"})
    EXPECT_EQ(redact(text), text);
}

TEST(Redact, HidesLongRunsThatAreTooRandomToBeWords) {
  EXPECT_EQ(redact("got 7fQm9Zx2LpVb8RtYk3WnEh6JdGs1AcUo5IqTMyBX4z back"), "got [redacted] back");
  for (const char* text :
       {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "org/junit/jupiter/api/TestInstanceLifecycleIntegrationTests",
        "/usr/lib/python3/dist-packages/pkg_resources/extern/__init__.py", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    EXPECT_EQ(redact(text), text);
}

TEST(Redact, LeavesOrdinaryTextAlone) {
  for (const char* text : {"", "plain", "task-sk-1", "disk-full-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ghp_short", "a:b://c",
                           "4bf92f3577b34da6a3ce929d0e0e4736", "--- a/x\n+++ b/x\n"})
    EXPECT_EQ(redact(text), text);
}

TEST(Redact, ASecondPassChangesNothing) {
  const std::string once = redact("https://bob:pw@h Bearer abcdefgh1234 password=x");
  EXPECT_EQ(redact(once), once);
}

}  // namespace
}  // namespace argosy
