#include <gtest/gtest.h>

#include <algorithm>

#include "common/core/json.h"
#include "tests/unit/code/refactor/cases.h"

namespace argosy::code {

void PrintTo(const RefactorCase& c, std::ostream* out) { *out << c.promise; }

std::string promise_of_case(const testing::TestParamInfo<RefactorCase>& info) { return info.param.promise; }

void check(const RefactorCase& c) {
  const MapTree tree(c.files);
  const auto edit = code::apply(tree, c.operation);
  if (c.refusal.empty()) {
    ASSERT_TRUE(edit.has_value()) << to_string(edit.error()) << "\n" << edit.error().details;
    Files expected = c.files;
    for (const auto& [path, text] : c.changed) expected[path] = text;
    EXPECT_EQ(tree.with(*edit), expected);
    EXPECT_EQ(edit->files.size(), c.changed.size());
    return;
  }
  ASSERT_FALSE(edit.has_value()) << "should have been refused: " << c.refusal;
  EXPECT_EQ(edit.error().code, c.refusal) << to_string(edit.error()) << "\n" << edit.error().details;
  EXPECT_EQ(edit.error().category, Category::needs_user);
  if (c.places.empty()) return;
  std::vector<std::string> places;
  const auto details = json::parse(edit.error().details);
  ASSERT_TRUE(details.has_value()) << edit.error().details;
  for (const json::Value& place : details->array_or_empty("places"))
    places.push_back(place.string_or("path", "?") + ":" + std::to_string(place.int_or("line", 0)) + ":" +
                     std::to_string(place.int_or("column", 0)));
  std::ranges::sort(places);
  EXPECT_EQ(places, c.places);
}

}  // namespace argosy::code
