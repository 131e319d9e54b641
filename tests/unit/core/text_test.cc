// Promises of the text helpers.
#include "common/core/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argosy::text {
namespace {

using ::testing::ElementsAre;
using namespace std::string_view_literals;

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split(",", ','), ElementsAre("", ""));
}

TEST(Lines, TakeBothLineEndingsAndNoEmptyLastOne) {
  EXPECT_THAT(lines("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(lines("a\n"), ElementsAre("a"));
  EXPECT_THAT(lines(""), ElementsAre());
  EXPECT_THAT(lines("\n"), ElementsAre(""));
}

TEST(Join, PutsSeparatorsBetween) {
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(Lower, ChangesAsciiLettersOnly) { EXPECT_EQ(lower("GRÜßE Z9_"), "grÜße z9_"); }

TEST(Trim, TakesWhiteSpaceFromBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(Utf8, AcceptsExactlyTheStandard) {
  for (const std::string_view good : {"", "abc", "é", "\u20ac", "😀", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const std::string_view bad : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                     "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "a\xff"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Utf8, RepairsWhatIsInvalidAndKeepsTheRest) {
  EXPECT_EQ(to_utf8("a\xff\xc3é"), "a\ufffd\ufffdé");
  EXPECT_EQ(to_utf8("fine é"), "fine é");
}

TEST(Ellipsize, CutsBetweenCharactersAndStaysWithinTheBound) {
  EXPECT_EQ(ellipsize("short", 5), "short");
  EXPECT_EQ(ellipsize("longer text", 9), "longer…");
  EXPECT_EQ(ellipsize("éééé", 6), "é…");  // 3 bytes are left for two-byte characters
  EXPECT_EQ(ellipsize("abcd", 2), "ab");
  EXPECT_EQ(ellipsize("éé", 1), "");
}

TEST(Slug, MakesOneBranchNamePart) {
  EXPECT_EQ(slug("Rename `read_text` -> Read String!", 40), "rename-read-text-read-string");
  EXPECT_EQ(slug("abc def", 4), "abc");
  EXPECT_EQ(slug("…", 10), "task");
  EXPECT_EQ(slug("", 10), "task");
  EXPECT_EQ(slug("--a--", 10), "a");
}

TEST(Hex, GoesThereAndBack) {
  EXPECT_EQ(hex("\x00\xff\x1a"sv), "00ff1a");
  EXPECT_EQ(from_hex("00Ff1a"), "\x00\xff\x1a"sv);
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, encoded] : vectors) {
    EXPECT_EQ(base64(bytes), encoded);
    EXPECT_EQ(from_base64(encoded), bytes);
  }
  EXPECT_EQ(base64("\xfb\xff"), "+/8=");
}

TEST(Base64, RefusesASecondSpellingOfTheSameBytes) {
  for (const char* text : {"Zg=", "Zg", "Zh==", "Z===", "Zm9v====", "Z g=", "Zm9\n", "=Zg=", "====", "-_8="})
    EXPECT_FALSE(from_base64(text)) << text;
}

TEST(ToInt, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(to_int("-12"), -12);
  EXPECT_EQ(to_int("9223372036854775807"), 9223372036854775807);
  for (const char* text : {"", "-", "+1", "1 ", " 1", "1.0", "0x1", "9223372036854775808"}) EXPECT_FALSE(to_int(text)) << text;
}

struct Glob {
  const char *pattern, *path;
  bool matches;
};
class PathMatches : public ::testing::TestWithParam<Glob> {};

TEST_P(PathMatches, AsAShellWould) {
  EXPECT_EQ(path_matches(GetParam().pattern, GetParam().path), GetParam().matches) << GetParam().pattern << " " << GetParam().path;
}

INSTANTIATE_TEST_SUITE_P(Globs, PathMatches,
                         ::testing::Values(Glob{"legacy/auth.js", "legacy/auth.js", true}, Glob{"legacy/auth.js", "legacy/auth.jsx", false},
                                           Glob{"*.py", "a.py", true}, Glob{"*.py", "d/a.py", false}, Glob{"**/*.py", "a.py", true},
                                           Glob{"**/*.py", "d/e/a.py", true}, Glob{"**.py", "d/e/a.py", true},
                                           Glob{"src/**/x", "src/x", true}, Glob{"src/**/x", "src/a/b/x", true},
                                           Glob{"src/**/x", "src/ax", false}, Glob{"src/**", "src/a/b", true},
                                           Glob{"legacy/", "legacy/a/b", true}, Glob{"legacy/", "legacyx/a", false},
                                           Glob{"legacy/", "legacy", false}, Glob{"a?c", "abc", true}, Glob{"a?c", "a/c", false},
                                           Glob{"*", "", true}, Glob{"", "", true}, Glob{"", "a", false}, Glob{"a*b*c", "axxbyyc", true},
                                           Glob{"a*b*c", "axxbyy", false}, Glob{"[a]", "a", false}, Glob{"[a]", "[a]", true}));

TEST(PathMatchesMany, StarsDoNotExplode) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(path_matches(pattern, std::string(1000, 'a') + "b"));
}

struct Meeting {
  std::string_view a, b;
  bool meet;
};

TEST(TwoGlobs, MeetWhereOnePathCouldMatchBoth) {
  const Meeting cases[] = {{"a", "a", true},
                           {"a", "b", false},
                           {"src/", "src/a/b.py", true},
                           {"src/", "srcs/a", false},
                           {"src/*.py", "src/a/*.py", false},
                           {"src/**/*.py", "src/a/*.py", true},
                           {"**/test_*.py", "tests/**/test_price*.py", true},
                           {"**/test_*.py", "docs/", true},
                           {"**/test_*.py", "docs/*.md", false},
                           {"*.md", "docs/*.md", false},
                           {"**/*.md", "*.md", true},
                           {"a?c", "a/c", false},
                           {"a?c", "abc", true},
                           {"a**c", "a/x/c", true},
                           {"*a", "b*", true},
                           {"*.go", "*.py", false},
                           {"", "", true},
                           {"", "*", true},
                           {"", "?", false}};
  for (const auto& [a, b, meet] : cases) {
    EXPECT_EQ(globs_may_meet(a, b), meet) << a << " " << b;
    EXPECT_EQ(globs_may_meet(b, a), meet) << b << " " << a;
  }
}

TEST(TwoGlobs, OfManyStarsAreTakenToMeetRatherThanLookedAtForEver) {
  std::string a, b;
  for (int i = 0; i < 100; ++i) a += "**a", b += "**b";
  EXPECT_TRUE(globs_may_meet(a + "**", b + "**"));
  EXPECT_TRUE(globs_may_meet(a, b)) << "they do not, but to see that takes too long";
}

TEST(TwoGlobs, LieWithinWhatCoversAllOfThem) {
  const Meeting cases[] = {
      {"legacy/a.py", "legacy/", true}, {"legacy/**/*.py", "legacy/", true}, {"legacy/", "legacy/**", true}, {"src/**", "src/a.py", false},
      {"**/*.py", "legacy/", false},    {"docs/*.md", "**/*.md", true},      {"docs/**", "**/*.md", false},  {"a*", "?*", true},
      {"src/", "src/*", false},         {"src/*/x.py", "src/**/x.py", true}};
  for (const auto& [inner, outer, within] : cases) EXPECT_EQ(glob_within(inner, outer), within) << inner << " " << outer;
}

TEST(ForTerminal, LetsNoControlThrough) {
  EXPECT_EQ(for_terminal("a\tb\nc \xC3\xBC \xE2\x82\xAC"), "a\tb\nc \xC3\xBC \xE2\x82\xAC");
  EXPECT_EQ(for_terminal("\x1b[2J\rgone\x7f\xC2\x9B"
                         "1A"),
            "?[2J?gone??1A");
}

}  // namespace
}  // namespace argosy::text
