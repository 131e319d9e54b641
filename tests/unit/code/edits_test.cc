// Promises of the edit engine: every edit at the one place that it means, all or none, and every byte that is not replaced stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/code/edits/engine.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Answered {
  Files files;
  EditOutcome outcome;
  std::string reason() const { return outcome.ok() ? "" : outcome.failed[0].reason; }
  std::string rung() const { return outcome.ok() ? std::string(outcome.applied.at(0).rung) : reason(); }
};

Answered answer(const Files& files, const std::string& text, EditFormat format = EditFormat::automatic) {
  const MapTree tree(files);
  auto outcome = apply_edits(tree, read_edits(text, format, tree));
  auto now = tree.with(outcome.staged);
  return {std::move(now), std::move(outcome)};
}

std::string block(const std::string& path, const std::string& search, const std::string& replace) {
  return path + "\n```\n<<<<<<< SEARCH\n" + search + "=======\n" + replace + ">>>>>>> REPLACE\n```\n";
}
std::string json_edit(const std::string& old_text, const std::string& new_text) {
  return R"([{"path": "f", "old_string": ")" + old_text + R"(", "new_string": ")" + new_text + "\"}]";
}

// The file "f" after a SEARCH/REPLACE block, or the reason why not.
std::string edited(const std::string& bytes, const std::string& search, const std::string& replace) {
  const auto done = answer({{"f", bytes}}, block("f", search, replace));
  return done.outcome.ok() ? done.files.at("f") : done.reason();
}
std::string rung_of(const std::string& bytes, const std::string& search, const std::string& replace) {
  return answer({{"f", bytes}}, block("f", search, replace)).rung();
}

TEST(EditLadder, ReportsTheRungOnWhichTheOnlyPlaceWasFound) {
  EXPECT_EQ(rung_of("a\nb\nc\n", "b\n", "x\n"), "exact");
  EXPECT_EQ(rung_of("a\nb  \nc\n", "a\nb\n", "a\nx\n"), "trailing_space");
  EXPECT_EQ(rung_of("  if\n    b\n  c\n", "if\n  b\n", "if\n  x\n"), "indentation");
  EXPECT_EQ(rung_of("if\n\tb\n", "if\n    b\n", "if\n    x\n"), "tabs");
  EXPECT_EQ(rung_of("it’s\nb\n", "it's\nb\n", "it's\nx\n"), "punctuation");
  EXPECT_EQ(rung_of("a\n\n\nb\nc\n", "a\n\nb\nc\n", "a\n\nb\nx\n"), "blank_lines");
  EXPECT_EQ(rung_of("  it’s\n\n  b\n  c\n", "it's\nb\nc\n", "it's\nb\nx\n"), "combined");
}

TEST(EditLadder, KeepsTheLinesOfTheFileThatTheEditKeeps) {
  EXPECT_EQ(edited("a  \nb\nc\t\n", "a\nb\nc\n", "a\nx\nc\n"), "a  \nx\nc\t\n");
  EXPECT_EQ(edited("it’s\nb\n", "it's\nb\n", "it's\nx\n"), "it’s\nx\n");
  EXPECT_EQ(edited("a\n\n\nb\nc\n", "a\n\nb\nc\n", "a\n\nb\nx\n"), "a\n\n\nb\nx\n");
  EXPECT_EQ(edited("  if\n    b\n  c\n", "if\n  b\n", "if\n  x\n  y\n"), "  if\n    x\n    y\n  c\n");
  EXPECT_EQ(edited("if\n\tb\n", "if\n    b\n", "if\n    x\n        y\n"), "if\n\tx\n\t\ty\n");
}

TEST(EditLadder, CarriesTypographyOverIntoALineThatChanges) {
  EXPECT_EQ(edited("say(“a”, 1)\n", "say(\"a\", 1)\n", "say(\"a\", 2)\n"), "say(“a”, 2)\n");
  EXPECT_EQ(edited("say(“a”, 1)\n", "say(\"a\", 1)\n", "say(1, \"b\")\n"), "change_unclear");
}

TEST(EditLadder, AppliesNothingWhereSeveralPlacesMatch) {
  EXPECT_EQ(edited("a\nb\na\n", "a\n", "x\n"), "text_ambiguous");
  EXPECT_EQ(edited("  a\n    a\n", "a\n", "x\n"), "text_ambiguous");
  EXPECT_EQ(edited("a\nb \na\nb\n", "a\nb\n", "x\n"), "a\nb \nx\n");  // an exact place is the one that is meant
}

TEST(EditLadder, MatchesNothingByLikeness) {
  EXPECT_EQ(edited("def abc():\n    return 1\n", "def abd():\n    return 1\n", "x\n"), "text_not_found");
  EXPECT_EQ(edited("a\nb\nc\n", "a\nc\n", "x\n"), "text_not_found");
  EXPECT_EQ(edited("  a\n b\n", "a\nb\n", "x\n"), "text_not_found");
}

TEST(EditLadder, RefusesAShiftThatTheReplacementDoesNotShare) {
  EXPECT_EQ(edited("    a\n    b\n    c\n", "a\nb\nc\n", "    a\n    x\n    c\n"), "change_unclear");
}

TEST(EditElision, StandsForLinesInExactlyOneWay) {
  const std::string file = "a\nb\nc\nd\ne\n";
  EXPECT_EQ(edited(file, "a\n...\ne\n", "a\n...\nx\n"), "a\nb\nc\nd\nx\n");
  EXPECT_EQ(rung_of(file, "a\n...\ne\n", "a\n...\nx\n"), "elision");
  EXPECT_EQ(edited(file, "a\n...\ne\n", "x\n"), "elided");
  EXPECT_EQ(edited(file, "e\n...\na\n", "x\n...\na\n"), "elided");
  EXPECT_EQ(edited("a\nb\ne\ne\n", "a\n...\ne\n", "a\n...\nx\n"), "elided");
}

TEST(EditElision, IsNeverWrittenInPlaceOfCode) {
  EXPECT_EQ(edited("a\nb\nc\n", "a\nb\nc\n", "a\n# ... rest of the code ...\n"), "elided");
  EXPECT_EQ(answer({{"f.js", "a()\nb()\n"}}, "f.js\n```js\nx()\n// ... existing code ...\n```\n").reason(), "elided");
  EXPECT_EQ(answer({{"f.py", "x = 1\n"}}, block("f.py", "x = 1\n", "def f():\n    ...\n")).files.at("f.py"), "def f():\n    ...\n");
}

TEST(EditBytes, KeepsLineEndsMarkEncodingAndAMissingLastNewline) {
  EXPECT_EQ(edited("a\r\nb\r\nc\r\n", "b\n", "x\ny\n"), "a\r\nx\r\ny\r\nc\r\n");
  EXPECT_EQ(edited("a\nb\r\nc\n", "a\nb\nc\n", "a\nx\nc\n"), "a\nx\r\nc\n");
  EXPECT_EQ(edited("a\nb", "b\n", "x\n"), "a\nx");
  EXPECT_EQ(edited("a\nb", "b\n", "b\nc\n"), "a\nb\nc");
  EXPECT_EQ(edited("\xEF\xBB\xBF"
                   "a\nb\n",
                   "a\n", "x\n"),
            "\xEF\xBB\xBF"
            "x\nb\n");
  EXPECT_EQ(edited("caf\xE9\nb\n", "café\n", "thé\n"), "th\xE9\nb\n");
  EXPECT_EQ(edited("caf\xE9\nb\n", "b\n", "→\n"), "encoding_unfit");
  EXPECT_EQ(edited(std::string("\xFF\xFE"
                               "a\0\n\0",
                               6),
                   "a\n", "é\n"),
            std::string("\xFF\xFE\xE9\0\n\0", 6));
  EXPECT_EQ(edited(std::string("a\0b\n", 4), "a\n", "x\n"), "file_binary");
}

TEST(EditSafety, NeverDeletesWhatTheAnswerDidNotName) {
  EXPECT_EQ(edited("a\nb\n", "", "x\n"), "empty_search");
  EXPECT_EQ(edited("a\nb\n", "\n", "x\n"), "empty_search");
  EXPECT_EQ(edited("def f(a, b):\n    pass\n", "def f(a\n", ""), "text_not_found");
  EXPECT_EQ(answer({{"f", "a\nb\n"}}, "f\n```\n<<<<<<< SEARCH\na\n=======\n").reason(), "answer_incomplete");
  EXPECT_EQ(answer({{"f.py", "a\nb\n"}}, "f.py\n```\nx\n").reason(), "answer_incomplete");
  EXPECT_EQ(answer({{"f.py", "a\nb\n"}}, "f.py\n```\n```\n").reason(), "empty_file");
  EXPECT_EQ(answer({{"f", "a\nb\n"}}, "*** Begin Patch\n*** Update File: f\n@@\n-a\n").reason(), "answer_incomplete");
  EXPECT_EQ(answer({{"f", "a\nb\n"}}, R"({"path": "f", "old_string": "a", "new_str)").reason(), "answer_incomplete");
  EXPECT_EQ(answer({{"f", "a\nb\n"}}, json_edit("a\\n", "x")).files.at("f"), "x\nb\n");
}

TEST(EditSafety, StaysInsideTheRepository) {
  for (const char* path :
       {"../x.py", "/etc/passwd", "a/../../x.py", ".git/config", ".GIT/config", "a/.git/x.py", ".git./x.py", "C:/x.py", "a\\b.py"})
    EXPECT_EQ(answer({{"f", "a\n"}}, R"({"path": ")" + std::string(path == std::string("a\\b.py") ? "a\\\\b.py" : path) +
                                         R"(", "old_string": "", "new_string": "x"})")
                  .reason(),
              "path_unsafe")
        << path;
  EXPECT_EQ(answer({{"Make.py", "a\n"}}, block("make.py", "", "x\n")).reason(), "path_conflict");
  EXPECT_EQ(answer({{"a", "a\n"}}, block("a/b.py", "", "x\n")).reason(), "path_conflict");
}

TEST(EditSafety, AppliesAllFilesOrNone) {
  const auto done = answer({{"f.py", "a\n"}, {"g.py", "b\n"}}, block("f.py", "a\n", "x\n") + block("g.py", "zzz\n", "y\n"));
  EXPECT_EQ(done.files.at("f.py"), "a\n");
  ASSERT_EQ(done.outcome.failed.size(), 1u);
  EXPECT_EQ(done.outcome.failed[0].number, 2u);
  ASSERT_EQ(done.outcome.applied.size(), 1u);  // it fits, and need not be sent again
  EXPECT_EQ(done.outcome.applied[0].number, 1u);
}

TEST(EditSafety, RefusesNewSyntaxErrorsAndForgivesOldOnes) {
  EXPECT_EQ(answer({{"f.py", "def f():\n    return 1\n"}}, block("f.py", "    return 1\n", "    return (1\n")).reason(), "syntax_broken");
  EXPECT_TRUE(answer({{"f.py", "def f(:\n    return 1\n"}}, block("f.py", "    return 1\n", "    return 2\n")).outcome.ok());
}

TEST(EditReports, ShowTheNearestLinesAndWhatIsThereAlready) {
  const auto near = answer({{"f", "alpha\nbeta = compute(1)\n"}}, block("f", "beta = compute(2)\n", "x\n"));
  EXPECT_THAT(near.outcome.failed.at(0).hint, HasSubstr("2: beta = compute(1)"));
  const auto there = answer({{"f", "a\nnew line\n"}}, block("f", "old line\n", "new line\n"));
  EXPECT_EQ(there.reason(), "already_there");
  EXPECT_THAT(there.outcome.failed[0].hint, HasSubstr("line 2"));
  const auto twice = answer({{"f", "a\nb\na\n"}}, block("f", "a\n", "x\n"));
  EXPECT_EQ(twice.outcome.failed.at(0).places.size(), 2u);
  EXPECT_THAT(answer({{"src/f.py", "a\n"}}, block("f.py", "a\n", "x\n")).outcome.failed.at(0).hint, HasSubstr("src/f.py"));
}

TEST(EditOrder, DoesNotCountBetweenEditsOfOneAnswer) {
  const Files files{{"f.py", "a\nb\nc\nd\n"}};
  EXPECT_EQ(answer(files, block("f.py", "d\n", "z\n") + block("f.py", "a\n", "y\n")).files.at("f.py"), "y\nb\nc\nz\n");
  // The second is written against the file as it was, the third against what the first has made.
  EXPECT_EQ(answer(files, block("f.py", "b\n", "b\nx\n") + block("f.py", "b\nc\n", "b\nq\n")).files.at("f.py"), "a\nb\nx\nq\nd\n");
  EXPECT_EQ(answer(files, block("f.py", "b\n", "new\n") + block("f.py", "new\n", "newer\n")).files.at("f.py"), "a\nnewer\nc\nd\n");
  EXPECT_EQ(answer(files, block("f.py", "b\n", "x\n") + block("f.py", "b\nc\n", "y\n")).reason(), "overlap");
}

}  // namespace
}  // namespace argosy::code
