// What is near: the same by pgvector and by us.
#include <thread>

#include "tests/integration/answer_cache/fixture.h"

namespace argosy::store {
namespace {

using ::testing::HasSubstr;

TEST_F(Answers, WhoComparesVectorsIsFoundOutAtTheStart) {
  const auto vectors = must(prepare_answer_vectors(*db));
  EXPECT_EQ(vectors.search, has_pgvector() ? VectorSearch::server : VectorSearch::client);
  EXPECT_THAT(vectors.why, HasSubstr(has_pgvector() ? "pgvector 0." : "no pgvector: "));
}

TEST_F(Answers, ManyProcessesThatStartAtOnceFindTheSame) {
  testing::TestDatabase fresh;
  std::atomic<int> same = 0;
  std::vector<std::jthread> processes;
  for (int p = 0; p < 4; ++p) processes.emplace_back([&] { same += must(prepare_answer_vectors(*fresh.open(1))).search == search; });
  processes.clear();
  EXPECT_EQ(same, 4);
}

TEST_F(Answers, ThatWereThereBeforeTheExtensionAreFoundByIt) {
  testing::TestDatabase fresh;
  db = fresh.open(1);
  put(answer("one", {1, 0, 0}));
  must(prepare_answer_vectors(*db));
  EXPECT_TRUE(nearest({1, 0, 0}, 0.9));
}

TEST_F(Answers, AreNearAtTheirThresholdAndNotBelow) {
  put(answer("one", {1, 0, 0}));
  for (const double least : {0.85, 0.90, 0.95}) {
    EXPECT_TRUE(nearest(at_cosine(least + 1e-6), least)) << least;
    EXPECT_FALSE(nearest(at_cosine(least - 1e-6), least)) << least;
  }
}

TEST_F(Answers, TheNearestIsFoundAndOfEqualOnesTheNewest) {
  put(answer("far", at_cosine(0.91)));
  put(answer("near", at_cosine(0.97)));
  put(answer("less near", at_cosine(0.93)));
  EXPECT_EQ(nearest({1, 0, 0}, 0.9)->key, digest("near"));
  EXPECT_NEAR(nearest({1, 0, 0}, 0.9)->cosine, 0.97, 1e-6);
  put(answer("as near", at_cosine(0.97)));
  EXPECT_EQ(nearest({1, 0, 0}, 0.9)->key, digest("as near"));
}

TEST_F(Answers, OnlyTheNewestOfVeryManyAreLookedAt) {
  put(answer("oldest", {1, 0, 0}));
  for (int n = 0; n < kMostNearAnswers; ++n) put(answer(std::to_string(n), {0, 1, 0}));
  EXPECT_FALSE(nearest({1, 0, 0}, 0.9));
}

TEST_F(Answers, RowsThatAreGarbageAreNeverNear) {
  put(answer("without a vector"));
  put(answer("of another size", {1, 0}));
  put(answer("zero", {1, 0, 0}));
  put(answer("too long", {0.9F, 0.1F, 0}));
  put(answer("good", at_cosine(0.95)));
  const auto set = [&](const std::string& key, const std::string& vector) {
    database.query(fmt::format("UPDATE answer_cache SET embedding = '{}' WHERE answer LIKE '%{}%'", vector, key));
  };
  set("zero", "{0,0,0}");
  set("too long", "{9e8,0,0}");
  // pgvector takes no such numbers at all.
  if (search == VectorSearch::client) {
    put(answer("no number", {1, 0, 0}));
    set("no number", "{NaN,0,0}");
    put(answer("hole", {1, 0, 0}));
    set("hole", "{1,NULL,0}");
  }
  EXPECT_EQ(nearest({1, 0, 0}, 0.5)->key, digest("good"));
}

TEST_F(Answers, WithoutRightsToTheExtensionWeCompare) {
  if (!has_pgvector()) return;
  testing::TestDatabase fresh;
  fresh.query(
      "INSERT INTO answer_cache (org_id, repository, commit_id, key, around, kind, model, answer, nano, embedder, embedding, created_at, "
      "expires_at) VALUES (gen_random_uuid(), 'r', 'c', sha256('k'), sha256('a'), 'plan', 'm', '{}', 0, 'e', '{NaN}', now(), now())");
  const auto vectors = must(prepare_answer_vectors(*fresh.open(1)));
  EXPECT_EQ(vectors.search, VectorSearch::client);
  EXPECT_THAT(vectors.why, HasSubstr("NaN"));
}

// Vectors that stand in heaps, so that some are very near to each other, some are the same and most are not alike.
class Corpus : public Answers {
 protected:
  std::vector<float> drawn() {
    std::vector<float> vector(kSize);
    std::normal_distribution<float> noise(0, 0.6F);
    auto& heap = heaps_[random_() % heaps_.size()];
    if (heap.empty()) {
      heap.resize(kSize);
      std::normal_distribution<float> any(0, 1);
      for (float& one : heap) one = any(random_);
    }
    for (std::size_t i = 0; i < kSize; ++i) vector[i] = heap[i] + (random_() % 4 == 0 ? 0 : noise(random_));
    return unit(random_() % 20 == 0 ? heap : vector);
  }
  static constexpr std::size_t kSize = 24;
  std::minstd_rand random_{20261122};
  std::vector<std::vector<float>> heaps_ = std::vector<std::vector<float>>(12);
};

TEST_F(Corpus, BothSearchesFindTheSame) {
  for (int n = 0; n < 200; ++n) put(answer(std::to_string(n), drawn()));
  int near = 0;
  for (int n = 0; n < 200; ++n) {
    const double least = 0.85 + 0.05 * (n % 3);
    near += nearest(drawn(), least).has_value();
  }
  EXPECT_GT(near, 50);
  EXPECT_LT(near, 200);
}

}  // namespace
}  // namespace argosy::store
