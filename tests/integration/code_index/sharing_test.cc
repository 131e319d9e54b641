// What one worker has parsed no other parses: processes that share nothing but a Postgres.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "common/store/code_index.h"
#include "common/telemetry/metrics.h"
#include "tests/support/database.h"
#include "tests/support/memory_tree.h"
#include "workers/codegen/agent/index_shelf.h"

namespace argosy::codegen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A codegen process, as far as indexes go.
class Worker {
 public:
  explicit Worker(const testing::TestDatabase& database, std::int64_t max_bytes = 1 << 30)
      : shelf_(std::make_unique<StoredIndexes>(database.open(2), max_bytes, metrics_)) {}

  std::shared_ptr<const code::Index> index(const IndexPlace& place, const code::SourceTree& tree) {
    return shelf_.build(place, tree).value();
  }
  std::size_t parses(const IndexPlace& place, const code::SourceTree& tree) { return index(place, tree)->parsed(); }
  std::string counted() const { return metrics_.render(); }

 private:
  telemetry::Metrics metrics_;
  IndexShelf shelf_;
};

class SharedIndexes : public ::testing::Test {
 protected:
  IndexPlace at(const std::string& commit) const { return {.org = org, .repository = "repository", .commit = commit}; }
  std::string pieces() { return database.value("SELECT count(*) FROM code_index_piece"); }

  testing::TestDatabase database;
  const OrgId org{Uuid::v4()};
  test::MemoryTree tree{
      {{"a.py", "def a(): return b()\n"}, {"b.js", "function b() { return a(); }\n"}, {"c/d.go", "package c\n\nfunc d() {}\n"}}};
};

TEST_F(SharedIndexes, ASecondProcessParsesNothing) {
  Worker first(database), second(database);
  const auto parsed = first.index(at("1"), tree);
  EXPECT_EQ(parsed->parsed(), 3u);
  const auto known = second.index(at("1"), tree);
  EXPECT_EQ(known->parsed(), 0u);
  EXPECT_THAT(second.counted(), HasSubstr(R"(argosy_indexed_files_total{how="parsed"} 0)"));
  EXPECT_THAT(second.counted(), HasSubstr(R"(argosy_indexed_files_total{how="known"} 3)"));
  ASSERT_EQ(known->references("a").size(), 1u);
  EXPECT_EQ(known->references("a").front().file->path, "b.js");
  EXPECT_EQ(known->definitions("d").front().definition->signature, parsed->definitions("d").front().definition->signature);
}

TEST_F(SharedIndexes, OfTheNextCommitOnlyWhatChangedIsParsedAndKept) {
  Worker(database).index(at("1"), tree);
  tree.files["a.py"] = "def fresh(): return b()\n";
  EXPECT_EQ(Worker(database).parses(at("2"), tree), 1u);
  EXPECT_EQ(pieces(), "2");
  EXPECT_EQ(Worker(database).parses(at("2"), tree), 0u);
  tree.files["a.py"] = "def a(): return b()\n";
  EXPECT_EQ(Worker(database).parses(at("1"), tree), 0u) << "the first commit's is still there";
}

TEST_F(SharedIndexes, AProcessThatGoesOnTellsOnlyWhatIsNew) {
  Worker one(database);
  one.index(at("1"), tree);
  tree.files["e.rs"] = "fn e() {}\n";
  EXPECT_EQ(one.parses(at("2"), tree), 1u);
  EXPECT_EQ(pieces(), "2");
  EXPECT_EQ(one.parses(at("2"), tree), 0u);
  EXPECT_EQ(pieces(), "2");
  EXPECT_EQ(Worker(database).parses(at("2"), tree), 0u);
}

TEST_F(SharedIndexes, NeverLeaveTheirOrganisationOrRepository) {
  Worker(database).index(at("1"), tree);
  auto others = at("1"), another = at("1");
  others.org = OrgId{Uuid::v4()};
  another.repository = "another";
  EXPECT_EQ(Worker(database).parses(others, tree), 3u);
  EXPECT_EQ(Worker(database).parses(another, tree), 3u);
}

TEST_F(SharedIndexes, APieceThatIsDamagedOrGoneIsMadeAgain) {
  Worker(database).index(at("1"), tree);
  database.query("UPDATE code_index_piece SET bytes = set_byte(bytes, 40, 255 - get_byte(bytes, 40))");
  EXPECT_EQ(Worker(database).parses(at("1"), tree), 3u);
  EXPECT_EQ(Worker(database).parses(at("1"), tree), 0u) << "it was mended";
  database.query("DELETE FROM code_index_piece");
  EXPECT_EQ(Worker(database).parses(at("1"), tree), 3u);
  EXPECT_EQ(Worker(database).parses(at("1"), tree), 0u);
}

TEST_F(SharedIndexes, ThatRetentionTookAreMadeAgain) {
  Worker going_on(database);
  going_on.index(at("1"), tree);
  database.query(
      "UPDATE code_index SET used_at = used_at - interval '15 days';"
      "UPDATE code_index_piece SET looked_at = looked_at - interval '15 days'");
  EXPECT_EQ(store::expire_code_indexes(*database.open(1), 14, 1 << 30).value(), 1u);
  EXPECT_EQ(pieces(), "0");
  tree.files["a.py"] = "def fresh(): return b()\n";
  EXPECT_EQ(going_on.parses(at("2"), tree), 1u) << "who knows it in memory parses no more than ever";
  EXPECT_EQ(going_on.parses(at("3"), tree), 0u);
  EXPECT_EQ(Worker(database).parses(at("3"), tree), 0u) << "and has told all of it anew";
}

TEST_F(SharedIndexes, AreMadeAnewWhenMostOfThemIsNoLongerInTheSources) {
  test::MemoryTree many;
  for (int i = 0; i < 300; ++i) many.files[fmt::format("f{}.py", i)] = fmt::format("x = {}\n", i);
  Worker worker(database);
  worker.index(at("1"), many);
  for (int round = 1; round <= 3; ++round) {
    for (int i = 0; i < 300; ++i) many.files[fmt::format("f{}.py", i)] = fmt::format("x = {}\n", round * 1'000 + i);
    worker.index(at(fmt::format("{}", round + 1)), many);
  }
  EXPECT_EQ(database.value("SELECT cardinality(pieces) FROM code_index WHERE commit_id = '3'"), "3");
  EXPECT_EQ(database.value("SELECT cardinality(pieces) FROM code_index WHERE commit_id = '4'"), "1");
  EXPECT_EQ(Worker(database).parses(at("4"), many), 0u);
}

TEST_F(SharedIndexes, ThatFindNoRoomOrNoDatabaseCostAParseAndNoIndex) {
  EXPECT_EQ(Worker(database, 10).parses(at("1"), tree), 3u);
  EXPECT_EQ(pieces(), "0");
  Worker worker(database);
  database.query("ALTER TABLE code_index RENAME TO code_index_away");
  EXPECT_EQ(worker.parses(at("1"), tree), 3u);
  EXPECT_EQ(worker.parses(at("1"), tree), 0u);
}

TEST_F(SharedIndexes, OfTwoWhoKeepTheSameAtOnceOneIsKept) {
  Worker one(database), two(database);
  std::jthread other([&] { two.index(at("1"), tree); });
  one.index(at("1"), tree);
  other.join();
  EXPECT_EQ(pieces(), "1");
  EXPECT_EQ(Worker(database).parses(at("1"), tree), 0u);
}

}  // namespace
}  // namespace argosy::codegen
