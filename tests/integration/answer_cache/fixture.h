// Answers in a database of the test's own: on the Postgres that has pgvector and on one that has not, by the same tests.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "common/core/crypto.h"
#include "common/store/models/answer_cache.h"
#include "tests/support/database.h"

namespace argosy::store {

// The value, or the test ends here.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline bool has_pgvector() { return std::getenv("ARGOSY_TEST_PGVECTOR") != nullptr; }

class Answers : public ::testing::Test {
 protected:
  static constexpr std::int64_t kHour = 3'600'000;

  std::string digest(const std::string& of) const { return crypto::sha256(of); }
  AskedPlace place(const std::string& around = "around") const {
    return {.org = org, .repository = "org/name", .commit = "c0ffee", .kind = "plan", .around = digest(around)};
  }
  NewAnswer answer(const std::string& key, std::vector<float> vector = {}) const {
    NewAnswer made{.place = place(), .key = digest(key)};
    made.answer = {.answer = "{\"text\":\"" + key + "\"}", .model = "small", .cost = 7};
    made.embedder = vector.empty() ? "" : "maker";
    made.vector = std::move(vector);
    made.keep_ms = kHour;
    made.max_entries = 1'000;
    made.max_bytes = 1 << 20;
    return made;
  }
  void put(const NewAnswer& one) { must(put_answer(*db, one)); }
  // The text that is kept, or nothing.
  std::string found(const AskedPlace& at, const std::string& key, std::int64_t keep_ms = kHour) {
    const auto one = must(find_answer(*db, at, digest(key), keep_ms));
    return one.answer ? one.answer->answer : "";
  }
  // Whose key it is, by the search of this server and by ours, which say the same.
  std::optional<NearAnswer> nearest(const std::vector<float>& vector, double least, const AskedPlace& at,
                                    const std::string& embedder = "maker") {
    const auto ours = must(nearest_answer(*db, VectorSearch::client, at, embedder, vector, least, kHour));
    if (search == VectorSearch::client) return ours;
    const auto theirs = must(nearest_answer(*db, VectorSearch::server, at, embedder, vector, least, kHour));
    EXPECT_EQ(ours ? ours->key : "", theirs ? theirs->key : "");
    EXPECT_EQ(ours ? ours->cosine : 0, theirs ? theirs->cosine : 0);
    return theirs;
  }
  std::optional<NearAnswer> nearest(const std::vector<float>& vector, double least) { return nearest(vector, least, place()); }

  // The program's one, emptied before each test: making one for each would take most of the time.
  static testing::TestDatabase& own_database() {
    static testing::TestDatabase one;
    one.query(fmt::format("ALTER DATABASE {} SET synchronous_commit = off", one.name()));  // of what is put by the hundred
    one.query("TRUNCATE answer_cache, answer_cache_org, answer_cache_count, org_conversation");
    return one;
  }
  testing::TestDatabase& database = own_database();
  std::unique_ptr<Database> db = database.open();
  VectorSearch search = must(prepare_answer_vectors(*db)).search;
  OrgId org{Uuid::v4()};
};

inline std::vector<float> unit(std::vector<float> vector) {
  double squares = 0;
  for (const float one : vector) squares += static_cast<double>(one) * one;
  for (float& one : vector) one = static_cast<float>(one / std::sqrt(squares));
  return vector;
}
// At this cosine to {1, 0, 0}.
inline std::vector<float> at_cosine(double cosine) {
  return {static_cast<float>(cosine), static_cast<float>(std::sqrt(1 - cosine * cosine)), 0};
}

}  // namespace argosy::store
