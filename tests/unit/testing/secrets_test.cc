// Secrets of set-ups: a bad line is refused without showing it, and a repository gets only what it names and was given.
#include <gmock/gmock.h>

#include "common/core/redact.h"
#include "workers/testing/set_up/secrets.h"

namespace argosy::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST(SetUpSecrets, AreGivenToTheRepositoryThatNamesThem) {
  const auto all =
      parse_set_up_secrets("# registry\norg/a NPM_TOKEN value-of-a with a blank\n\norg/b NPM_TOKEN value-of-b\norg/a OTHER unasked-for\n");
  ASSERT_TRUE(all);
  std::vector<std::string> missing;
  EXPECT_THAT(secrets_for(*all, "org/a", {"NPM_TOKEN", "ABSENT"}, missing), ElementsAre(Pair("NPM_TOKEN", "value-of-a with a blank")));
  EXPECT_THAT(missing, ElementsAre("ABSENT"));
  EXPECT_TRUE(secrets_for(*all, "org/c", {"NPM_TOKEN"}, missing).empty());
  EXPECT_EQ(redact("it is value-of-b here"), "it is [redacted] here");
}

TEST(SetUpSecrets, ABadLineIsNamedByItsNumberOnly) {
  for (const char* line :
       {"hidden-value", "org/a", "org/a NAME", "org/a BAD-NAME hidden-value", "noslash NAME hidden-value", "org/a 1NAME hidden-value"}) {
    const auto all = parse_set_up_secrets(std::string("\n") + line);
    ASSERT_FALSE(all) << line;
    EXPECT_THAT(all.error().message, HasSubstr("line 2"));
    EXPECT_THAT(all.error().message, Not(HasSubstr("hidden")));
  }
}

}  // namespace
}  // namespace argosy::testing
