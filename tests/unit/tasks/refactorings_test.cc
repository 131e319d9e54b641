// Promises of reading refactorings: what is written into sources is a name or a module, and every hole is known.
#include "common/tasks/operations/refactorings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/tasks/change.h"

namespace argosy::tasks {
namespace {

// "code pointer" of the refusal, or "fine".
std::string verdict(std::string_view operation) {
  const auto parsed = parse_change(*json::parse("[" + std::string(operation) + "]"));
  return parsed ? "fine" : parsed.error().error.code + " " + parsed.error().pointer;
}

std::vector<std::string> holes(std::string_view text) {
  std::vector<std::string> out;
  for (const Hole& hole : holes_of(text)) {
    EXPECT_EQ(text.substr(hole.at, hole.text.size()), hole.text);
    out.push_back(hole.text);
  }
  return out;
}

TEST(Holes, AreOneOrThreeDollarsAndCapitals) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  EXPECT_THAT(holes("log.warn($MSG, $$$REST_2)"), ElementsAre("$MSG", "$$$REST_2"));
  EXPECT_THAT(holes("$A.$B-$C"), ElementsAre("$A", "$B", "$C"));
  EXPECT_THAT(holes("$.ajax($url, $$X, a$B, $Cd, $1, $_, $A$B, $)"), IsEmpty());
  EXPECT_THAT(holes(""), IsEmpty());
}

TEST(Refactorings, TakeOnlyNamesAndModules) {
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"a","module":"@x/y-z.js","name":"$a","alias":"b1"})"), "fine");
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"../a","module":"x"})"), "path_unsafe /0/path");
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"a"})"), "change_invalid /0");
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"a","module":""})"), "change_invalid /0/module");
  EXPECT_EQ(verdict(R"j({"op":"add_import","path":"a","module":"x\";evil()"})j"), "change_invalid /0/module");
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"a","module":"x\nevil"})"), "change_invalid /0/module");
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"a","module":"x","name":"a b"})"), "change_invalid /0/name");
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"a","module":"x","name":"*"})"), "change_invalid /0/name");
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"a","module":"x","alias":"1a"})"), "change_invalid /0/alias");
  EXPECT_EQ(verdict(R"({"op":"add_import","path":"a","module":"x","extra":1})"), "change_invalid /0/extra");
}

TEST(Refactorings, NeedSomethingToLookAt) {
  EXPECT_EQ(verdict(R"({"op":"remove_unused_imports"})"), "change_invalid /0/paths");
  EXPECT_EQ(verdict(R"({"op":"remove_unused_imports","paths":[""]})"), "change_too_long /0/paths");
}

TEST(Refactorings, KnowTheirLanguagesAndHoles) {
  const auto call = [](std::string_view language, std::string_view pattern, std::string_view replacement, std::string_view more = "") {
    return verdict(R"({"op":"replace_call","language":")" + std::string(language) + R"(","pattern":")" + std::string(pattern) +
                   R"(","replacement":")" + std::string(replacement) + "\"" + std::string(more) + "}");
  };
  EXPECT_EQ(call("python", "f($A)", "g($A, $A)"), "fine");
  EXPECT_EQ(call("go", "f()", "g()"), "change_invalid /0/language");
  EXPECT_EQ(call("python", " ", "g()"), "change_invalid /0/pattern");
  EXPECT_EQ(call("python", "f($A)", "g($B)"), "change_invalid /0/replacement");
  EXPECT_EQ(call("python", "f($A)", "g($$$A)"), "change_invalid /0/replacement");
  EXPECT_EQ(call("python", "f()", std::string(kMaxPattern + 1, 'x')), "change_too_long /0/replacement");
  EXPECT_EQ(call("python", "f()", "g()", R"(,"module":"a b")"), "change_invalid /0/module");
  EXPECT_EQ(call("python", "f()", "g()", R"(,"imports":{"add":[{"module":"x"}]})"), "fine");
  EXPECT_EQ(call("python", "f()", "g()", R"(,"imports":{"add":[{"name":"x"}]})"), "change_invalid /0/imports");
  EXPECT_EQ(call("python", "f()", "g()", R"(,"imports":{"add":{}})"), "change_invalid /0/imports");
  EXPECT_EQ(call("python", "f()", "g()", R"(,"imports":{"drop":[]})"), "change_invalid /0/imports");
  EXPECT_EQ(verdict(R"({"op":"codemod","language":"cobol","query":"q","template":""})"), "change_invalid /0/language");
  EXPECT_EQ(verdict(R"({"op":"codemod","language":"go","query":"","template":""})"), "change_invalid /0/query");
  EXPECT_EQ(verdict(R"({"op":"codemod","language":"go","query":"q"})"), "change_invalid /0");
}

}  // namespace
}  // namespace argosy::tasks
