// Promises of the shelf of vectors: what has not changed is embedded once, and who searches pays for what is new.
#include "workers/codegen/agent/meaning_shelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/support.h"

namespace argosy::codegen {
namespace {

using agent::tree_of;

// Vectors by words: a text that says "price" points elsewhere than one that does not.
class Shelf : public ::testing::Test {
 protected:
  Result<std::vector<code::SemanticHit>> find(const std::string& owner, std::map<std::string, std::string> files) {
    const auto tree = tree_of(std::move(files));
    const auto index = code::Index::build(*tree).value();
    embedded = 0;
    return shelf.find(owner, *index, *tree, "price", embed);
  }

  std::size_t embedded = 0;  // texts, the question counted in
  code::Embed embed = [this](std::vector<std::string> texts) -> Result<std::vector<std::vector<float>>> {
    embedded += texts.size();
    std::vector<std::vector<float>> vectors;
    for (const auto& text : texts)
      vectors.push_back(text.contains("price") ? std::vector<float>{1.0F, 0.1F} : std::vector<float>{0.1F, 1.0F});
    return vectors;
  };
  MeaningShelf shelf;
  const std::map<std::string, std::string> files{{"a.py", "def price():\n    return 1\n"}, {"b.py", "def other():\n    return 2\n"}};
};

TEST_F(Shelf, FindsTheNearestAndEmbedsOnlyWhatIsNew) {
  const auto hits = find("org repo", files);
  ASSERT_TRUE(hits) << to_string(hits.error());
  ASSERT_EQ(hits->size(), 2u);
  EXPECT_EQ((*hits)[0].name, "price");
  EXPECT_EQ(embedded, 3u);
  auto later = files;
  later["b.py"] = "def third():\n    return 3\n";
  ASSERT_TRUE(find("org repo", later));
  EXPECT_EQ(embedded, 2u) << "b.py and the question";
}

TEST_F(Shelf, SharesNothingBetweenOwnersAndForgetsWhoSearchedLongAgo) {
  ASSERT_TRUE(find("one repo", files));
  ASSERT_TRUE(find("two repo", files));
  EXPECT_EQ(embedded, 3u);
  ASSERT_TRUE(find("one repo", files));
  EXPECT_EQ(embedded, 1u);
  for (std::size_t i = 1; i < MeaningShelf::kMost; ++i) ASSERT_TRUE(find(std::to_string(i) + " repo", files));
  ASSERT_TRUE(find("one repo", files));
  EXPECT_EQ(embedded, 1u);
  ASSERT_TRUE(find("two repo", files));
  EXPECT_EQ(embedded, 3u) << "no more are kept";
}

TEST_F(Shelf, KeepsNoMoreVectorsThanItsBoundButThoseOfTheLast) {
  MeaningShelf small(4);  // of two repositories, two each
  const auto tree = tree_of(files);
  const auto index = code::Index::build(*tree).value();
  const auto made_for = [&](const std::string& owner) {
    embedded = 0;
    EXPECT_TRUE(small.find(owner, *index, *tree, "price", embed));
    return embedded;
  };
  made_for("one");
  made_for("two");
  EXPECT_EQ(made_for("one"), 1u);
  made_for("three");
  EXPECT_EQ(made_for("one"), 1u);
  EXPECT_EQ(made_for("two"), 3u);
}

TEST_F(Shelf, SaysWhyWhenTheEmbedderFails) {
  embed = [](std::vector<std::string>) -> Result<std::vector<std::vector<float>>> {
    return fail_user("budget_exhausted", "the task has spent 5 USD", "raise it");
  };
  const auto hits = find("org repo", files);
  ASSERT_FALSE(hits);
  EXPECT_EQ(hits.error().code, "budget_exhausted");
}

}  // namespace
}  // namespace argosy::codegen
