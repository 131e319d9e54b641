// What is made of arguments that a model wrote wrongly, and what is not.
#include <gmock/gmock.h>

#include "common/llm/calls/arguments.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMost = 1u << 20;

std::string mended(std::string_view text) {
  const auto arguments = read_arguments(text, true, kMost);
  EXPECT_EQ(arguments.problem, "") << text;
  return arguments.json;
}

std::string refused(std::string_view text, bool whole = true) {
  const auto arguments = read_arguments(text, whole, kMost);
  EXPECT_EQ(arguments.json, text);
  EXPECT_NE(arguments.problem, "") << text;
  return arguments.problem;
}

TEST(Arguments, StayAsTheModelWroteThem) {
  EXPECT_EQ(mended(R"({ "a" : 1.50, "big": 12345678901234567890 })"), R"({ "a" : 1.50, "big": 12345678901234567890 })");
}

TEST(Arguments, AreAnEmptyObjectWhereThereAreNone) {
  for (const auto* nothing : {"", " \n", "null", "\"\"", "{}"}) EXPECT_EQ(mended(nothing), "{}");
}

TEST(Arguments, AreMendedWhereOnlyOneReadingIsPossible) {
  EXPECT_EQ(mended(R"({"a":[1,2,],})"), R"({"a":[1,2]})");
  EXPECT_EQ(mended(R"({"a":{"b":"c"})"), R"({"a":{"b":"c"}})");
  EXPECT_EQ(mended(R"({"a":["x",{"b":true)"), R"({"a":["x",{"b":true}]})");
  EXPECT_EQ(mended(R"({"a":1}})"), R"({"a":1})");
  EXPECT_EQ(mended("{\"a\":\"one\ntwo\tthree\"}"), R"({"a":"one\ntwo\u0009three"})");
  EXPECT_EQ(mended("```json\n{\"a\":1}\n```"), R"({"a":1})");
  EXPECT_EQ(mended("```\n{\"a\":1,}\n```"), R"({"a":1})");
  EXPECT_EQ(mended(R"("{\"a\":1}")"), R"({"a":1})");
  EXPECT_EQ(mended(R"({}{"a":1})"), R"({"a":1})");
  EXPECT_EQ(mended(R"({"a":1}{"a":1})"), R"({"a":1})");
  EXPECT_EQ(mended(R"({"a":"}",)"
                   "\n}"),
            "{\"a\":\"}\"\n}");
}

TEST(Arguments, AreRefusedWhereMoreThanOneReadingIsPossible) {
  for (const auto* text : {R"({"a":"half of)", R"({"a":"b\)", R"({"a")", R"({"a":)", R"({"a":1,)", "{", R"({"a":tru)", R"({"a":1}{"a":2})",
                           R"({"a":[1})", "a=1", R"({'a':1})", R"({"a":None})", R"({"a":1} and more)", R"([1])", "12", R"("text")",
                           R"({"a":1,"a":2})", "```json\n{\"a\":1}\n``` ```\n{}\n```"})
    refused(text);
}

TEST(Arguments, ThatWereCutOffAreRefused) {
  refused("", false);
  refused(R"({"a":"b")", false);
  EXPECT_EQ(read_arguments(R"({"a":"b"})", false, kMost).problem, "");
}

TEST(Arguments, OfTooGreatDepthOrSizeAreRefused) {
  EXPECT_THAT(refused(std::string(100'000, '{')), testing::HasSubstr("JSON"));
  EXPECT_THAT(refused(R"({"a":)" + std::string(1'000, '[') + std::string(1'000, ']') + "}"), testing::HasSubstr("nesting"));
  EXPECT_THAT(refused("{\"a\":\"" + std::string(kMost, 'x') + "\"}"), testing::HasSubstr("bytes"));
}

}  // namespace
}  // namespace argosy::llm
