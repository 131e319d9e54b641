// Promises of the commit message.
#include "workers/git/commit_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/text.h"

namespace argosy::git {
namespace {

using namespace tasks;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const TaskId kTask{*Uuid::parse("019aa6c5-0000-7000-8000-000000000017")};
const MessageParts kParts{.task = kTask, .base_commit = "bbb", .patches = {"p1", "p2"}};

RenameSymbol rename(const std::string& from, const std::string& to) {
  return {.language = "python", .from = from, .to = to, .kind = "", .paths = {}, .force = {}};
}

TEST(CommitMessage, NamesTheChangeItsPartsAndItsOrigin) {
  EXPECT_EQ(
      commit_message({rename("read_text", "read_string"), EditFile{"README.md", "a", "b"}}, kParts),
      "chore: rename_symbol read_text -> read_string and 1 more\n\n- rename_symbol read_text -> read_string\n- edit_file README.md\n\n"
      "Argosy-Task: 019aa6c5-0000-7000-8000-000000000017\nArgosy-Base: bbb\nArgosy-Patch: p1\nArgosy-Patch: p2\n");
}

TEST(CommitMessage, FindsTheTypeInWhatTheOperationsTouch) {
  EXPECT_THAT(commit_message({rename("a", "b"), RenameFile{"x", "y"}}, kParts), StartsWith("refactor: "));
  EXPECT_THAT(commit_message({MoveSymbol{"python", "f", "a.py", "b.py", {}}, RenameModule{"python", "c.py", "d.py", {}}}, kParts),
              StartsWith("refactor: "));
  EXPECT_THAT(commit_message({EditFile{"docs/a", "x", "y"}, EditFile{"README.md", "x", "y"}}, kParts), StartsWith("docs: "));
  EXPECT_THAT(commit_message({CreateFile{"tests/test_a.py", ""}}, kParts), StartsWith("test: "));
  EXPECT_THAT(commit_message({EditFile{"src/a.py", "x", "y"}}, kParts), StartsWith("chore: "));
}

TEST(CommitMessage, CannotBeGivenForeignTrailersByAPath) {
  const auto message = commit_message({CreateFile{"a\n\nArgosy-Task: forged\nArgosy-Base: forged", ""}}, kParts);
  for (const auto line : text::lines(message)) EXPECT_FALSE(line.starts_with("Argosy-") && line.ends_with("forged")) << line;
  EXPECT_EQ(text::lines(message).size(), 8u);
}

TEST(CommitMessage, KeepsItsTitleShort) {
  const auto message = commit_message({rename(std::string(200, 'a'), "b"), DeleteFile{"c"}}, kParts);
  EXPECT_LE(text::lines(message)[0].size(), 72u);
  EXPECT_THAT(std::string(text::lines(message)[0]), HasSubstr(" and 1 more"));
}

}  // namespace
}  // namespace argosy::git
