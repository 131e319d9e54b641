// `argosy prompts` as a person and a script call it.
#include <gmock/gmock.h>

#include "common/core/file.h"
#include "common/core/json.h"
#include "workers/cli/command.h"
#include "workers/cli/run.h"

namespace argosy::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

std::string printed(std::vector<std::string> words, int code = kSucceeded) {
  words.insert(words.begin(), "prompts");
  CaptureStdout();
  CaptureStderr();
  EXPECT_EQ(run(words), code);
  return GetCapturedStdout() + GetCapturedStderr();
}

TEST(PromptsCommand, ListsAllAndShowsEachWithItsParts) {
  for (const auto* name : {"commit_message", "edit", "intent", "look", "plan", "review", "summary"}) {
    EXPECT_THAT(printed({"list"}), HasSubstr(name));
    const auto read = json::parse(printed({"show", name, "--json"}));
    ASSERT_TRUE(read) << name;
    const auto hash = read->string_or("hash", "");
    EXPECT_EQ(printed({"show", name, "--hash"}), hash + "\n");
    EXPECT_THAT(printed({"show", name}), HasSubstr(hash));
    EXPECT_EQ(printed({"show", name, "--part", "system"}), read->find("parts")->string_or("system", "") + "\n");
  }
}

TEST(PromptsCommand, ShowsThoseOfAFolderInTheirPlace) {
  const TempDir folder;
  const auto file = folder.path() / "edit.md";
  ASSERT_TRUE(write_file_atomic(file, "about: ours\ntrusted: step\n<!-- task -->\nDo {{step}}.\n"));
  const auto shown = printed({"show", "edit", "--prompts", folder.path()});
  EXPECT_THAT(shown, HasSubstr(file.string()));
  EXPECT_THAT(shown, HasSubstr("Do {{step}}."));
  EXPECT_THAT(printed({"list", "--prompts", folder.path()}), HasSubstr("ours (" + file.string() + ")"));
  EXPECT_NE(printed({"show", "edit", "--hash", "--prompts", folder.path()}), printed({"show", "edit", "--hash"}));
}

TEST(PromptsCommand, WrongWordsAreNamed) {
  EXPECT_THAT(printed({"show", "nobody"}, kUsage), HasSubstr("there is no prompt \"nobody\""));
  EXPECT_THAT(printed({"show"}, kUsage), HasSubstr("prompts show NAME"));
  EXPECT_THAT(printed({"show", "edit", "--part", "middle"}, kUsage), HasSubstr("system, context or task"));
  EXPECT_THAT(printed({"list", "--prompts", "/nonexistent"}, kUsage), HasSubstr("ARGOSY_PROMPTS"));
}

}  // namespace
}  // namespace argosy::cli
