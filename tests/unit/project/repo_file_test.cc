// .argosy.yaml: what is taken, and how everything else is refused.
#include "common/project/repo_file/repo_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/file.h"

namespace argosy::project {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string refusal(const std::string& text) {
  const auto file = parse_repo_file(text);
  if (file) return "taken";
  EXPECT_EQ(file.error().category, Category::needs_user);
  EXPECT_EQ(file.error().code, "repo_file_invalid");
  EXPECT_EQ(file.error().message.find('\n'), std::string::npos);
  return file.error().message;
}

// The first block of YAML in a document that is none of models.yaml.
std::string example_in(const std::string& document) {
  const auto bytes = read_file(std::string(ARGOSY_SOURCE_DIR) + "/" + document).value_or("");
  auto start = bytes.find("```yaml\n");
  while (start != std::string::npos && bytes.compare(start + 8, 7, "models:") == 0) start = bytes.find("```yaml\n", start + 8);
  return start == std::string::npos ? "" : bytes.substr(start + 8, bytes.find("```", start + 8) - start - 8);
}

TEST(RepoFile, TheExampleOfTheDocsSetsEverything) {
  const auto file = parse_repo_file(example_in("README.md"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_THAT(file->setup.commands, ElementsAre("npm ci"));
  EXPECT_THAT(file->setup.cache_key_files, ElementsAre("package-lock.json"));
  EXPECT_THAT(file->setup.secrets, ElementsAre("NPM_TOKEN"));
  EXPECT_EQ(file->setup.egress_allow.size(), 2u);
  EXPECT_EQ(file->test.command, "npm test");
  EXPECT_EQ(file->test.timeout_s, 600);
  EXPECT_FALSE(file->test.report.empty() || file->lint.command.empty() || file->lint.report.empty() || file->format.command.empty());
  EXPECT_FALSE(file->coverage.command.empty() || file->coverage.report.empty() || file->bench.command.empty());
  EXPECT_EQ(file->coverage.min_changed, 80.0);
  EXPECT_EQ(file->coverage.max_drop, 0.5);
  EXPECT_EQ(file->bench.max_regression, 10.0);
  EXPECT_EQ(file->gates.size(), 6u);
  EXPECT_EQ(file->gates.at("bench"), GateMode::off);
  EXPECT_EQ(file->sandbox_class, "gvisor");
  EXPECT_EQ(file->limits.cpus, 2.0);
  EXPECT_EQ(file->limits.memory_mb, 4096);
  EXPECT_EQ(file->max_fix_rounds, 5);
  EXPECT_TRUE(file->plan.needs_approval);
}

TEST(RepoFile, NothingIsNothing) {
  EXPECT_TRUE(parse_repo_file(""));
  EXPECT_TRUE(parse_repo_file("# a comment\n"));
  EXPECT_TRUE(parse_repo_file("test:\n"));
}

TEST(RepoFile, RefusesWithPlaceAndTheNearestKey) {
  EXPECT_EQ(refusal("test:\n  comand: x\n"), ".argosy.yaml:2:3: test has no key \"comand\"; did you mean \"command\"?");
  EXPECT_EQ(refusal("gate: {}\n"), ".argosy.yaml:1:1: the file has no key \"gate\"; did you mean \"gates\"?");
  EXPECT_EQ(refusal("gates: {tests: on}\n"), ".argosy.yaml:1:16: gates.tests must be one of: required, warn, off");
  EXPECT_EQ(refusal("test: {timeout_s: 901}\n"), ".argosy.yaml:1:19: test.timeout_s must be a number from 1 to 900");
  EXPECT_EQ(refusal("test: {timeout_s: \"60\"}\n"), ".argosy.yaml:1:19: test.timeout_s must be a number from 1 to 900");
  EXPECT_EQ(refusal("coverage: {max_drop: nan}\n"), ".argosy.yaml:1:22: coverage.max_drop must be a number from 0 to 100");
  EXPECT_EQ(refusal("test: [a]\n"), ".argosy.yaml:1:7: test must hold keys and values");
  EXPECT_EQ(refusal("- a\n"), ".argosy.yaml:1:1: the file must hold keys and values");
  EXPECT_EQ(refusal("setup: {commands: {a: b}}\n"), ".argosy.yaml:1:19: setup.commands must be a list of texts");
  EXPECT_EQ(refusal("setup: {secrets: [A-B]}\n"), ".argosy.yaml:1:19: an entry of setup.secrets must be the name of a variable");
  EXPECT_EQ(refusal("setup: {egress_allow: ['http://x/']}\n"),
            ".argosy.yaml:1:24: an entry of setup.egress_allow must be HOST or HOST:PORT");
  EXPECT_EQ(refusal("test: {report: ../x}\n"), ".argosy.yaml:1:16: test.report must be a path below the repository's root");
  EXPECT_EQ(refusal("test: {command: a}\ntest: {}\n"), ".argosy.yaml:2:1: \"test\" stands here twice");
}

TEST(RepoFile, RefusesWhatMakesYamlDangerous) {
  EXPECT_THAT(refusal("a: &x [1]\nb: *x\n"), HasSubstr("anchors (&name) are not supported"));
  std::string bomb = "a: &a [x,x]\n";
  for (char c = 'b'; c < 'z'; ++c) bomb += std::string(1, c) + ": &" + c + " [*" + char(c - 1) + ",*" + char(c - 1) + "]\n";
  EXPECT_THAT(refusal(bomb), HasSubstr("not supported"));
  EXPECT_THAT(refusal("test: !!binary x\n"), HasSubstr("tags"));
  EXPECT_THAT(refusal("test: {}\n---\ntest: {}\n"), HasSubstr("one document"));
  EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("nested deeper than"));
  EXPECT_THAT(refusal(std::string(100'000, '{')), StartsWith(".argosy.yaml:1:"));
  EXPECT_THAT(refusal("a: " + std::string(100'000, '-')), StartsWith(".argosy.yaml:1:"));
  EXPECT_THAT(refusal(std::string(1'000'000, 'a')), HasSubstr("1000000 bytes, at most"));
  EXPECT_THAT(refusal(std::string("test: {command: \"a\0b\"}", 23)), HasSubstr("no UTF-8 text"));
  EXPECT_THAT(refusal("test: {command: \xff}"), HasSubstr("no UTF-8 text"));
  EXPECT_THAT(refusal("test: {command: \"unterminated\n"), HasSubstr("no YAML"));
  std::string many = "setup: {commands: [";
  for (int i = 0; i < 6'000; ++i) many += "a,";
  EXPECT_THAT(refusal(many + "]}"), HasSubstr("more than 5000 values"));
}

}  // namespace
}  // namespace argosy::project
