// `argosy tool detect`: what a script gets to see of a repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/file.h"
#include "common/core/json.h"
#include "workers/cli/run.h"

namespace argosy::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Answer {
  int code;
  std::string out, err;
};

Answer detect(const std::vector<std::string>& words) {
  std::vector<std::string> all{"tool", "detect"};
  all.insert(all.end(), words.begin(), words.end());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = run(all);
  return {code, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

TEST(ToolDetect, PrintsOneJsonWithTheReasons) {
  const TempDir folder("detect");
  ASSERT_TRUE(write_file_atomic(folder.path() / "test_a.py", "import unittest\n"));
  ASSERT_TRUE(write_file_atomic(folder.path() / ".argosy.yaml", "bench: {command: make bench}\n"));
  const auto answer = detect({folder.path().string()});
  EXPECT_EQ(answer.code, 0);
  const auto parsed = json::parse(answer.out);
  ASSERT_TRUE(parsed) << answer.out;
  EXPECT_EQ(parsed->string_or("language", ""), "python");
  EXPECT_EQ(parsed->string_or("framework", ""), "unittest");
  EXPECT_EQ(parsed->string_or("bench", ""), "make bench");
  EXPECT_FALSE(parsed->array_or_empty("evidence").empty());
  EXPECT_FALSE(parsed->bool_or("truncated", true));
}

TEST(ToolDetect, AnEmptyFolderIsAnAnswerToo) {
  const TempDir folder("detect");
  const auto answer = detect({folder.path().string()});
  EXPECT_EQ(answer.code, 0);
  EXPECT_THAT(answer.out, HasSubstr("\"language\": null"));
}

TEST(ToolDetect, SaysInOneLineWhatItCannotRead) {
  const TempDir folder("detect");
  ASSERT_TRUE(write_file_atomic(folder.path() / "file", ""));
  ASSERT_TRUE(write_file_atomic(folder.path() / ".argosy.yaml", "tests: {}\n"));
  EXPECT_EQ(detect({(folder.path() / "none").string()}).code, 2);
  EXPECT_THAT(detect({(folder.path() / "file").string()}).err, HasSubstr("is no folder"));
  const auto wrong = detect({folder.path().string()});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(wrong.out, "");
  EXPECT_THAT(wrong.err, StartsWith("argosy: .argosy.yaml:1:1: the file has no key \"tests\"; did you mean \"test\"?"));
  EXPECT_EQ(detect({}).code, 2);
}

}  // namespace
}  // namespace argosy::cli
