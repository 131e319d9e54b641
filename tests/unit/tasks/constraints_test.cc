// Promises about what a task forbids.
#include "common/tasks/constraints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argosy::tasks {
namespace {

Constraints task(std::vector<std::string> avoid, std::optional<std::int64_t> most = std::nullopt) {
  return {.avoid_files = std::move(avoid), .max_files_changed = most};
}

TEST(Constraints, LetPassWhatNothingForbids) {
  EXPECT_TRUE(check_constraints(task({}), {{"a"}, {"b"}}));
  EXPECT_TRUE(check_constraints(task({"legacy/"}, 2), {{"a"}, {"b"}}));
  EXPECT_TRUE(check_constraints(task({}, 0), {}));
}

TEST(Constraints, NameTheFilesThatAreToBeAvoided) {
  const auto checked = check_constraints(task({"legacy/auth.js", "vendor/**"}), {{"src/a.js"}, {"legacy/auth.js"}, {"vendor/x/y.js"}});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "avoid_files_violated");
  EXPECT_EQ(checked.error().category, Category::needs_user);
  EXPECT_EQ(checked.error().details, R"({"files":["legacy/auth.js","vendor/x/y.js"]})");
}

TEST(Constraints, LookAtBothNamesOfARenamedFile) {
  for (const TouchedFile& renamed : {TouchedFile{"new", "legacy/old"}, TouchedFile{"legacy/new", "old"}})
    EXPECT_FALSE(check_constraints(task({"legacy/"}), {renamed})) << renamed.path;
}

TEST(Constraints, CountARenamedFileOnce) {
  EXPECT_TRUE(check_constraints(task({}, 1), {{"new", "old"}}));
  const auto checked = check_constraints(task({}, 1), {{"new", "old"}, {"other"}});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "max_files_exceeded");
  EXPECT_EQ(checked.error().details, R"({"files":["new","other"]})");
}

TEST(Constraints, AreReadAsTheDatabaseWritesThem) {
  EXPECT_EQ(constraints_from(R"({"avoid_files": ["a/", "*.lock"], "max_files_changed": 3})"), task({"a/", "*.lock"}, 3));
  EXPECT_EQ(constraints_from(R"({"avoid_files": [], "max_files_changed": null})"), task({}));
  EXPECT_FALSE(constraints_from(R"({"avoid_files": [1]})"));
}

TEST(Constraints, CountAFileOnceHoweverOftenItIsTouched) { EXPECT_TRUE(check_constraints(task({}, 1), {{"a"}, {"a"}})); }

}  // namespace
}  // namespace argosy::tasks
