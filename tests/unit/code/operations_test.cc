// Promises of the text operations: exactly once, all or nothing, and every byte that is not replaced stays.
#include "common/code/operations.h"

#include <gtest/gtest.h>

#include "common/core/json.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

std::string edited(const std::string& bytes, const std::string& old_string, const std::string& new_string) {
  const MapTree tree({{"f", bytes}});
  const auto edit = code::apply(tree, tasks::EditFile{"f", old_string, new_string});
  return edit ? *edit->files.at("f") : edit.error().code;
}

std::vector<std::int64_t> lines_of(const Error& error) {
  std::vector<std::int64_t> lines;
  const auto details = json::parse(error.details);
  if (!details) return lines;
  for (const json::Value& place : details->array_or_empty("places")) lines.push_back(place.int_or("line", 0));
  return lines;
}

Result<Edit> edit_of(const Files& files, const tasks::Operation& operation) { return code::apply(MapTree(files), operation); }

TEST(EditFile, ReplacesTheOnlyMatch) {
  EXPECT_EQ(edited("a\nb\nc\n", "b", "x\ny"), "a\nx\ny\nc\n");
  EXPECT_EQ(edited("a\nb\nc\n", "a\nb\n", ""), "c\n");
  EXPECT_EQ(edited("abc", "abc", "d"), "d");
}

TEST(EditFile, KeepsCarriageReturns) {
  EXPECT_EQ(edited("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz"), "x\r\ny\r\nz\r\nc\r\n");
  EXPECT_EQ(edited("a\r\nb\r\n", "b", "x\ny"), "a\r\nx\r\ny\r\n");
  EXPECT_EQ(edited("a\r\nb\r\nc", "\nb\n", "\n"), "a\r\nc");
}

TEST(EditFile, GivesNewLinesTheEndingsOfWhatTheyReplaceInAMixedFile) {
  EXPECT_EQ(edited("a\nb\r\nc\nd\n", "c\nd", "x\ny"), "a\nb\r\nx\ny\n");
  EXPECT_EQ(edited("a\r\nb\nc\r\n", "a\nb", "x\ny"), "x\r\ny\nc\r\n");
}

TEST(EditFile, TakesCarriageReturnsLiterallyWhenTheyAreWritten) {
  EXPECT_EQ(edited("a\r\nb\r\n", "a\r\n", "a\n"), "a\nb\r\n");
  EXPECT_EQ(edited("a\nb\n", "a\r\nb", "x"), "text_not_found");
}

TEST(EditFile, KeepsAMissingLastNewline) { EXPECT_EQ(edited("a\nb", "a", "x"), "x\nb"); }

TEST(EditFile, KeepsTheByteOrderMark) {
  EXPECT_EQ(edited("\xEF\xBB\xBF"
                   "a\nb\n",
                   "a", "x"),
            "\xEF\xBB\xBF"
            "x\nb\n");
}

TEST(EditFile, KeepsUtf16) {
  using namespace std::string_literals;
  EXPECT_EQ(edited("\xFF\xFE"
                   "a\0\n\0b\0"s,
                   "a", "\xC3\xA9"),
            "\xFF\xFE"
            "\xE9\0\n\0b\0"s);
  EXPECT_EQ(edited("\xFE\xFF"
                   "\0a\xD8\x3D\xDE\x00"s,
                   "a", "b"),
            "\xFE\xFF"
            "\0b\xD8\x3D\xDE\x00"s);
}

TEST(EditFile, KeepsLatin1) {
  EXPECT_EQ(edited("caf\xE9 a", "a\xC3\xA9", "x"), "text_not_found");
  EXPECT_EQ(edited("caf\xE9 a", "caf\xC3\xA9", "th\xC3\xA9"), "th\xE9 a");
  EXPECT_EQ(edited("caf\xE9 a", " a", " \xE2\x82\xAC"), "encoding_unfit");
}

TEST(EditFile, RefusesWhatOccursTwiceAndSaysWhere) {
  const auto edit = edit_of({{"f", "x\na\ny\na\n"}}, tasks::EditFile{"f", "a", "b"});
  ASSERT_FALSE(edit.has_value());
  EXPECT_EQ(edit.error().code, "text_ambiguous");
  EXPECT_EQ(edit.error().category, Category::needs_user);
  EXPECT_EQ(lines_of(edit.error()), (std::vector<std::int64_t>{2, 4}));
}

TEST(EditFile, CountsMatchesThatOverlap) { EXPECT_EQ(edited("aaa", "aa", "b"), "text_ambiguous"); }

TEST(EditFile, NamesTheNearestLinesOfWhatItDidNotFind) {
  const auto edit =
      edit_of({{"f", "int main() {\n  return compute(1);\n}\nvoid other();\n"}}, tasks::EditFile{"f", "return compute(2);", "x"});
  ASSERT_FALSE(edit.has_value());
  EXPECT_EQ(edit.error().code, "text_not_found");
  EXPECT_EQ(lines_of(edit.error()), (std::vector<std::int64_t>{2}));
}

TEST(EditFile, PrefersTheLinesWhoseNeighboursFitToo) {
  const auto edit = edit_of({{"f", "if (a) {\n  one();\n}\nif (a) {\n  two();\n}\n"}}, tasks::EditFile{"f", "if (a)  {\n  two();\n", "x"});
  ASSERT_FALSE(edit.has_value());
  ASSERT_FALSE(lines_of(edit.error()).empty());
  EXPECT_EQ(lines_of(edit.error()).front(), 4);
}

TEST(EditFile, RefusesBinariesAndEmptySearches) {
  EXPECT_EQ(edited(std::string("a\0b", 3), "a", "b"), "file_binary");
  EXPECT_EQ(edited("abc", "", "b"), "text_not_found");
  EXPECT_EQ(edited("abc", "a", "a"), "nothing_to_change");
}

TEST(EditFile, IsBoundedOnOneLongLine) {
  const std::string line(2u << 20, 'a');
  EXPECT_EQ(edited(line + "b", "b", "c"), line + "c");
  EXPECT_EQ(edited(line, "b", "c"), "text_not_found");
}

TEST(EditFile, NamesFilesOfThatNameElsewhere) {
  const auto edit = edit_of({{"src/f.py", ""}}, tasks::EditFile{"f.py", "a", "b"});
  ASSERT_FALSE(edit.has_value());
  EXPECT_EQ(edit.error().code, "file_not_found");
  EXPECT_NE(edit.error().details.find("src/f.py"), std::string::npos);
}

TEST(CreateFile, WritesTheContentAsItIs) {
  const auto edit = edit_of({{"a", ""}}, tasks::CreateFile{"b/c", "x\r\ny"});
  ASSERT_TRUE(edit.has_value());
  EXPECT_EQ(edit->files, (std::map<std::string, std::optional<std::string>>{{"b/c", "x\r\ny"}}));
}

TEST(CreateFile, RefusesWhatIsThereAndWhatCannotBe) {
  const Files files{{"a", ""}, {"d/e", ""}};
  EXPECT_EQ(edit_of(files, tasks::CreateFile{"a", ""}).error().code, "file_exists");
  EXPECT_EQ(edit_of(files, tasks::CreateFile{"a/b", ""}).error().code, "path_conflict");
  EXPECT_EQ(edit_of(files, tasks::CreateFile{"d", ""}).error().code, "path_conflict");
}

TEST(DeleteFile, DeletesOnlyWhatIsThere) {
  const auto edit = edit_of({{"a", "x"}}, tasks::DeleteFile{"a"});
  ASSERT_TRUE(edit.has_value());
  EXPECT_EQ(edit->files, (std::map<std::string, std::optional<std::string>>{{"a", std::nullopt}}));
  EXPECT_EQ(edit_of({{"a", "x"}}, tasks::DeleteFile{"b"}).error().code, "file_not_found");
}

TEST(RenameFile, MovesTheBytesAndRemembersTheOldPath) {
  const std::string bytes("a\0\xFF", 3);
  const auto edit = edit_of({{"a", bytes}}, tasks::RenameFile{"a", "b/c"});
  ASSERT_TRUE(edit.has_value());
  EXPECT_EQ(edit->files, (std::map<std::string, std::optional<std::string>>{{"a", std::nullopt}, {"b/c", bytes}}));
  EXPECT_EQ(edit->renamed_from, (std::map<std::string, std::string>{{"b/c", "a"}}));
}

TEST(RenameFile, MayMoveAFileBelowItsOwnName) { EXPECT_TRUE(edit_of({{"a", "x"}}, tasks::RenameFile{"a", "a/b"}).has_value()); }

TEST(RenameFile, RefusesATargetThatIsThere) {
  const Files files{{"a", "x"}, {"b", ""}};
  EXPECT_EQ(edit_of(files, tasks::RenameFile{"a", "b"}).error().code, "file_exists");
  EXPECT_EQ(edit_of(files, tasks::RenameFile{"c", "d"}).error().code, "file_not_found");
  EXPECT_EQ(edit_of(files, tasks::RenameFile{"a", "a"}).error().code, "nothing_to_change");
}

TEST(Apply, HandsASymbolsRenameOn) {
  const auto edit = edit_of({{"m.py", "foo = 1\n"}}, renaming("python", "foo", "bar"));
  ASSERT_TRUE(edit.has_value());
  EXPECT_EQ(edit->files.at("m.py"), "bar = 1\n");
}

}  // namespace
}  // namespace argosy::code
