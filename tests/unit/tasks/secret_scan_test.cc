// Promises of the scan for secrets in changes. The secrets below are made up and put together here, so that no scanner finds them; the
// shapes are real.
#include "common/tasks/guards/secret_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/redact.h"

namespace argosy::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kToken = std::string("ghp_") + "a8Kq2mZ0tR7yLw4XnB1vEc9UdJ5hPsGfOi3T";
const std::string kKeyLine = "MHcCAQEEIPq3vF0l8dN2mW7xK9sYtR4uJ6hG1zQbVcXpLoEaDfSgoAoGCCqGSM49";

std::vector<SecretHit> added(const std::string& path, const std::string& after, const std::string& before = "") {
  return secrets_added(path, before, after);
}

TEST(SecretScan, FindsWhatForgesAndCloudsHandOut) {
  const std::string random = "a8Kq2mZ0tR7yLw4XnB1vEc9UdJ5hPs";
  for (const std::string& secret : std::initializer_list<std::string>{kToken, "github_pat_" + random, "glpat-" + random, "xoxb-" + random,
                                                                      std::string("AKIA") + "Q3WERT7YUIOPASDF", "sk-" + random,
                                                                      "sk_live_" + random, "AIza" + random + "x", "npm_" + random + random})
    EXPECT_THAT(added("src/a.py", "KEY = load(\"" + secret + "\")\n"), SizeIs(1)) << secret;
}

TEST(SecretScan, FindsPasswordsInUrlsAndValuesOfSecretNames) {
  EXPECT_THAT(added("a.py", "url = 'https://deploy:Vx7qL2mPw9@git.corp.io/a.git'\n"), SizeIs(1));
  EXPECT_THAT(added("a.py", "API_KEY = 'f3b9c1d7e5a2846094bd'\n"), SizeIs(1));
  EXPECT_THAT(added("deploy/.env", "DB_PASSWORD=kT9vQ2xLm4Zp\n"), SizeIs(1));
  EXPECT_THAT(added("a.json", "{\"client_secret\": \"Zk3vQ9xLm4Tp7w\"}\n"), SizeIs(1));
}

TEST(SecretScan, FindsAPrivateKeyAndNotTheProgramThatReadsOne) {
  const std::string begin = "-----BEGIN EC PRIVATE KEY-----";
  EXPECT_THAT(added("k.pem", begin + "\n" + kKeyLine + "\nabcd\n-----END EC PRIVATE KEY-----\n"),
              ElementsAre(SecretHit{"k.pem", 1, "private key"}));
  EXPECT_THAT(added("k.go", "const key = \"" + begin + "\\n" + kKeyLine + "\\n\"\n"), SizeIs(1));
  EXPECT_THAT(added("k.py", "if text.startswith(\"" + begin + "\"):\n    return parse(text)\n"), IsEmpty());
}

TEST(SecretScan, LetsPlaceholdersAndDocumentedKeysThrough) {
  for (const char* line :
       {"key = \"AKIAIOSFODNN7EXAMPLE\"", "secret_key = \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"",
        "token = \"ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"", "api_key = \"your-api-key-1234\"", "password = \"test1password2\"",
        "url = 'postgres://postgres:postgres@localhost:5432/db'", "url = 'https://user:Vx7qL2mPw9@example.com/'",
        "url = 'ssh://git@github.com/a/b'", "token = \"1234567890abcdefghij\"",
        "Authorization: Basic dXNlcjpwYXNzd29yZA==", "\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\"", "token = settings.token_v2",
        "secret = get_secret_v2(name)", "password = f\"{prefix}-{n}\"", "class = \"sk-folding-cube-animation-long\"",
        "\"integrity\": \"sha512-oRmZ3vq0w8Kx1YtGq2bJ7nLd5sVcXpEaDfSgUiHjKlM4zQwB9rT6yN0oPeCuAv==\"",
        "data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbImEuanMiXSwibmFtZXMiOltdfQ=="})
    EXPECT_THAT(added("src/a.py", std::string(line) + "\n"), IsEmpty()) << line;
}

TEST(SecretScan, CountsOnlyWhatIsNew) {
  const std::string old = "a\ntoken = \"" + kToken + "\"\n";
  EXPECT_THAT(added("a.py", old + "b\n", old), IsEmpty());
  EXPECT_THAT(added("a.py", old + "b\n", "a\n"), ElementsAre(SecretHit{"a.py", 2, "token"}));
}

TEST(SecretScan, ReadsTheAddedLinesOfADiffWithTheirNumbers) {
  const std::string diff = "diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -3,2 +3,4 @@\n context\n+plain\n+t = \"" +
                           kToken + "\"\n last\n";
  EXPECT_THAT(secrets_in_diff(diff), ElementsAre(SecretHit{"src/a.py", 5, "token"}));
}

TEST(SecretScan, PassesOverContextAndRemovedLinesAndWhatOnlyMoved) {
  const std::string line = "t = \"" + kToken + "\"";
  const std::string head = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n";
  EXPECT_THAT(secrets_in_diff(head + "@@ -1,2 +1,2 @@\n " + line + "\n-x\n+y\n"), IsEmpty());
  EXPECT_THAT(secrets_in_diff(head + "@@ -1,2 +1,1 @@\n-" + line + "\n x\n"), IsEmpty());
  EXPECT_THAT(secrets_in_diff(head + "@@ -1 +1 @@\n-" + line + "\n+    " + line + "\n"), IsEmpty());
}

TEST(SecretScan, FindsAKeyThatIsSpreadOverAddedLines) {
  const std::string diff =
      "diff --git a/k b/k\nnew file mode 100644\n--- /dev/null\n+++ b/k\n@@ -0,0 +1,3 @@\n+-----BEGIN PRIVATE KEY-----\n+" + kKeyLine +
      "\n+-----END PRIVATE KEY-----\n";
  EXPECT_THAT(secrets_in_diff(diff), ElementsAre(SecretHit{"k", 1, "private key"}));
}

TEST(SecretScan, FindsValuesOfThisInstallationWhateverTheyLookLike) {
  redact_register_secret("quiet-little-value");
  EXPECT_THAT(added("a.txt", "x quiet-little-value y\n"), SizeIs(1));
}

TEST(SecretScan, RefusesWithThePlaceAndNeverWithTheSecret) {
  const auto refused = refuse_secrets(added("src/a.py", "t = \"" + kToken + "\"\n"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, Category::security);
  EXPECT_EQ(refused.error().code, "secret_in_diff");
  EXPECT_THAT(refused.error().message, HasSubstr("token in src/a.py line 1"));
  EXPECT_THAT(to_string(refused.error()) + refused.error().details, Not(HasSubstr(kToken)));
  EXPECT_TRUE(refuse_secrets({}));
}

TEST(SecretScan, StopsLookingAfterSoMany) {
  std::string text;
  for (std::size_t i = 0; i < kMaxSecretHits + 5; ++i) text += "t = \"" + kToken + std::to_string(i) + "\"\n";
  EXPECT_THAT(added("a.py", text), SizeIs(kMaxSecretHits));
}

}  // namespace
}  // namespace argosy::tasks
