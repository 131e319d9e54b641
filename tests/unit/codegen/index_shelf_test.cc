// Promises of the indexes that a process keeps: what is known is not parsed again, over commits, and not more than so much is kept.
#include "workers/codegen/agent/index_shelf.h"

#include <gtest/gtest.h>

#include "tests/support/memory_tree.h"

namespace argosy::codegen {
namespace {

using Files = test::MemoryTree;

const Files kFirst({{"a.py", "def a(): pass\n"}, {"b.py", "def b(): pass\n"}});
const Files kSecond({{"a.py", "def a(): pass\n"}, {"b.py", "def c(): pass\n"}});

const OrgId kOrg{Uuid::v4()};
IndexPlace of(std::string repository) { return {.org = kOrg, .repository = std::move(repository), .commit = "c0ffee"}; }

TEST(TheIndexShelf, ParsesOfTheNextCommitOnlyWhatDiffers) {
  IndexShelf shelf;
  const auto first = shelf.build(of("one"), kFirst).value();
  const auto second = shelf.build(of("one"), kSecond).value();
  EXPECT_EQ(first->file("a.py")->tags, second->file("a.py")->tags) << "the very same tags";
  EXPECT_NE(first->file("b.py")->tags, second->file("b.py")->tags);
  EXPECT_EQ(second->definitions("c").size(), 1u);
  EXPECT_TRUE(second->definitions("b").empty());
}

TEST(TheIndexShelf, KeepsRepositoriesApart) {
  IndexShelf shelf;
  const auto one = shelf.build(of("one"), kFirst).value(), two = shelf.build(of("two"), kFirst).value();
  EXPECT_NE(one->file("a.py")->tags, two->file("a.py")->tags);
  EXPECT_EQ(shelf.build(of("one"), kFirst).value()->file("a.py")->tags, one->file("a.py")->tags);
}

TEST(TheIndexShelf, KeepsOrganisationsApart) {
  IndexShelf shelf;
  const auto one = shelf.build(of("one"), kFirst).value();
  const IndexPlace others{.org = OrgId{Uuid::v4()}, .repository = "one", .commit = "c0ffee"};
  EXPECT_EQ(shelf.build(others, kFirst).value()->parsed(), 2u);
  EXPECT_EQ(shelf.build(of("one"), kFirst).value()->parsed(), 0u);
}

TEST(TheIndexShelf, KeepsNoMoreThanItsBoundOfThoseUsedLast) {
  IndexShelf shelf(nullptr, 4);
  const auto one = shelf.build(of("one"), kFirst).value();
  const auto two = shelf.build(of("two"), kFirst).value();
  EXPECT_EQ(shelf.build(of("one"), kFirst).value()->file("a.py")->tags, one->file("a.py")->tags);
  shelf.build(of("three"), kFirst).value();
  EXPECT_EQ(shelf.build(of("one"), kFirst).value()->file("a.py")->tags, one->file("a.py")->tags) << "used last but one";
  EXPECT_NE(shelf.build(of("two"), kFirst).value()->file("a.py")->tags, two->file("a.py")->tags);
}

TEST(TheIndexShelf, BeginsAnewNowAndThen) {
  IndexShelf shelf;
  const auto first = shelf.build(of("one"), kFirst).value();
  for (int i = 1; i < IndexShelf::kMostInARow; ++i)
    EXPECT_EQ(shelf.build(of("one"), kFirst).value()->file("a.py")->tags, first->file("a.py")->tags);
  EXPECT_NE(shelf.build(of("one"), kFirst).value()->file("a.py")->tags, first->file("a.py")->tags) << "names that are gone go, too";
}

}  // namespace
}  // namespace argosy::codegen
