// Promises of the JSON room: no text surprises the process, and what we write we can read.
#include "common/core/json.h"

#include <gtest/gtest.h>

namespace argosy::json {
namespace {

std::string code_of(std::string_view text, const ParseLimits& limits = {}) {
  const auto parsed = parse(text, limits);
  return parsed ? "accepted" : parsed.error().code;
}

TEST(JsonParse, ReadsEveryKindOfValue) {
  const auto value = parse(R"({"a":[null,true,-3,1.5,"x\n\u00e9\ud83d\ude00"],"b":{}})");
  ASSERT_TRUE(value) << to_string(value.error());
  const Array& a = value->find("a")->as_array();
  EXPECT_TRUE(a[0].is_null());
  EXPECT_EQ(a[1], Value(true));
  EXPECT_EQ(a[2], Value(-3));
  EXPECT_EQ(a[3], Value(1.5));
  EXPECT_EQ(a[4].as_string(), "x\né😀");
  EXPECT_TRUE(value->find("b")->as_object().empty());
}

TEST(JsonParse, KeepsTheOrderOfMembers) { EXPECT_EQ(dump(*parse(R"({"z":1,"a":2,"m":3})")), R"({"z":1,"a":2,"m":3})"); }

TEST(JsonParse, KeepsAll64BitsOfAnInteger) {
  EXPECT_EQ(parse("9223372036854775807")->as_int(), 9223372036854775807);
  EXPECT_EQ(parse("-9223372036854775808")->as_int(), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(parse("9223372036854775808")->is_int());
  EXPECT_TRUE(parse("9223372036854775808")->is_number());
}

TEST(JsonParse, CallsAFractionOrExponentNoInteger) {
  EXPECT_FALSE(parse("1.0")->is_int());
  EXPECT_FALSE(parse("1e2")->is_int());
}

TEST(JsonParse, RefusesDuplicateKeysAtAnyDepthAndSize) {
  EXPECT_EQ(code_of(R"({"a":1,"a":1})"), "json_duplicate_key");
  EXPECT_EQ(code_of(R"([{"b":{"a":1,"\u0061":2}}])"), "json_duplicate_key");
  std::string many = "{";
  for (int i = 0; i < 5000; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(code_of(many + "\"x\":0}"), "accepted");
  EXPECT_EQ(code_of(many + "\"k17\":0}"), "json_duplicate_key");
}

TEST(JsonParse, RefusesNulInEveryForm) {
  EXPECT_EQ(code_of(R"("a\u0000b")"), "json_nul_character");
  EXPECT_EQ(code_of(R"({"a\u0000":1})"), "json_nul_character");
  EXPECT_EQ(code_of(std::string_view("\"a\0b\"", 5)), "json_nul_character");
  EXPECT_EQ(code_of(std::string_view("[]\0[", 4)), "json_nul_character");
}

TEST(JsonParse, RefusesWhatIsNoUtf8) {
  EXPECT_EQ(code_of("\"\xff\""), "json_invalid_utf8");
  EXPECT_EQ(code_of("\"\xc0\xaf\""), "json_invalid_utf8");      // overlong
  EXPECT_EQ(code_of("\"\xed\xa0\x80\""), "json_invalid_utf8");  // a surrogate
  EXPECT_EQ(code_of(R"("\ud800")"), "json_invalid_utf8");
  EXPECT_EQ(code_of(R"("\ud800\u0041")"), "json_invalid_utf8");
  EXPECT_EQ(code_of(R"("\udc00")"), "json_invalid_utf8");  // the reader itself lets this one pass
  EXPECT_EQ(code_of(R"("\ude00\ud83d")"), "json_invalid_utf8");
  EXPECT_EQ(code_of(R"("\ud83d\ud83d")"), "json_invalid_utf8");
  EXPECT_EQ(code_of(R"({"\udfff":1})"), "json_invalid_utf8");
  EXPECT_EQ(code_of(R"("\ud83d\ude00")"), "accepted");
}

// Strings are taken in runs of whole words: what is wrong is found wherever in a word it stands, and named by its own byte.
TEST(JsonParse, NamesTheFirstByteOfWhatIsNoUtf8WhereverItStands) {
  const std::vector<std::string> wrong{
      "\x80",              // a continuation alone
      "\xc3",              // cut off
      "\xc3\xc3",          //
      "\xc1\xbf",          // overlong
      "\xe0\x9f\xbf",      // overlong
      "\xed\xbf\xbf",      // a surrogate
      "\xe2\x82",          // cut off
      "\xf0\x8f\xbf\xbf",  // overlong
      "\xf0\x9f\x98",      // cut off
      "\xf4\x90\x80\x80",  // beyond U+10FFFF
      "\xf5\x80\x80\x80",
      "\xfe",
      "\xff",
  };
  for (const std::string before : {"", "a", "é", "\\n", "1234567", "12345678", "1234567é", "😀😀😀😀😀"}) {
    for (const std::string& bytes : wrong) {
      for (const std::string after : {"", "x", "a longer rest with \\u00e9", "é"}) {
        const auto parsed = parse("[\"" + before + bytes + after + "\"]");
        ASSERT_FALSE(parsed) << before << after;
        EXPECT_EQ(parsed.error().code, "json_invalid_utf8") << before << after;
        EXPECT_NE(parsed.error().message.find(" at byte " + std::to_string(2 + before.size())), std::string::npos)
            << parsed.error().message << ": " << before << after;
      }
    }
  }
}

TEST(JsonParse, NamesWhatComesFirstWhenMoreIsWrong) {
  EXPECT_EQ(code_of("[1 2,\"\xff\"]"), "json_malformed");
  EXPECT_EQ(code_of("[\"\xff\" 2,]"), "json_invalid_utf8");
  EXPECT_EQ(code_of("[\xff]"), "json_malformed");  // in no string
  EXPECT_EQ(code_of("{\"a\":1,\"a\":2,\"b\":\"\xff\"}"), "json_invalid_utf8");
  EXPECT_EQ(code_of("[{\"a\":1,\"a\":2},\"\xff\"]"), "json_duplicate_key");
}

TEST(JsonParse, FindsTheEndOfAStringWhereverItStandsInAWord) {
  std::string text;
  for (int length = 0; length < 40; ++length, text += length % 7 == 0 ? "é" : "b") {
    const auto parsed = parse("[\"" + text + "\",\"" + text + "\\\"" + text + "\\u0041" + text + "\"]");
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->as_array()[0].as_string(), text);
    EXPECT_EQ(parsed->as_array()[1].as_string(), text + "\"" + text + "A" + text);
    for (const std::string control : {"\x01", "\n", "\x1f"}) EXPECT_EQ(code_of("\"" + text + control + "\""), "json_malformed") << text;
    EXPECT_EQ(parse("\"" + text + "\x7f\"")->as_string(), text + "\x7f");
  }
}

TEST(JsonParse, KeepsStringsOfAnyLength) {
  for (const std::size_t length : {250u, 3'900u, 4'090u, 5'000u, 70'000u, 500'000u}) {
    const std::string plain(length, 'p'), lines(length, '\n');
    const Value value(Object{{"plain", plain}, {lines, Array{lines, plain, 1}}, {"n", plain + "é" + lines}});
    const auto parsed = parse(dump(value));
    ASSERT_TRUE(parsed) << length;
    EXPECT_EQ(*parsed, value) << length;
  }
}

TEST(JsonParse, KeepsEveryContainersOwnMembers) {
  const std::string text = R"([{"a":[1,[],{}],"b":{"c":[2,3],"d":{"e":null}}},[[4],[5,{"f":6}]],{},7])";
  EXPECT_EQ(dump(*parse(text)), text);
}

TEST(JsonParse, SurvivesTwoMegabytesOfOpenBrackets) {
  EXPECT_EQ(code_of(std::string(2u << 20, '[')), "json_too_deep");
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(code_of(objects), "json_too_deep");
}

TEST(JsonParse, CountsDepthExactly) {
  EXPECT_EQ(code_of("[[1]]", {.max_depth = 2}), "accepted");
  EXPECT_EQ(code_of("[[[1]]]", {.max_depth = 2}), "json_too_deep");
  EXPECT_EQ(code_of("[[1],[2],[3]]", {.max_depth = 2}), "accepted");
}

TEST(JsonParse, RefusesMoreThanTheBytesAllowed) {
  EXPECT_EQ(code_of("[1,2]", {.max_bytes = 5}), "accepted");
  EXPECT_EQ(code_of("[1,2] ", {.max_bytes = 5}), "json_too_large");
}

TEST(JsonParse, RefusesWhatRfc8259DoesNotKnow) {
  for (const char* text :
       {"",          " ",        "{",     "[1,]",           "{\"a\":1,}", "{a:1}", "'x'",    "01",      "+1",          ".5",    "1.",
        "1e",        "0x1",      "NaN",   "Infinity",       "tru",        "\"a",   "\"\t\"", "\"\\x\"", "\"\\u12g4\"", "[1] 2", "// c\n1",
        "{\"a\" 1}", "{\"a\":}", "[1 2]", "\xef\xbb\xbf{}", "1e999"}) {
    EXPECT_EQ(code_of(text), "json_malformed") << text;
  }
}

TEST(JsonParse, NamesTheByteWhereItStopped) {
  EXPECT_NE(parse(R"({"a":1 "b":2})").error().message.find("at byte 7"), std::string::npos) << parse(R"({"a":1 "b":2})").error().message;
}

TEST(JsonWrite, WritesNothingThatItWouldNotRead) {
  const Value nasty(Object{{std::string("k\0\xff", 3), Value(std::string("\x01\"\\\n\0\xed\xa0\x80", 9))}, {"d", 1.0}, {"n", 0.1}});
  for (const std::string& text : {dump(nasty), dump_pretty(nasty), canonical(nasty)}) EXPECT_TRUE(parse(text)) << text;
}

TEST(JsonWrite, EscapesWhereverInAWordItMust) {
  std::string text;
  for (int length = 0; length < 24; ++length, text += "x") {
    EXPECT_EQ(quote(text + "\"" + text + "\\" + text + "\x1f\x7f é"), "\"" + text + "\\\"" + text + "\\\\" + text + "\\u001f\x7f é\"");
  }
}

TEST(JsonWrite, BringsEveryValueBackAsItWas) {
  const Value value(Object{{"a", Array{nullptr, true, 1, 1.0, 1e300, 0.1, "é\"\\\n"}}, {"o", Object{}}, {"e", Array{}}});
  EXPECT_EQ(*parse(dump(value)), value);
  EXPECT_EQ(*parse(dump_pretty(value)), value);
}

TEST(JsonWrite, CanonicalTextIsOneForEqualValues) {
  const auto text = [](std::string_view json) { return canonical(*parse(json)); };
  EXPECT_EQ(text(R"({ "b": [1, 2.50], "a": {"d":1,"c":"\u0041"} })"), text(R"({"a":{"c":"A","d":1.0},"b":[1e0,2.5]})"));
  EXPECT_NE(text(R"({"a":[1,2]})"), text(R"({"a":[2,1]})"));
  EXPECT_NE(text(R"({"a":"1"})"), text(R"({"a":1})"));
}

TEST(JsonWrite, IndentsForPeople) {
  EXPECT_EQ(dump_pretty(*parse(R"({"a":[1,{}],"b":[]})")), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST(JsonValue, ObjectsAreEqualInAnyOrder) {
  EXPECT_EQ(*parse(R"({"a":1,"b":2})"), *parse(R"({"b":2,"a":1})"));
  EXPECT_NE(*parse(R"({"a":1,"b":2})"), *parse(R"({"a":1,"b":3})"));
  EXPECT_NE(*parse(R"({"a":1})"), *parse(R"({"a":1,"b":2})"));
}

TEST(JsonValue, ReadsForeignObjectsWithAFallback) {
  const Value value = *parse(R"({"s":"x","i":7,"b":true,"l":[1],"f":1.5})");
  EXPECT_EQ(value.string_or("s", "d"), "x");
  EXPECT_EQ(value.string_or("i", "d"), "d");
  EXPECT_EQ(value.int_or("i", 1), 7);
  EXPECT_EQ(value.int_or("f", 1), 1);
  EXPECT_EQ(value.bool_or("b", false), true);
  EXPECT_EQ(value.array_or_empty("l").size(), 1u);
  EXPECT_TRUE(value.array_or_empty("s").empty());
  EXPECT_EQ(Value(3).find("x"), nullptr);
}

TEST(JsonValue, AnObjectHoldsAKeyOnce) {
  Object object;
  object["a"] = 1;
  object["a"] = 2;
  EXPECT_EQ(object.size(), 1u);
  EXPECT_TRUE(object.erase("a"));
  EXPECT_FALSE(object.erase("a"));
  EXPECT_FALSE(object.contains("a"));
}

}  // namespace
}  // namespace argosy::json
