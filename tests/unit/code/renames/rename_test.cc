// Every promise of a rename, from the tables of the languages, and what must hold for all of them.
#include "common/code/rename.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/core/json.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

std::vector<std::string> places_of(const Error& error) {
  std::vector<std::string> out;
  const auto details = json::parse(error.details);
  if (!details) return {"details are not JSON: " + error.details};
  for (const json::Value& place : details->array_or_empty("places"))
    out.push_back(place.string_or("path", "?") + ":" + std::to_string(place.int_or("line", 0)) + ":" +
                  std::to_string(place.int_or("column", 0)));
  std::ranges::sort(out);
  return out;
}

class Rename : public testing::TestWithParam<RenameCase> {};

TEST_P(Rename, KeepsItsPromise) {
  const RenameCase& c = GetParam();
  const MapTree tree(before(c.marked));
  const auto edit = rename_symbol(tree, c.request);
  if (c.refusal.empty()) {
    ASSERT_TRUE(edit.has_value()) << to_string(edit.error()) << "\n" << edit.error().details;
    EXPECT_EQ(tree.with(*edit), after(c.marked, c.request.to));
  } else {
    ASSERT_FALSE(edit.has_value()) << "should have been refused: " << c.refusal;
    EXPECT_EQ(edit.error().code, c.refusal) << to_string(edit.error()) << "\n" << edit.error().details;
    EXPECT_EQ(edit.error().category, Category::needs_user);
    const auto wanted = refused_places(c.marked);
    if (!wanted.empty()) EXPECT_EQ(places_of(edit.error()), wanted);
  }
}

TEST_P(Rename, TouchesOnlyFilesThatChange) {
  const RenameCase& c = GetParam();
  const MapTree tree(before(c.marked));
  const auto edit = rename_symbol(tree, c.request);
  if (!edit) return;
  for (const auto& [path, bytes] : edit->files) EXPECT_NE(*tree.read(path), bytes) << path;
  for (const auto& [to, from] : edit->renamed_from) EXPECT_EQ(edit->files.at(from), std::nullopt) << to;
}

// Without an alias that was added or a key that was kept, the way back leads to the same bytes.
TEST_P(Rename, ThereAndBackGivesTheSameBytes) {
  const RenameCase& c = GetParam();
  const bool plain = std::ranges::none_of(
      c.marked, [](const auto& file) { return file.second.find('|') != std::string::npos && file.second.find("«") != std::string::npos; });
  const MapTree tree(before(c.marked));
  const auto there = rename_symbol(tree, c.request);
  if (!there || !plain || !c.request.force.empty()) return;
  const MapTree changed(tree.with(*there));
  tasks::RenameSymbol request = c.request;
  std::swap(request.from, request.to);
  for (const auto& [path, old] : there->renamed_from) std::ranges::replace(request.paths, old, path);
  const auto back = rename_symbol(changed, request);
  ASSERT_TRUE(back.has_value()) << to_string(back.error());
  EXPECT_EQ(changed.with(*back), before(c.marked));
}

std::string promise_of(const testing::TestParamInfo<RenameCase>& info) { return info.param.promise; }

INSTANTIATE_TEST_SUITE_P(Python, Rename, testing::ValuesIn(python_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(EcmaScript, Rename, testing::ValuesIn(ecmascript_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(Go, Rename, testing::ValuesIn(go_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(Java, Rename, testing::ValuesIn(java_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(C, Rename, testing::ValuesIn(c_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(Cpp, Rename, testing::ValuesIn(cpp_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(Rust, Rename, testing::ValuesIn(rust_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(Locals, Rename, testing::ValuesIn(local_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(GoMembers, Rename, testing::ValuesIn(go_member_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(JavaMembers, Rename, testing::ValuesIn(java_member_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(Members, Rename, testing::ValuesIn(member_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(RustMembers, Rename, testing::ValuesIn(rust_member_cases()), promise_of);
INSTANTIATE_TEST_SUITE_P(LinkedMembers, Rename, testing::ValuesIn(linked_member_cases()), promise_of);

}  // namespace
}  // namespace argosy::code
