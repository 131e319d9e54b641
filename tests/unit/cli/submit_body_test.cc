#include "workers/cli/client/submit_body.h"

#include <gtest/gtest.h>

#include "common/core/file.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

Result<json::Value> body_of(const std::vector<std::string>& words) {
  for (const auto& command : commands()) {
    if (command.name != "submit") continue;
    auto parsed = parse_arguments(words, command.options, command.least, command.most);
    if (!parsed) return std::unexpected(parsed.error());
    return submit_body(*parsed);
  }
  return usage_error("there is no submit");
}

std::string text_of(const std::vector<std::string>& words) {
  const auto body = body_of(words);
  return body ? json::dump(*body) : "error: " + body.error().message;
}

TEST(SubmitBody, SpellsOutARename) {
  EXPECT_EQ(text_of({"--repo", "o/n", "--rename", "python", "a", "b"}),
            R"({"repository_id":"o/n","change":[{"op":"rename_symbol","language":"python","from":"a","to":"b"}]})");
}

TEST(SubmitBody, KeepsTheOrderOfOperationsAcrossFilesAndOptions) {
  const TempDir folder;
  const auto many = folder.path() / "many.json", one = folder.path() / "one.json";
  ASSERT_TRUE(write_file_atomic(many, R"([{"op":"delete_file","path":"x"},{"op":"delete_file","path":"y"}])"));
  ASSERT_TRUE(write_file_atomic(one, R"({"op":"delete_file","path":"z"})"));
  EXPECT_EQ(
      text_of({"--repo", "o/n", "--change", one, "--rename", "go", "a", "b", "--change", many}),
      R"({"repository_id":"o/n","change":[{"op":"delete_file","path":"z"},)"
      R"({"op":"rename_symbol","language":"go","from":"a","to":"b"},{"op":"delete_file","path":"x"},{"op":"delete_file","path":"y"}]})");
}

TEST(SubmitBody, CarriesConstraintsPriorityAndWebhooks) {
  EXPECT_EQ(
      text_of({"--repo",      "o/n", "--rename",   "go",     "a",        "b",           "--avoid",  "legacy/",     "--avoid",  "*.md",
               "--max-files", "3",   "--priority", "urgent", "--notify", "https://one", "--notify", "https://two", "--prompt", "why"}),
      R"({"repository_id":"o/n","prompt":"why","change":[{"op":"rename_symbol","language":"go","from":"a","to":"b"}],)"
      R"("constraints":{"avoid_files":["legacy/","*.md"],"max_files_changed":3},"priority":"urgent",)"
      R"("notify":[{"webhook":"https://one"},{"webhook":"https://two"}]})");
}

TEST(SubmitBody, CarriesTheFixRoundsThatAreAllowed) {
  EXPECT_EQ(text_of({"--repo", "o/n", "--prompt", "p", "--fix-rounds", "0"}), R"({"repository_id":"o/n","prompt":"p","max_fix_rounds":0})");
  EXPECT_FALSE(body_of({"--repo", "o/n", "--prompt", "p", "--fix-rounds", "21"}));
}

TEST(SubmitBody, RefusesWhatCannotBeMeant) {
  const TempDir folder;
  const auto broken = folder.path() / "broken.json";
  ASSERT_TRUE(write_file_atomic(broken, "{"));
  EXPECT_EQ(text_of({"--rename", "go", "a", "b"}), "error: --repo is missing");
  EXPECT_EQ(text_of({"--repo", "o/n"}), "error: there is nothing to do: give --rename, --change or --prompt");
  EXPECT_FALSE(body_of({"--repo", "o/n", "--change", broken}));
  EXPECT_FALSE(body_of({"--repo", "o/n", "--change", folder.path() / "absent.json"}));
  EXPECT_FALSE(body_of({"--repo", "o/n", "--rename", "go", "a", "b", "--max-files", "none"}));
}

}  // namespace
}  // namespace argosy::cli
