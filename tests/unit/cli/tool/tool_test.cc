// `argosy tool` as a script calls it: what is printed, and with which exit code.
#include <gmock/gmock.h>

#include <algorithm>

#include "common/core/file.h"
#include "common/core/json.h"
#include "workers/cli/command.h"
#include "workers/cli/run.h"

namespace argosy::cli {
namespace {

using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

std::string sample(const std::string& name) { return ARGOSY_SOURCE_DIR "/tests/unit/reports/samples/" + name; }

json::Value printed(std::vector<std::string> words) {
  words.insert(words.begin(), "tool");
  CaptureStdout();
  EXPECT_EQ(run(words), kSucceeded);
  auto value = json::parse(GetCapturedStdout());
  EXPECT_TRUE(value);
  return value.value_or(json::Value());
}

// Exit code 2 and one line that says why.
std::string refusal(std::vector<std::string> words) {
  words.insert(words.begin(), "tool");
  CaptureStderr();
  EXPECT_EQ(run(words), kUsage);
  auto said = GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  return said;
}

TEST(ParseReport, PrintsCountsAndCasesOfAllFilesTogether) {
  const auto one = printed({"parse-report", sample("surefire-CalcTest-Inner.xml")});
  EXPECT_EQ(one.string_or("format", ""), "junit");
  EXPECT_EQ(one.int_or("tests", 0), 7);
  EXPECT_EQ(one.int_or("errors", 0), 1);
  EXPECT_FALSE(one.bool_or("truncated", true));
  const auto& first = one.array_or_empty("cases").at(0);
  EXPECT_EQ(first.string_or("suite", ""), "com.example.CalcTest$Inner");
  EXPECT_EQ(first.string_or("classname", ""), "com.example.CalcTest");
  EXPECT_EQ(first.string_or("name", ""), "raises");
  EXPECT_EQ(first.string_or("status", ""), "error");
  EXPECT_EQ(first.string_or("file", ""), "CalcTest.java");
  EXPECT_EQ(first.int_or("line", 0), 10);
  const auto both = printed({"parse-report", sample("surefire-CalcTest-Inner.xml"), sample("go.json")});
  EXPECT_EQ(both.string_or("format", ""), "mixed");
  EXPECT_EQ(both.int_or("tests", 0), 18);
  EXPECT_EQ(both.array_or_empty("cases").size(), 18u);
}

TEST(ParseReport, RefusesInOneLineWhatItCannotRead) {
  EXPECT_THAT(refusal({"parse-report", ARGOSY_SOURCE_DIR}), HasSubstr("is a folder"));
  EXPECT_THAT(refusal({"parse-report", sample("absent.xml")}), HasSubstr("absent.xml cannot be read: No such file"));
  EXPECT_THAT(refusal({"parse-report", ARGOSY_SOURCE_DIR "/LICENSE"}), HasSubstr("LICENSE: no test summary was recognised"));
  EXPECT_THAT(refusal({"parse-report", "--format", "junit", sample("node.tap")}), HasSubstr("node.tap: not a JUnit report"));
  EXPECT_THAT(refusal({"parse-report", "--format", "nunit", sample("node.tap")}), HasSubstr("--format is junit, tap"));
}

TEST(ParseCoverage, AddsUpFilesAndMakesPathsThoseOfTheTree) {
  const TempDir tree;
  ASSERT_TRUE(write_file_atomic(tree.path() / "go.mod", "module example.com/calc\n"));
  ASSERT_TRUE(write_file_atomic(tree.path() / "calc.go", "package calc\n"));
  const auto profile = sample("coverage/go.out");
  const auto both = printed({"parse-coverage", profile, profile, "--root", tree.path().string()});
  EXPECT_EQ(both.string_or("format", ""), "go-cover");
  EXPECT_EQ(both.int_or("lines", 0), 12);
  EXPECT_EQ(both.int_or("covered", 0), 5);
  EXPECT_EQ(both.array_or_empty("files").at(0).string_or("path", ""), "calc.go");
  EXPECT_EQ(both.array_or_empty("files").at(0).find("hits")->int_or("3", 0), 2);
  EXPECT_EQ(printed({"parse-coverage", profile}).array_or_empty("files").at(0).string_or("path", ""), "example.com/calc/calc.go");
  EXPECT_THAT(refusal({"parse-coverage", sample("node.tap")}), HasSubstr("node.tap: no coverage report was recognised"));
  EXPECT_THAT(refusal({"parse-coverage", profile, "--root", "/nonexistent"}), HasSubstr("no folder that can be read"));
}

TEST(ParseLint, PrintsAllOrOnlyWhatTheBaseDoesNotHave) {
  const auto all = printed({"parse-lint", sample("lint/ruff.json"), "--root", "/srv/calc"});
  EXPECT_EQ(all.int_or("total", 0), 8);
  EXPECT_EQ(all.array_or_empty("findings").at(0).string_or("file", ""), "a.py");
  const auto added = printed({"parse-lint", sample("lint/ruff.json"), "--base", sample("lint/ruff.sarif")});
  EXPECT_EQ(added.int_or("total", 0), 2) << "SARIF was written of one of the two files";
  EXPECT_THAT(refusal({"parse-lint", sample("node.tap")}), HasSubstr("node.tap: no finding was recognised"));
}

TEST(ParseStream, RefusesAnApiThatItDoesNotKnow) {
  EXPECT_THAT(refusal({"parse-stream"}), HasSubstr("--api is openai-chat, openai-responses, anthropic or ollama"));
  EXPECT_THAT(refusal({"parse-stream", "--api", "openai"}), HasSubstr("not \"openai\""));
}

}  // namespace
}  // namespace argosy::cli
