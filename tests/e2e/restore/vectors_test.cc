// The restore drill for what only a Postgres with pgvector has (tests/with-services --pgvector): the vectors of kept answers, and an index
// over them that an operator made.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/store/models/answer_cache.h"
#include "tests/e2e/restore/program.h"
#include "tests/support/database.h"
#include "tests/support/fleet/postgres.h"

namespace argosy::test {
namespace {

using ::testing::HasSubstr;

constexpr int kAnswers = 500, kNearest = 10, kDimensions = 8;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr auto kIndex =
    "CREATE INDEX answer_cache_place ON answer_cache USING hnsw ((place::vector(8)) vector_cosine_ops) WITH (m = 16, ef_construction = 64)";

std::vector<float> asked() { return std::vector<float>(kDimensions, 1 / std::sqrt(static_cast<float>(kDimensions))); }

// Vectors of length 1 that are the same in every run.
std::vector<float> vector_of(int n) {
  const auto digest = crypto::sha256(fmt::format("answer {}", n));
  std::vector<float> out;
  float squares = 0;
  for (int i = 0; i < kDimensions; ++i) {
    out.push_back(static_cast<float>(static_cast<unsigned char>(digest[i])) - 100);
    squares += out.back() * out.back();
  }
  for (float& one : out) one /= std::sqrt(squares);
  return out;
}

store::AskedPlace place_of(const OrgId& org) {
  return {.org = org, .repository = "e2e/restore", .commit = "c0ffee", .kind = "plan", .around = crypto::sha256("around")};
}

void keep_answers(const std::string& url, const OrgId& org) {
  store::Database db({.url = url, .connections = 1});
  ASSERT_EQ(store::prepare_answer_vectors(db).value().search, store::VectorSearch::server);
  for (int n = 0; n < kAnswers; ++n) {
    store::NewAnswer one{.place = place_of(org), .key = crypto::sha256(fmt::format("key {}", n))};
    one.answer = {.answer = fmt::format(R"({{"n":{}}})", n), .model = "small", .cost = 1};
    one.embedder = "maker";
    one.vector = vector_of(n);
    one.keep_ms = kHourMs;
    one.max_entries = 2 * kAnswers;
    one.max_bytes = 1 << 24;
    ASSERT_TRUE(store::put_answer(db, one));
  }
}

// Keys and distances as the server tells them, nearest first; by the index, and without it.
testing::SqlSession::Rows nearest(const std::string& url, bool by_index) {
  testing::SqlSession sql(url);
  const auto order = fmt::format("ORDER BY place::vector(8) <=> '[{}]'::vector(8) LIMIT {}", fmt::join(asked(), ","), kNearest);
  sql.query(by_index ? "SET enable_seqscan = off" : "SET enable_indexscan = off");
  std::string plan;
  for (const auto& row : sql.query("EXPLAIN SELECT key FROM answer_cache " + order)) plan += row[0] + "\n";
  EXPECT_EQ(plan.find("answer_cache_place") != std::string::npos, by_index) << plan;
  return sql.query(fmt::format("SELECT encode(key, 'hex'), place::text FROM answer_cache {}", order));
}

TEST(RestoreOfVectors, BringsThemAndTheirHnswIndexBackIntoAnEmptyClusterAndTheSameAreNear) {
  if (std::getenv("ARGOSY_TEST_PGVECTOR") == nullptr) GTEST_SKIP() << "not run: this Postgres has no pgvector; e2e.restore_pgvector has";
  const TempDir folder("argosy-restore");
  const auto backup = (folder.path() / "backup").string();
  const OrgId org{Uuid::v4()};
  testing::SqlSession::Rows by_index, by_all;
  {
    OwnPostgres from;
    run_argosy(from.url(), {"migrate", "up"});
    keep_answers(from.url(), org);
    testing::SqlSession(from.url()).query(kIndex);
    by_index = nearest(from.url(), true);
    by_all = nearest(from.url(), false);
    EXPECT_THAT(run_argosy(from.url(), {"backup", backup}), HasSubstr("every row read back"));
  }  // the cluster and its data are gone

  OwnPostgres to;
  EXPECT_THAT(run_argosy(to.url(), {"restore", backup}), HasSubstr("restored what stood at"));
  testing::SqlSession sql(to.url());
  EXPECT_EQ(sql.value("SELECT count(*) FROM answer_cache WHERE place IS NOT NULL AND vector_dims(place) = 8"), std::to_string(kAnswers));
  EXPECT_THAT(sql.value("SELECT indexdef FROM pg_indexes WHERE indexname = 'answer_cache_place'"), HasSubstr("USING hnsw"));
  ASSERT_EQ(by_all.size(), static_cast<std::size_t>(kNearest));
  EXPECT_EQ(nearest(to.url(), false), by_all) << "bit for bit";
  // The graph was built anew, and an approximate search need not see all: most of what is near is found by it, as before.
  const auto again = nearest(to.url(), true);
  const std::set truth(by_all.begin(), by_all.end());
  const auto found = [&](const auto& rows) { return std::ranges::count_if(rows, [&](const auto& row) { return truth.contains(row); }); };
  EXPECT_GE(found(by_index), kNearest - 2);
  EXPECT_GE(found(again), kNearest - 2);

  store::Database db({.url = to.url(), .connections = 1});
  ASSERT_EQ(store::prepare_answer_vectors(db).value().search, store::VectorSearch::server);
  for (const auto search : {store::VectorSearch::server, store::VectorSearch::client}) {
    const auto near = store::nearest_answer(db, search, place_of(org), "maker", vector_of(kAnswers - 1), 0.999, kHourMs).value();
    ASSERT_TRUE(near.has_value());
    EXPECT_EQ(near->key, crypto::sha256(fmt::format("key {}", kAnswers - 1)));
  }
  const auto version = sql.value("SELECT extversion FROM pg_extension WHERE extname = 'vector'");
  fmt::print("restore: vectors={} index=hnsw pgvector={} postgres={}\n", kAnswers, version, sql.value("SHOW server_version"));
}

}  // namespace
}  // namespace argosy::test
