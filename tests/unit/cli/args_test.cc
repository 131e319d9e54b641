#include "workers/cli/args.h"

#include <gtest/gtest.h>

#include "workers/cli/command.h"
#include "workers/cli/run.h"

namespace argosy::cli {
namespace {

constexpr Option kOptions[] = {
    {"--flag", "", ""},
    {"--one", "VALUE", ""},
    {"--three", "A B C", "", true},
};

Result<Arguments> parse(std::vector<std::string> words, std::size_t least = 0, std::size_t most = 2) {
  return parse_arguments(words, kOptions, least, most);
}

TEST(Arguments, KeepOptionsInTheirOrderAndWordsApart) {
  const auto parsed = parse({"x", "--three", "a", "b", "c", "--flag", "y", "--three", "d", "--e", "f"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->positional, (std::vector<std::string>{"x", "y"}));
  ASSERT_EQ(parsed->given.size(), 3u);
  EXPECT_EQ(parsed->given[0].values, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(parsed->given[2].values, (std::vector<std::string>{"d", "--e", "f"})) << "a value may look like an option";
  EXPECT_TRUE(parsed->has("--flag"));
}

TEST(Arguments, TakeAValueBehindAnEqualsSign) { EXPECT_EQ(parse({"--one=a=b"})->value("--one"), "a=b"); }

TEST(Arguments, EndOptionsAtTwoDashes) { EXPECT_EQ(parse({"--", "--flag"})->positional, std::vector<std::string>{"--flag"}); }

TEST(Arguments, SayWhatIsWrong) {
  const std::pair<std::vector<std::string>, const char*> wrong[] = {
      {{"--other"}, "unknown option --other"},        {{"--one"}, "--one needs VALUE"},
      {{"--three", "a", "b"}, "--three needs A B C"}, {{"--one", "1", "--one", "2"}, "--one is given twice"},
      {{"--flag=x"}, "--flag takes no =value"},       {{"a", "b", "c"}, "\"c\" is one word too many"},
  };
  for (const auto& [words, message] : wrong) {
    const auto parsed = parse(words);
    ASSERT_FALSE(parsed) << message;
    EXPECT_EQ(parsed.error().code, "usage");
    EXPECT_EQ(parsed.error().message, message);
  }
  EXPECT_FALSE(parse({}, 1));
}

TEST(Arguments, TakeNumbersOnlyWithinTheirBounds) {
  EXPECT_EQ(*parse({"--one", "7"})->number("--one", 1, 9), 7);
  EXPECT_EQ(*parse({})->number("--one", 1, 9), std::nullopt);
  for (const char* bad : {"0", "10", "seven", "7x", ""}) EXPECT_FALSE(parse({"--one", bad})->number("--one", 1, 9)) << bad;
}

TEST(Commands, AreAllExplained) {
  const auto overview = help();
  for (const auto& command : commands()) {
    EXPECT_NE(overview.find(command.summary), std::string::npos) << command.name;
    const auto page = help(command.name);
    for (const auto& option : command.options) EXPECT_NE(page.find(option.name), std::string::npos) << command.name << option.name;
    for (const auto& option : command.options) EXPECT_FALSE(option.doc.empty()) << command.name << option.name;
    if (command.below == nullptr) continue;
    for (const auto& one : command.below()) {
      EXPECT_NE(page.find(one.summary), std::string::npos) << command.name << one.name;
      for (const auto& option : one.options)
        EXPECT_NE(help(command.name, one.name).find(option.name), std::string::npos) << one.name << option.name;
    }
  }
}

TEST(Commands, AnswerWrongUseWithTwo) {
  EXPECT_EQ(run({}), kUsage);
  EXPECT_EQ(run({"fly"}), kUsage);
  EXPECT_EQ(run({"help", "fly"}), kUsage);
  EXPECT_EQ(run({"show"}), kUsage) << "the id is missing";
  EXPECT_EQ(run({"migrate", "sideways"}), kUsage);
  EXPECT_EQ(run({"config", "sideways"}), kUsage);
  EXPECT_EQ(run({"repo", "add", "only/one"}), kUsage);
  EXPECT_EQ(run({"tool"}), kUsage);
  EXPECT_EQ(run({"tool", "fly"}), kUsage);
  EXPECT_EQ(run({"help", "tool", "fly"}), kUsage);
  EXPECT_EQ(run({"tool", "parse-report"}), kUsage) << "the file is missing";
}

TEST(Commands, AnswerAskingForHelpWithZero) {
  EXPECT_EQ(run({"help"}), kSucceeded);
  EXPECT_EQ(run({"submit", "--help"}), kSucceeded);
  EXPECT_EQ(run({"--version"}), kSucceeded);
  EXPECT_EQ(run({"tool", "--help"}), kSucceeded);
  EXPECT_EQ(run({"help", "tool"}), kSucceeded);
  EXPECT_EQ(run({"help", "tool", "parse-report"}), kSucceeded);
  EXPECT_EQ(run({"tool", "parse-report", "--help"}), kSucceeded);
}

}  // namespace
}  // namespace argosy::cli
