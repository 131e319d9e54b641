// Promises of the readers: the same edit, however a model writes it; what is unclear is a problem and never half an edit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/code/edits/engine.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

const Files kFiles{{"src/a.py", "import os\n\n\ndef f():\n    return 1\n"}, {"README.md", "# A\n"}};
const std::string kChanged = "import os\n\n\ndef f():\n    return 2\n";

EditOutcome outcome_of(const std::string& text) {
  const MapTree tree(kFiles);
  return apply_edits(tree, read_edits(text, EditFormat::automatic, tree));
}
// src/a.py after the answer, or the reason why not.
std::string changed(const std::string& text) {
  const auto outcome = outcome_of(text);
  if (!outcome.ok()) return outcome.failed[0].reason;
  return MapTree(kFiles).with(outcome.staged).at("src/a.py");
}

const std::string kBlock = "<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n";

TEST(SearchReplace, FindsTheFileAboveInsideOrBesideTheFence) {
  for (const std::string before : {"src/a.py\n```python\n", "```python\nsrc/a.py\n", "```python src/a.py\n", "```python:src/a.py\n",
                                   "**src/a.py**\n```\n", "### `src/a.py`:\n\n```\n", "File: src/a.py\n", "src/a.py\n```\n```python\n",
                                   "In `src/a.py`:\n```python\n", "# src/a.py\nThe number changes.\n\n```python\n"})
    EXPECT_EQ(changed(before + kBlock + "```\n"), kChanged) << before;
  EXPECT_EQ(changed("<<<<<<< SEARCH src/a.py\n" + kBlock.substr(kBlock.find('\n') + 1)), kChanged);
  EXPECT_EQ(changed(kBlock), "path_missing");
}

TEST(SearchReplace, ForgivesMarkersThatAreSpelledWrong) {
  EXPECT_EQ(changed("src/a.py\n<<<<<< SERACH\n    return 1\n======\n    return 2\n>>>>>>> REPLCE\n"), kChanged);
  EXPECT_EQ(changed("src/a.py\n<<<<<<<< ORIGINAL\n    return 1\n=======\n    return 2\n>>>>>>>> UPDATED\n"), kChanged);
  EXPECT_EQ(changed("src/a.py\n------- SEARCH\n    return 1\n=======\n    return 2\n+++++++ REPLACE\n"), kChanged);
  EXPECT_EQ(changed("src/a.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n" + kBlock), "malformed");
}

TEST(SearchReplace, TakesCarriageReturnsAndARepeatedBlock) {
  std::string returns;
  for (const char c : "src/a.py\n" + kBlock) returns += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(changed(returns), kChanged);
  EXPECT_EQ(changed("src/a.py\n" + kBlock + "\n" + kBlock), kChanged);
}

TEST(StrReplace, TakesObjectsListsSpellingsAndToolCalls) {
  for (const std::string text :
       {R"({"path": "src/a.py", "old_string": "return 1", "new_string": "return 2"})",
        R"([{"file_path": "./src/a.py", "old_str": "return 1", "new_str": "return 2"}])",
        "Sure:\n```json\n{\"path\": \"src/a.py\", \"edits\": [{\"old_string\": \"return 1\", \"new_string\": \"return 2\"}]}\n```\n",
        R"({"name": "edit", "arguments": "{\"path\": \"src/a.py\", \"old_string\": \"return 1\", \"new_string\": \"return 2\"}"})",
        "{\"path\": \"src/a.py\", \"old_string\": \"def f():\n    return 1\", \"new_string\": \"def f():\n    return 2\"}"})
    EXPECT_EQ(changed(text), kChanged) << text;
  EXPECT_EQ(changed(R"({"path": "src/a.py", "old_string": "return 1"})"), "malformed");
  EXPECT_EQ(changed(R"({"path": "src/a.py", "old_string": "", "new_string": "x"})"), "empty_search");
}

TEST(UnifiedDiff, DoesNotBelieveNumbersAndPrefixes) {
  for (const std::string head :
       {"--- a/src/a.py\n+++ b/src/a.py\n@@ -4,2 +4,2 @@\n", "--- src/a.py\n+++ src/a.py\n@@ -400,9 +7,1 @@ def g():\n",
        "diff --git a/src/a.py b/src/a.py\nindex 1..2 100644\n--- a/src/a.py\n+++ b/src/a.py\n@@ ... @@\n",
        "--- src/a.py.orig\n+++ src/a.py\n@@\n"})
    EXPECT_EQ(changed("```diff\n" + head + " def f():\n-    return 1\n+    return 2\n```\nDone.\n"), kChanged) << head;
  EXPECT_EQ(changed("--- a/src/a.py\n+++ b/src/a.py\n@@ -4,2 +4,2 @@\n def f():\n-    return 1\n"), "answer_incomplete");
}

TEST(UnifiedDiff, MakesDeletesAndMovesFiles) {
  const auto made = outcome_of("--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+x = 1\n");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made.staged.files.at("new.py"), "x = 1\n");
  const auto gone = outcome_of("--- a/src/a.py\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-import os\n");
  ASSERT_TRUE(gone.ok());
  EXPECT_EQ(gone.staged.files.at("src/a.py"), std::nullopt);
  const auto moved = outcome_of(
      "diff --git a/src/a.py b/src/b.py\nrename from src/a.py\nrename to src/b.py\n--- a/src/a.py\n+++ b/src/b.py\n"
      "@@ -4,2 +4,2 @@\n def f():\n-    return 1\n+    return 2\n");
  ASSERT_TRUE(moved.ok()) << moved.failed[0].hint;
  EXPECT_EQ(moved.staged.files.at("src/b.py"), kChanged);
  EXPECT_EQ(moved.staged.renamed_from.at("src/b.py"), "src/a.py");
}

TEST(ApplyPatch, TakesItsDialectAndItsSlips) {
  for (const std::string text :
       {"*** Begin Patch\n*** Update File: src/a.py\n@@ def f():\n-    return 1\n+    return 2\n*** End Patch\n",
        "*** Begin Patch ***\n***Update File: ./src/a.py\n@@\n def f():\n-    return 1\n+    return 2\n*** End Patch ***\n",
        "```\n*** Update File: src/a.py\n-    return 1\n+    return 2\n```\n"})
    EXPECT_EQ(changed(text), kChanged) << text;
  const auto both = outcome_of(
      "*** Begin Patch\n*** Add File: n.py\n+x = 1\n*** Delete File: README.md\n*** Update File: src/a.py\n*** Move to: b.py\n"
      "@@\n-    return 1\n+    return 2\n*** End Patch\n");
  ASSERT_TRUE(both.ok()) << both.failed[0].hint;
  EXPECT_EQ(both.staged.files.at("b.py"), kChanged);
  EXPECT_EQ(both.staged.files.at("n.py"), "x = 1\n");
  EXPECT_EQ(both.staged.files.at("README.md"), std::nullopt);
}

TEST(ApplyPatch, AnAnchorSaysWhichOfSeveralPlacesIsMeant) {
  const MapTree tree({{"f", "a:\n  x\nb:\n  x\n"}});
  const std::string patch = "*** Begin Patch\n*** Update File: f\n@@ b:\n-  x\n+  y\n*** End Patch\n";
  const auto outcome = apply_edits(tree, read_edits(patch, EditFormat::apply_patch, tree));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.staged.files.at("f"), "a:\n  x\nb:\n  y\n");
}

TEST(WholeFile, TakesFencedFilesAndOnlyThose) {
  EXPECT_EQ(changed("Run this:\n```sh\nmake\n```\n\nsrc/a.py\n```python\n" + kChanged + "```\n"), kChanged);
  EXPECT_EQ(changed("```python\n# src/a.py\n" + kChanged + "```\n"), kChanged);
  EXPECT_EQ(changed("```python\n" + kChanged + "```\n"), "no_edits");
  EXPECT_EQ(outcome_of("README.md\n```\n# B\n```\nmake\n```\n```\n").failed.at(0).reason, "malformed");
  EXPECT_TRUE(outcome_of("README.md\n````\n# B\n```\nmake\n```\n````\n").ok());
}

TEST(Answers, WithoutEditsOrTooLargeAreProblems) {
  EXPECT_EQ(changed("I would change the number.\n"), "no_edits");
  EXPECT_EQ(changed(""), "no_edits");
  EXPECT_EQ(changed(std::string(kMaxAnswerBytes + 1, 'x')), "answer_too_large");
  EXPECT_EQ(changed("\xFF\xFE"), "malformed");
}

}  // namespace
}  // namespace argosy::code
