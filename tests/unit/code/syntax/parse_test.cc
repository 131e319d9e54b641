// Promises of a parse: it ends within its memory, wherever that comes from, and the next one works as ever.
#include "common/code/syntax/parse.h"

#include <gtest/gtest.h>

#include "common/code/syntax/parse_memory.h"

namespace argosy::code {
namespace {

std::string many_lines(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += "int f" + std::to_string(i) + "(int a) { return a + g(a * 2); }\n";
  return out;
}

// What it may go on taking until the parser looks again.
constexpr std::size_t kSlack = 256u << 10;

void expect_bounded(Parser& parser, std::size_t bound) {
  const auto parsed = parser.parse(many_lines(5'000));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, "source_too_costly");
  EXPECT_EQ(parsed.error().category, Category::needs_user);
  EXPECT_GT(parser.most_bytes(), bound);
  EXPECT_LT(parser.most_bytes(), bound + kSlack);
}

TEST(AParse, EndsWhereItsMemoryDoes) {
  constexpr std::size_t kBound = 1u << 20;
  Parser parser(Language::cpp, kBound);
  expect_bounded(parser, kBound);
  auto next = parser.parse(many_lines(10));
  ASSERT_TRUE(next) << to_string(next.error());
  EXPECT_LT(parser.most_bytes(), kBound);
  expect_bounded(parser, kBound);
}

TEST(AParse, EndsWhereItsMemoryDoesAlsoWhenThatIsGivenBackAsAWhole) {
  constexpr std::size_t kBound = 2u << 20;
  for (int i = 0; i < 3; ++i) {
    const ParseMemory memory;
    Parser parser(Language::java, kBound);
    expect_bounded(parser, kBound);
  }
}

TEST(AParse, TakesOfUsualSourcesFarLessThanItMay) {
  const auto text = many_lines(30'000);
  ASSERT_LT(text.size(), kMaxSourceBytes);
  Parser parser(Language::cpp);
  const auto parsed = parser.parse(text);
  ASSERT_TRUE(parsed) << to_string(parsed.error());
  EXPECT_LT(parser.most_bytes(), kMaxParseBytes / 2);
  EXPECT_LE(parser.held_bytes(), parser.most_bytes());
}

// 2^16 things side by side that follow no grammar: the number of them once did not fit where the library kept it, and it wrote elsewhere.
TEST(AParse, HoldsAnyNumberOfThingsThatFollowNoGrammar) {
  std::string text;
  for (int i = 0; i < 45'000; ++i) text += "[[],";
  for (const auto language : {Language::javascript, Language::python}) {
    const auto parsed = Tree::parse(language, text);
    ASSERT_TRUE(parsed) << to_string(parsed.error());
    EXPECT_FALSE(parsed->errors().empty());
  }
  // Likewise beside things that do: comments stand in no statement.
  std::string comments;
  for (int i = 0; i < 70'000; ++i) comments += "// a\n";
  const auto parsed = Tree::parse(Language::go, comments + "package a\n");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->errors().empty());
}

}  // namespace
}  // namespace argosy::code
