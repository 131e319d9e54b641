// Promises of reading a diff's headers: names as git writes them, and content never taken for a header.
#include "common/tasks/diff/diff_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argosy::tasks {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> paths(std::string_view diff) {
  const auto found = diff_paths(diff);
  return found ? *found : std::vector<std::string>{"refused: " + found.error()};
}

TEST(DiffPaths, ReadsModifiedAddedAndDeletedFiles) {
  EXPECT_THAT(paths("diff --git a/m b/m\n--- a/m\n+++ b/m\n@@ -1,2 +1,2 @@\n x\n-a\n+b\n"
                    "diff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+b\n"
                    "diff --git a/old b/old\n--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n"),
              ElementsAre("m", "new", "old"));
}

TEST(DiffPaths, ReadsRenamesModesAndBinaryFilesWithoutHunks) {
  EXPECT_THAT(paths("diff --git a/from here b/to\nsimilarity index 100%\nrename from from here\nrename to to\n"),
              ElementsAre("from here", "to"));
  EXPECT_THAT(paths("diff --git a/run me b/run me\nold mode 100644\nnew mode 100755\n"), ElementsAre("run me"));
  EXPECT_THAT(paths("diff --git a/x.png b/x.png\nindex 1..2\nGIT binary patch\nliteral 3\nKcmZQzU}\n\nliteral 0\nHcmV?d00001\n\n"),
              ElementsAre("x.png"));
}

TEST(DiffPaths, TakesContentForContent) {
  EXPECT_THAT(paths("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a/evil\n-diff --git a/e b/e\n+++ b/evil\n+rename to e\n"), ElementsAre("x"));
}

TEST(DiffPaths, UnquotesUnusualNames) {
  EXPECT_THAT(paths("diff --git \"a/\\303\\251 \\\"q\\\"\" \"b/\\303\\251 \\\"q\\\"\"\nold mode 1\n"), ElementsAre("é \"q\""));
  EXPECT_THAT(paths("--- \"a/\\303\\251 e\"\t\n+++ \"b/\\303\\251 e\"\t\n@@ -1 +1 @@\n-a\n+b\n"), ElementsAre("é e")) << "as git writes it";
  EXPECT_THAT(paths("--- \"a/t\\tab\"\n+++ \"b/t\\tab\"\n@@ -1 +1 @@\n-a\n+b\n"), ElementsAre("t\tab"));
  EXPECT_THAT(paths("--- a/x\t2026-01-01 00:00:00\n+++ b/x\t2026-01-01 00:00:00\n@@ -1 +1 @@\n-a\n+b\n"), ElementsAre("x"));
}

TEST(DiffPaths, TakesWindowsLineEndsAndMissingLastNewline) {
  EXPECT_THAT(paths("--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-a\r\n\\ No newline at end of file\r\n+b\r\n"), ElementsAre("x"));
}

TEST(DiffPaths, RefusesWhatIsBroken) {
  for (const char* diff : {"", "hello\n", "--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n", "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n",
                           "--- a/x\n+++ b/x\n@@ nonsense @@\n", "--- a/x\n+++ b/x\n@@ -1 +1 @@\nhello\n",
                           "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n-b\n+c\n", "rename from \"open\n", "--- a/x\n+++ b/x\n@@ -1,-3 +1 @@\n"}) {
    EXPECT_FALSE(diff_paths(diff)) << diff;
  }
}

}  // namespace
}  // namespace argosy::tasks
