// Promises of the workspace, and of what an agent may touch whatever its model says.
#include "common/agent/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/support.h"

namespace argosy::agent {
namespace {

using code::Edit;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kSecret = std::string("ghp_") + "a8Kq2mZ0tR7yLw4XnB1vEc9UdJ5hPsGfOi3T";

Workspace workspace() {
  return Workspace(tree_of({{"src/a.py", "a\n"}, {"src/b.py", "b\n"}, {"old.py", "t = \"" + kSecret + "\"\n"}, {"go.sum", "x\n"}}));
}
Edit write(const std::string& path, const std::string& bytes) { return {.files = {{path, bytes}}}; }

// The code of the refusal; empty: allowed.
std::string refusal(const Policy& policy, const Workspace& there, const Edit& edit) {
  const auto checked = check(policy, there, edit);
  if (checked) return "";
  EXPECT_EQ(checked.error().category, Category::needs_user);
  EXPECT_NE(checked.error().hint, "");
  EXPECT_THAT(to_string(checked.error()), Not(HasSubstr(kSecret)));
  return checked.error().code;
}
std::string refusal(const Policy& policy, const Edit& edit) { return refusal(policy, workspace(), edit); }

TEST(Workspace, ShowsItsEditsOnTopOfTheTree) {
  auto there = workspace();
  ASSERT_TRUE(there.stage(write("src/a.py", "2\n")));
  ASSERT_TRUE(there.stage({.files = {{"src/b.py", std::nullopt}, {"new.py", "n\n"}}}));
  EXPECT_EQ(there.read("src/a.py").value(), "2\n");
  EXPECT_EQ(there.read("src/b.py").value(), std::nullopt);
  EXPECT_EQ(there.list().value(), (std::vector<std::string>{"go.sum", "new.py", "old.py", "src/a.py"}));
  EXPECT_EQ(there.edits().files.size(), 3u);
}

TEST(Workspace, ForgetsAnEditThatPutsAFileBack) {
  auto there = workspace();
  ASSERT_TRUE(there.stage({.files = {{"src/a.py", "2\n"}, {"new.py", "n\n"}}}));
  ASSERT_TRUE(there.stage({.files = {{"src/a.py", "a\n"}, {"new.py", std::nullopt}}}));
  EXPECT_THAT(there.edits().files, IsEmpty());
}

TEST(Workspace, RemembersWhereAFileComesFromThatWasMovedTwice) {
  auto there = workspace();
  ASSERT_TRUE(there.stage({.files = {{"src/a.py", std::nullopt}, {"x.py", "a\n"}}, .renamed_from = {{"x.py", "src/a.py"}}}));
  ASSERT_TRUE(there.stage({.files = {{"x.py", std::nullopt}, {"y.py", "a\n"}}, .renamed_from = {{"y.py", "x.py"}}}));
  EXPECT_EQ(there.edits().renamed_from, (std::map<std::string, std::string>{{"y.py", "src/a.py"}}));
  EXPECT_FALSE(there.edits().files.contains("x.py"));
}

TEST(Policy, HoldsEditsToTheWriteSet) {
  const Policy policy{.write_set = {"src/**"}};
  EXPECT_EQ(refusal(policy, write("src/a.py", "2\n")), "");
  EXPECT_EQ(refusal(policy, write("README.md", "2\n")), "write_set_violated");
  EXPECT_EQ(refusal(policy, {.files = {{"old.py", std::nullopt}, {"src/c.py", "c\n"}}, .renamed_from = {{"src/c.py", "old.py"}}}),
            "write_set_violated");
}

TEST(Policy, HoldsEditsToFilesThatAreToBeAvoided) {
  const Policy policy{.constraints = {.avoid_files = {"src/b.py"}}};
  EXPECT_EQ(refusal(policy, write("src/a.py", "2\n")), "");
  EXPECT_EQ(refusal(policy, write("src/b.py", "2\n")), "avoid_files_violated");
}

TEST(Policy, CountsFilesOverAllEditsByTheSmallerOfBothBounds) {
  auto there = workspace();
  ASSERT_TRUE(there.stage(write("src/a.py", "2\n")));
  const Policy of_task{.constraints = {.avoid_files = {}, .max_files_changed = 1}}, of_agent{.max_files_changed = 1};
  EXPECT_EQ(refusal(of_task, there, write("src/b.py", "2\n")), "max_files_exceeded");
  EXPECT_EQ(refusal(of_agent, there, write("src/b.py", "2\n")), "max_files_exceeded");
  EXPECT_EQ(refusal(of_agent, there, write("src/a.py", "3\n")), "") << "the same file again";
  EXPECT_EQ(refusal(of_agent, there, {.files = {{"src/a.py", "a\n"}, {"src/b.py", "2\n"}}}), "") << "one put back, another instead";
}

TEST(Policy, CountsARenamedFileOnce) {
  const Edit moved{.files = {{"src/a.py", std::nullopt}, {"src/c.py", "a\n"}}, .renamed_from = {{"src/c.py", "src/a.py"}}};
  EXPECT_EQ(refusal({.max_files_changed = 1}, moved), "");
  EXPECT_EQ(refusal({.constraints = {.avoid_files = {"src/a.py"}}}, moved), "avoid_files_violated");
}

TEST(Policy, KeepsProtectedFilesUnlessAPersonAllowsThem) {
  for (const char* path : {".github/workflows/ci.yml", ".husky/pre-commit", "go.sum", ".argosy.yaml", "CODEOWNERS"}) {
    EXPECT_EQ(refusal({}, write(path, "changed\n")), "protected_file") << path;
    EXPECT_EQ(refusal({.protected_allowed = {path}}, write(path, "changed\n")), "") << path;
    EXPECT_EQ(refusal({.protected_allowed = {"other.lock"}}, write(path, "changed\n")), "protected_file") << path;
  }
  EXPECT_EQ(refusal({}, {.files = {{"go.sum", std::nullopt}}}), "protected_file") << "deleting is changing";
  EXPECT_EQ(refusal({.write_set = {"src/**"}}, write("go.sum", "changed\n")), "write_set_violated")
      << "nobody is asked about what is refused anyway";
  EXPECT_EQ(refusal({}, write("go.sum", kSecret + "\n")), "secret_in_change");
}

TEST(Policy, RefusesPathsThatLeadElsewhere) {
  for (const char* path : {"../a", "/etc/passwd", "a/../../b", ".git/hooks/pre-commit", "a\\b", "C:/x", ".GIT/config", "a//b", ""})
    EXPECT_EQ(refusal({}, write(path, "x")), "path_unsafe") << path;
}

TEST(Policy, RefusesLargeBinariesAndNotLargeTexts) {
  const Policy policy{.max_binary_bytes = 100};
  EXPECT_EQ(refusal(policy, write("a.bin", std::string(101, '\0'))), "binary_too_large");
  EXPECT_EQ(refusal(policy, write("a.bin", std::string(100, '\0'))), "");
  EXPECT_EQ(refusal(policy, write("a.txt", std::string(1000, 'x'))), "");
}

TEST(Policy, RefusesNewSecretsInAnyEncodingAndNotThoseThatWereThere) {
  EXPECT_EQ(refusal({}, write("src/a.py", "t = \"" + kSecret + "\"\n")), "secret_in_change");
  std::string wide = "\xFF\xFE";
  for (const char c : "t = \"" + kSecret + "\"\n") wide += std::string{c, '\0'};
  EXPECT_EQ(refusal({}, write("src/a.txt", wide)), "secret_in_change");
  EXPECT_EQ(refusal({}, write("old.py", "t = \"" + kSecret + "\"\nmore\n")), "");
  EXPECT_EQ(
      refusal({}, {.files = {{"old.py", std::nullopt}, {"new.py", "t = \"" + kSecret + "\"\n"}}, .renamed_from = {{"new.py", "old.py"}}}),
      "");
}

}  // namespace
}  // namespace argosy::agent
