// Promises of the tools that read and edit.
#include "common/agent/tools/toolbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/agent/loop/limits.h"
#include "common/core/text.h"
#include "tests/unit/agent/support.h"

namespace argosy::agent {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Tools : public ::testing::Test {
 protected:
  ToolOutcome call(const std::string& name, const std::string& arguments) {
    return box.call({.id = "1", .name = name, .arguments = arguments},
                    {.workspace = there, .record = record, .policy = policy, .round = ++round});
  }
  std::string now(const std::string& path) { return there.read(path).value().value_or("<none>"); }

  Toolbox box;
  Workspace there{tree_of({{"README.md", "# Read me\n"},
                           {"big.txt",
                            [] {
                              std::string text;
                              for (int i = 1; i <= 5000; ++i) text += "line " + std::to_string(i) + "\n";
                              return text;
                            }()},
                           {"bin", std::string("\0\1", 2)},
                           {"empty.py", ""},
                           {"src/a.py", "import os\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return 2\n"},
                           {"src/b.py", "from src.a import one\n"},
                           {"go.sum", "x\n"},
                           {"tests/test_a.py", "import pytest\nfrom src.a import one\n\n\ndef test_one():\n    assert one() == 1\n"}})};
  WorkRecord record;
  Policy policy;
  std::int64_t round = 0;
};

TEST_F(Tools, AreOfferedAsAllowedInOneOrderWithTheirSchemas) {
  const std::vector<std::string> allowed{"finish", "read_file", "run_tests", "no_such_tool"};
  const auto offered = box.offered(allowed);
  ASSERT_THAT(offered, SizeIs(3));
  EXPECT_EQ(offered[0].name, "read_file");
  EXPECT_EQ(offered[2].name, "finish");
  for (const auto& tool : offered) {
    EXPECT_EQ(tool.parameters.string_or("type", ""), "object");
    EXPECT_NE(tool.description, "");
  }
  EXPECT_EQ(box.effect("read_file"), Effect::read);
  EXPECT_EQ(box.effect("edit_file"), Effect::edit);
  EXPECT_EQ(box.effect("run_command"), Effect::run);
  EXPECT_EQ(box.effect("ask_user"), Effect::ask);
  EXPECT_EQ(box.effect("finish"), Effect::finish);
  EXPECT_EQ(box.effect("rm"), std::nullopt);
}

TEST_F(Tools, ReadFileShowsLinesWithNumbersAndRemembersWhatWasSeen) {
  const auto all = call("read_file", R"({"path":"src/a.py"})");
  EXPECT_FALSE(all.failed) << all.text;
  EXPECT_THAT(all.text, AllOf(HasSubstr("     4\tdef one():"), HasSubstr("(9 lines)")));
  EXPECT_THAT(record.read.at("src/a.py").lines, IsEmpty()) << "all of it";
  const auto some = call("read_file", R"({"path":"big.txt","line_start":10,"line_end":12})");
  EXPECT_THAT(some.text, AllOf(HasSubstr("lines 10 to 12 of 5000"), HasSubstr("    12\tline 12\n"), Not(HasSubstr("line 13"))));
  EXPECT_THAT(record.read.at("big.txt").lines, ElementsAre(std::pair<std::int64_t, std::int64_t>(10, 12)));
  EXPECT_EQ(record.read.at("big.txt").round, 2);
}

TEST_F(Tools, ReadFileCutsALongFileAndSaysWhereToGoOn) {
  const auto cut = call("read_file", R"({"path":"big.txt"})");
  EXPECT_LE(cut.text.size(), kMaxToolResult);
  const auto at = cut.text.find("ask for lines from ");
  ASSERT_NE(at, std::string::npos);
  const auto next = std::stoll(cut.text.substr(at + 19));
  EXPECT_THAT(cut.text, HasSubstr("\tline " + std::to_string(next - 1) + "\n"));
  EXPECT_THAT(record.read.at("big.txt").lines, ElementsAre(std::pair<std::int64_t, std::int64_t>(1, next - 1)));
}

TEST_F(Tools, ReadFileSaysWhatIsWrongAndWhatIsNear) {
  EXPECT_EQ(call("read_file", R"({"path":"lib/a.py"})").code, "file_not_found");
  EXPECT_THAT(call("read_file", R"({"path":"lib/a.py"})").text, HasSubstr("src/a.py"));
  EXPECT_EQ(call("read_file", R"({"path":"../secret"})").code, "path_unsafe");
  EXPECT_EQ(call("read_file", R"({"path":".git/config"})").code, "path_unsafe");
  EXPECT_EQ(call("read_file", R"({"path":"bin"})").code, "file_binary");
  EXPECT_EQ(call("read_file", R"({"path":"src/a.py","line_start":50})").code, "lines_not_there");
  EXPECT_THAT(call("read_file", R"({"path":"empty.py"})").text, HasSubstr("is empty"));
}

TEST_F(Tools, TakeArgumentsAsModelsWriteThem) {
  for (const char* arguments :
       {R"({"file_path":"src/a.py","start_line":"4","end_line":5.0})", R"({"filename":"./src/a.py","line_start":4,"line_end":5})",
        R"({"path":"/workspace/src/a.py","from_line":4,"to_line":5,"reason":"look","x":null})"}) {
    const auto read = call("read_file", arguments);
    EXPECT_THAT(read.text, AllOf(HasSubstr("     4\tdef one():"), Not(HasSubstr("two")))) << arguments;
  }
  const auto edited = call("edit_file", R"({"file_path":"src/a.py","old_str":"return 1","new_str":"return 11"})");
  EXPECT_FALSE(edited.failed) << edited.text;
}

TEST_F(Tools, RefuseArgumentsThatDoNotFitWithTheReason) {
  for (const char* arguments : {"{", "[]", "{}", R"({"path":7})", R"({"path":"a","line_start":0})"}) {
    const auto refused = call("read_file", arguments);
    EXPECT_EQ(refused.code, "arguments_invalid") << arguments;
    EXPECT_THAT(refused.text, StartsWith("the arguments"));
  }
  EXPECT_EQ(call("no_such_tool", "{}").code, "unknown_tool");
  EXPECT_EQ(box.call({.id = "1", .name = "read_file", .arguments = "{}", .problem = "cut off"},
                     {.workspace = there, .record = record, .policy = policy})
                .text,
            "cut off");
}

TEST_F(Tools, ListDirectoryShowsOneLevel) {
  EXPECT_THAT(call("list_directory", "{}").text, AllOf(HasSubstr("\nsrc/\n"), HasSubstr("\nREADME.md\n"), Not(HasSubstr("a.py"))));
  EXPECT_THAT(call("list_directory", R"({"path":"src"})").text, AllOf(HasSubstr("\na.py\n"), HasSubstr("\nb.py\n")));
  EXPECT_EQ(call("list_directory", R"({"path":"nowhere"})").code, "file_not_found");
  EXPECT_EQ(call("list_directory", R"({"path":"src/a.py"})").code, "not_a_directory");
}

TEST_F(Tools, SearchFilesFindsLinesByPatternAndGlobInTheWorkspace) {
  call("edit_file", R"({"path":"src/b.py","old_string":"import one","new_string":"import one  # edited"})");
  EXPECT_THAT(call("search_files", R"({"pattern":"import \\w+  # ed"})").text, HasSubstr("src/b.py:1: from src.a import one  # edited"));
  EXPECT_THAT(call("search_files", R"({"pattern":"def \\w+","glob":"*.py"})").text, HasSubstr("3 lines in 2 of"));
  EXPECT_THAT(call("search_files", R"({"pattern":"def","glob":"src/**"})").text, Not(HasSubstr("test_a")));
  EXPECT_THAT(call("search_files", R"({"pattern":"one("})").text, AllOf(HasSubstr("as it stands"), HasSubstr("src/a.py:4")));
  EXPECT_THAT(call("search_files", R"({"pattern":"nothing like it"})").text, HasSubstr("nothing in "));
  EXPECT_THAT(call("search_files", R"({"pattern":"line"})").text, HasSubstr("[and 4800 more"));
}

TEST_F(Tools, EditFileChangesTheOnePlaceAndShowsIt) {
  const auto edited = call("edit_file", R"({"path":"src/a.py","old_string":"    return 2","new_string":"    return 22"})");
  EXPECT_FALSE(edited.failed) << edited.text;
  EXPECT_TRUE(edited.changed_files);
  EXPECT_THAT(edited.text, HasSubstr("     9\t    return 22"));
  EXPECT_THAT(now("src/a.py"), EndsWith("return 22\n"));
  EXPECT_EQ(record.edited.at("src/a.py"), 1);
  EXPECT_FALSE(record.read.contains("src/a.py")) << "an exact edit makes no file read";
}

TEST_F(Tools, EditFileRefusesWhatIsNotThereOrNotUnique) {
  EXPECT_EQ(call("edit_file", R"({"path":"src/a.py","old_string":"return 3","new_string":"x"})").code, "text_not_found");
  EXPECT_EQ(call("edit_file", R"({"path":"src/a.py","old_string":"return","new_string":"x"})").code, "text_ambiguous");
  EXPECT_EQ(call("edit_file", R"({"path":"src/a.py","old_string":"return 1","new_string":"return ("})").code, "syntax_broken");
  EXPECT_THAT(there.edits().files, IsEmpty());
  EXPECT_THAT(record.edited, IsEmpty());
}

TEST_F(Tools, CreateFileWritesOverAFileOnlyAfterItWasReadAsItIs) {
  EXPECT_EQ(call("create_file", R"({"path":"src/a.py","content":"x = 1\n"})").code, "file_not_read");
  EXPECT_THAT(call("create_file", R"({"path":"src/a.py","content":"x = 1\n"})").text, HasSubstr("read it first"));
  call("read_file", R"({"path":"src/a.py"})");
  EXPECT_FALSE(call("create_file", R"({"path":"src/a.py","content":"x = 1\n"})").failed);
  EXPECT_EQ(now("src/a.py"), "x = 1\n");
  EXPECT_FALSE(call("create_file", R"({"path":"src/a.py","content":"x = 2\n"})").failed) << "what it wrote it knows";
  record.read.at("src/a.py").digest = "of something else";
  EXPECT_EQ(call("create_file", R"({"path":"src/a.py","content":"x = 3\n"})").code, "file_changed");
  EXPECT_FALSE(call("create_file", R"({"path":"src/new/c.py","content":"y = 1"})").failed);
  EXPECT_EQ(now("src/new/c.py"), "y = 1");
}

TEST_F(Tools, CreateFileWritesOverAFileOnlyWhenAllPartsOfItWereRead) {
  call("read_file", R"({"path":"src/a.py","line_start":1,"line_end":1})");
  EXPECT_EQ(call("create_file", R"({"path":"src/a.py","content":"x = 1\n"})").code, "file_not_read");
  call("read_file", R"({"path":"src/a.py","line_start":2})");
  EXPECT_FALSE(call("create_file", R"({"path":"src/a.py","content":"x = 1\n"})").failed);
}

TEST_F(Tools, AnEditKeepsAReadFileKnown) {
  call("read_file", R"({"path":"src/a.py"})");
  call("edit_file", R"({"path":"src/a.py","old_string":"return 1","new_string":"return 11"})");
  EXPECT_FALSE(call("create_file", R"({"path":"src/a.py","content":"x = 1\n"})").failed);
}

TEST_F(Tools, DeleteFileAndApplyDiffDoAllOrNothing) {
  EXPECT_FALSE(call("delete_file", R"({"path":"src/b.py"})").failed);
  EXPECT_EQ(now("src/b.py"), "<none>");
  const auto applied =
      call("apply_diff", R"({"diff":"--- a/src/a.py\n+++ b/src/a.py\n@@ -4,2 +4,2 @@\n def one():\n-    return 1\n+    return 11\n"})");
  EXPECT_FALSE(applied.failed) << applied.text;
  EXPECT_THAT(now("src/a.py"), HasSubstr("return 11\n"));
  const auto refused = call(
      "apply_diff",
      R"({"diff":"*** Begin Patch\n*** Update File: src/a.py\n@@\n-    return 11\n+    return 1\n*** Update File: src/zz.py\n@@\n-a\n+b\n*** End Patch"})");
  EXPECT_TRUE(refused.failed);
  EXPECT_THAT(now("src/a.py"), HasSubstr("return 11\n"));
  EXPECT_TRUE(call("apply_diff", R"({"diff":"nothing"})").failed);
}

TEST_F(Tools, EditsAreHeldToThePolicyBeforeTheyAreStaged) {
  policy.write_set = {"src/**"};
  EXPECT_EQ(call("create_file", R"({"path":"docs/x.md","content":"x\n"})").code, "write_set_violated");
  EXPECT_EQ(call("delete_file", R"({"path":"README.md"})").code, "write_set_violated");
  policy.write_set.clear();
  EXPECT_EQ(call("create_file", R"({"path":".github/workflows/x.yml","content":"on: push\n"})").code, "protected_file");
  EXPECT_EQ(call("apply_diff", R"({"diff":"--- a/go.sum\n+++ b/go.sum\n@@ -1 +1 @@\n-x\n+y\n"})").code, "protected_file");
  EXPECT_THAT(there.edits().files, IsEmpty());
}

TEST_F(Tools, EditsInAnAnswersTextAreHeldToTheSame) {
  const auto edits = [&](const std::string& text, code::EditFormat format) {
    return edits_in_text(text, format, {.workspace = there, .record = record, .policy = policy});
  };
  EXPECT_FALSE(edits("I would change src/a.py.", code::EditFormat::search_replace));
  const auto done =
      edits("src/a.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 11\n>>>>>>> REPLACE\n", code::EditFormat::search_replace);
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->failed) << done->text;
  EXPECT_THAT(now("src/a.py"), HasSubstr("return 11"));
  const auto unread = edits("src/b.py\n```python\nx = 1\n```\n", code::EditFormat::whole_file);
  ASSERT_TRUE(unread);
  EXPECT_EQ(unread->code, "file_not_read");
}

TEST_F(Tools, ALongFileThatIsThereIsNotWrittenWhole) {
  const auto file = [](const std::string& text) { return json::dump(json::Object{{"path", "long.txt"}, {"content", text}}); };
  const std::string longest(kMaxWholeFile - 1, 'x');
  ASSERT_FALSE(call("create_file", file(longest + "\n")).failed);
  ASSERT_FALSE(call("create_file", file(longest + "yz\n")).failed) << "it was not too long before";
  const auto refused = call("create_file", file("short\n"));
  EXPECT_EQ(refused.code, "file_too_long");
  EXPECT_THAT(refused.text, HasSubstr("copy a few of them exactly"));
  const auto in_text =
      edits_in_text("long.txt\n```\nshort\n```\n", code::EditFormat::automatic, {.workspace = there, .record = record, .policy = policy});
  ASSERT_TRUE(in_text);
  EXPECT_EQ(in_text->code, "file_too_long");
  EXPECT_THAT(now("long.txt"), HasSubstr("xyz")) << "nothing of it was done";
  EXPECT_FALSE(call("edit_file", R"({"path":"long.txt","old_string":"xyz","new_string":"xy"})").failed);
}

TEST_F(Tools, RunsAreMadeFromArgumentsAndNotFromWhatAShellCouldMisread) {
  const auto run = box.run_of({.id = "7", .name = "run_command", .arguments = R"({"cmd":"make check","timeout":"60"})"});
  ASSERT_TRUE(run) << run.error().text;
  EXPECT_EQ(run->call, "7");
  EXPECT_EQ(run->kind, tasks::RunKind::command);
  EXPECT_EQ(run->command, "make check");
  EXPECT_EQ(run->time_limit, std::chrono::milliseconds(60'000));
  EXPECT_EQ(box.run_of({.id = "8", .name = "run_tests", .arguments = R"({"selection":"tests/test_a.py"})"})->command, "tests/test_a.py");
  EXPECT_EQ(box.run_of({.id = "8", .name = "run_tests", .arguments = ""})->command, "");
  EXPECT_EQ(box.run_of({.id = "8", .name = "run_linter", .arguments = "{}"})->kind, tasks::RunKind::linter);
  EXPECT_EQ(box.run_of({.id = "8", .name = "install_dependency", .arguments = R"({"package":"requests>=2"})"})->command, "requests>=2");
  for (const char* package : {"--index-url=x", "a b", "a;rm", "$(x)", ""})
    EXPECT_FALSE(box.run_of({.id = "8", .name = "install_dependency", .arguments = json::dump(json::Object{{"package", package}})}))
        << package;
  EXPECT_FALSE(box.run_of({.id = "8", .name = "run_command", .arguments = R"({"command":"  "})"}));
  EXPECT_FALSE(box.run_of({.id = "8", .name = "read_file", .arguments = R"({"path":"a"})"}));
}

TEST_F(Tools, GenerateTestsGathersTheTargetAPatternAndTheFrameworksRules) {
  const auto material = call("generate_tests", R"({"target":"src/a.py:two"})");
  EXPECT_FALSE(material.failed) << material.text;
  EXPECT_THAT(material.text, AllOf(HasSubstr("Framework: pytest"), HasSubstr("     8\tdef two():"), HasSubstr("--- tests/test_a.py"),
                                   HasSubstr("assert one() == 1")));
  EXPECT_THAT(call("generate_tests", R"({"target":"two","framework":"unittest"})").text,
              AllOf(HasSubstr("Framework: unittest"), HasSubstr("def two")));
  EXPECT_EQ(call("generate_tests", R"({"target":"nowhere"})").code, "symbol_not_found");
}

TEST_F(Tools, RefactorSuggestionTellsWhoMentionsTheFile) {
  const auto material = call("refactor_suggestion", R"({"file":"src/a.py:one","goal":"shorter"})");
  EXPECT_THAT(material.text,
              AllOf(HasSubstr("goal: shorter"), HasSubstr("def one"), HasSubstr("  src/b.py\n"), HasSubstr("tests/test_a.py (test)")));
}

TEST_F(Tools, GenerateSnippetShowsTheNeighbours) {
  EXPECT_THAT(call("generate_snippet", R"({"goal":"a cache","path":"src/c.py"})").text,
              AllOf(HasSubstr("--- src/a.py"), HasSubstr("--- src/b.py")));
}

TEST_F(Tools, SemanticSearchSaysThatItIsOff) {
  const auto off = call("semantic_search", R"({"query":"where are retries"})");
  EXPECT_EQ(off.code, "semantic_search_off");
  EXPECT_THAT(off.text, HasSubstr("search_files"));
}

TEST(Bounded, KeepsHeadAndTailOfWholeCharacters) {
  EXPECT_EQ(bounded("short"), "short");
  std::string text = "head";
  for (int i = 0; i < 10'000; ++i) text += "\xC3\xA4";
  text += "tail";
  const auto cut = bounded(text, 1'001);
  EXPECT_LE(cut.size(), 1'001u);
  EXPECT_THAT(cut, AllOf(StartsWith("head"), EndsWith("tail"), HasSubstr("bytes are left out")));
  EXPECT_TRUE(text::is_utf8(cut));
}

}  // namespace
}  // namespace argosy::agent
