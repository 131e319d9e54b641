// Promises of reading a change: every operation is taken whole or refused with the place and the reason.
#include "common/tasks/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argosy::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "code pointer" of the refusal, or "fine".
std::string verdict(std::string_view json_text, const ChangeLimits& limits = {}) {
  const auto parsed = parse_change(*json::parse(json_text), limits);
  return parsed ? "fine" : parsed.error().error.code + " " + parsed.error().pointer;
}

Operation one(std::string_view json_text) {
  const auto parsed = parse_change(json::Array{*json::parse(json_text)});
  EXPECT_TRUE(parsed) << parsed.error().pointer << ": " << to_string(parsed.error().error);
  return parsed ? parsed->front() : Operation(DeleteFile{});
}

constexpr std::string_view kAll = R"json([
  {"op":"rename_symbol","language":"python","from":"read_text","to":"read_string","kind":"function","paths":["src/**"],"force":["strings"]},
  {"op":"rename_symbol","language":"java","from":"A","to":"B"},
  {"op":"rename_symbol","language":"python","from":"a","to":"b","kind":"variable","in":"Config.load"},
  {"op":"edit_file","path":"a/b.py","old_string":"x","new_string":""},
  {"op":"create_file","path":"new.txt","content":""},
  {"op":"delete_file","path":"old.txt"},
  {"op":"rename_file","from":"a","to":"b/c"},
  {"op":"apply_diff","diff":"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"},
  {"op":"add_import","path":"a.py","module":"os","name":"path","alias":"p"},
  {"op":"remove_unused_imports","paths":["src/**"]},
  {"op":"replace_call","language":"python","pattern":"log.warn($M, $$$R)","replacement":"log.warning($M, $$$R)","module":"log",
   "imports":{"add":[{"module":"m"}],"remove":[{"module":"n","name":"x"}]},"paths":["a"]},
  {"op":"codemod","language":"go","query":"(identifier) @replace","template":"","paths":["a"]},

  {"op":"move_symbol","language":"python","name":"f","from":"a.py","to":"b/c.py","force":["strings"]},
  {"op":"rename_module","language":"typescript","from":"src/old","to":"src/new"}])json";

TEST(Change, EveryOperationGoesThereAndBack) {
  const auto parsed = parse_change(*json::parse(kAll));
  ASSERT_TRUE(parsed) << parsed.error().pointer << to_string(parsed.error().error);
  ASSERT_EQ(parsed->size(), 14u);
  EXPECT_EQ(to_json(*parsed), *json::parse(kAll));
}

TEST(Change, MustBeAListWithOperationsWithinTheLimit) {
  EXPECT_EQ(verdict("{}"), "change_invalid ");
  EXPECT_EQ(verdict("[]"), "change_empty ");
  EXPECT_EQ(verdict(kAll, {.max_operations = 13}), "change_too_many ");
  EXPECT_EQ(verdict(kAll, {.max_operations = 14}), "fine");
}

TEST(Change, NamesThePlaceOfTheFirstMistake) {
  EXPECT_EQ(verdict("[1]"), "change_invalid /0");
  EXPECT_EQ(verdict(R"([{"op":"delete_file","path":"a"},{"op":"explode"}])"), "change_invalid /1/op");
  EXPECT_EQ(verdict(R"([{}])"), "change_invalid /0");
  EXPECT_EQ(verdict(R"([{"op":"delete_file"}])"), "change_invalid /0");
  EXPECT_EQ(verdict(R"([{"op":"delete_file","path":7}])"), "change_invalid /0/path");
  EXPECT_EQ(verdict(R"([{"op":"delete_file","path":"a","pa/th":1}])"), "change_invalid /0/pa~1th");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"cobol","from":"a","to":"b"}])"), "change_invalid /0/language");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"a","to":"b","kind":"label"}])"), "change_invalid /0/kind");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"a","to":"b","kind":"method"}])"), "change_invalid /0/in");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"a","to":"b","in":"f"}])"), "change_invalid /0/in");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"a","to":"b","kind":"variable","in":"f."}])"), "change_invalid /0/in");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"a","to":"a"}])"), "change_invalid /0/to");
  EXPECT_EQ(verdict(R"([{"op":"move_symbol","language":"go","name":"f","from":"a","to":"b"}])"), "change_invalid /0/language");
  EXPECT_EQ(verdict(R"([{"op":"move_symbol","language":"java","name":"F","from":"a/F.java","to":"b/F.java"}])"), "fine");
  EXPECT_EQ(verdict(R"([{"op":"rename_module","language":"java","from":"a/F.java","to":"b/F.java"}])"), "fine");
  EXPECT_EQ(verdict(R"([{"op":"move_symbol","language":"python","name":"a.f","from":"a","to":"b"}])"), "change_invalid /0/name");
  EXPECT_EQ(verdict(R"([{"op":"move_symbol","language":"python","name":"f","from":"a","to":"../b"}])"), "path_unsafe /0/to");
  EXPECT_EQ(verdict(R"([{"op":"rename_module","language":"python","from":"a","to":"a/b"}])"), "change_invalid /0/to");
  EXPECT_EQ(verdict(R"([{"op":"rename_module","language":"python","from":"a","to":"b","force":["attributes"]}])"),
            "change_invalid /0/force/0");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"a.b","to":"c"}])"), "change_invalid /0/from");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"1a","to":"c"}])"), "change_invalid /0/from");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"a","to":"b","force":["strings","all"]}])"),
            "change_invalid /0/force/1");
  EXPECT_EQ(verdict(R"([{"op":"rename_symbol","language":"go","from":"a","to":"b","paths":["x",1]}])"), "change_invalid /0/paths/1");
  EXPECT_EQ(verdict(R"([{"op":"edit_file","path":"a","old_string":"","new_string":"b"}])"), "change_invalid /0/old_string");
  EXPECT_EQ(verdict(R"([{"op":"edit_file","path":"a","old_string":"b","new_string":"b"}])"), "change_invalid /0/new_string");
  EXPECT_EQ(verdict(R"([{"op":"rename_file","from":"a","to":"a"}])"), "change_invalid /0/to");
}

TEST(Change, SaysWhichMemberIsMissing) {
  const auto parsed = parse_change(*json::parse(R"([{"op":"edit_file","path":"a","old_string":"x"}])"));
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().error.message, HasSubstr("\"new_string\" is missing"));
}

TEST(Change, HoldsStringsAndPathsToTheirLength) {
  EXPECT_EQ(verdict(R"([{"op":"create_file","path":"abc","content":"1234"}])", {.max_path = 3, .max_string = 4}), "fine");
  EXPECT_EQ(verdict(R"([{"op":"create_file","path":"abc","content":"12345"}])", {.max_path = 3, .max_string = 4}),
            "change_too_long /0/content");
  EXPECT_EQ(verdict(R"([{"op":"create_file","path":"abcd","content":""}])", {.max_path = 3, .max_string = 4}), "change_too_long /0/path");
}

TEST(Change, ConfinesPathsEvenInsideADiff) {
  EXPECT_EQ(verdict(R"([{"op":"create_file","path":"../x","content":""}])"), "path_unsafe /0/path");
  EXPECT_EQ(verdict(R"([{"op":"rename_file","from":"a","to":".git/hooks/pre-push"}])"), "path_unsafe /0/to");
  EXPECT_EQ(verdict(R"([{"op":"apply_diff","diff":"--- /dev/null\n+++ b/../../etc/x\n@@ -0,0 +1 @@\n+b\n"}])"), "path_unsafe /0/diff");
  EXPECT_EQ(verdict(R"([{"op":"apply_diff","diff":"hello"}])"), "diff_malformed /0/diff");
}

TEST(RepoPath, IsRelativeAndStaysInside) {
  for (const char* path : {"a", "a/b.c", ".github/x", "a b", "-x", "é", ".gitignore", "a..b", "..a"})
    EXPECT_TRUE(is_safe_repo_path(path)) << path;
  for (const std::string path : {"", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", ".git", ".git/config", "a/.GIT/x", "GIT~1/x",
                                 ".git /x", "a\nb", "a\x7f", "a\xff"}) {
    EXPECT_FALSE(is_safe_repo_path(path)) << path;
  }
  EXPECT_FALSE(is_safe_repo_path(std::string_view("a\0b", 3)));
}

TEST(ExplicitPaths, AreThoseThatTheOperationNames) {
  EXPECT_THAT(explicit_paths(one(R"({"op":"rename_symbol","language":"go","from":"a","to":"b","paths":["x"]})")), IsEmpty());
  EXPECT_THAT(explicit_paths(one(R"({"op":"move_symbol","language":"python","name":"f","from":"a","to":"b"})")), IsEmpty());
  EXPECT_THAT(explicit_paths(one(R"({"op":"rename_module","language":"python","from":"a","to":"b"})")), IsEmpty());
  EXPECT_THAT(explicit_paths(one(R"({"op":"rename_file","from":"a","to":"b"})")), ElementsAre("a", "b"));
  EXPECT_THAT(explicit_paths(one(R"({"op":"edit_file","path":"p","old_string":"x","new_string":"y"})")), ElementsAre("p"));
}

TEST(ExplicitPaths, AreNoneWhereContentDecides) {
  EXPECT_THAT(explicit_paths(one(R"({"op":"add_import","path":"a.py","module":"os"})")), ElementsAre("a.py"));
  EXPECT_THAT(explicit_paths(one(R"({"op":"remove_unused_imports","paths":["a.py"]})")), IsEmpty());
  EXPECT_THAT(explicit_paths(one(R"j({"op":"replace_call","language":"java","pattern":"f()","replacement":"g()","paths":["a"]})j")),
              IsEmpty());
  EXPECT_THAT(explicit_paths(one(R"({"op":"codemod","language":"java","query":"q","template":"","paths":["a"]})")), IsEmpty());
}

TEST(Summary, IsOneShortLine) {
  EXPECT_EQ(summary(one(R"({"op":"rename_symbol","language":"go","from":"a","to":"b"})")), "rename_symbol a -> b");
  EXPECT_EQ(summary(one(R"({"op":"delete_file","path":"x/y"})")), "delete_file x/y");
  EXPECT_EQ(summary(one(R"({"op":"apply_diff","diff":"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"})")), "apply_diff x");
  EXPECT_EQ(summary(one(R"({"op":"add_import","path":"a.py","module":"os","name":"path"})")), "add_import os.path to a.py");
  EXPECT_EQ(summary(one(R"({"op":"remove_unused_imports","paths":["a","b"]})")), "remove_unused_imports a b");
  EXPECT_EQ(summary(one(R"j({"op":"replace_call","language":"java","pattern":"f(\n  $A)","replacement":"g($A)"})j")),
            "replace_call f( $A) -> g($A)");
  const std::string query(500, 'q');
  EXPECT_LE(summary(one(R"({"op":"codemod","language":"java","template":"","query":")" + query + "\"}")).size(), 100u);
}

}  // namespace
}  // namespace argosy::tasks
