// Indexes that are kept: found by their commit or the newest of the repository, never elsewhere, no more than they may be, and not for
// ever.
#include "common/store/code_index.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/core/crypto.h"
#include "tests/support/database.h"

namespace argosy::store {
namespace {

using ::testing::UnorderedElementsAre;

class KeptIndexes : public ::testing::Test {
 protected:
  static constexpr std::int64_t kMost = 1 << 20;

  std::string put(const std::string& bytes, const CodeIndexPlace& at) { return put_code_index_piece(*db, at, bytes, kMost).value(); }
  std::string put(const std::string& bytes) { return put(bytes, place); }
  void name(const std::string& commit, std::vector<std::string> pieces, const CodeIndexPlace& at) {
    const auto named = put_code_index(*db, at, {.commit = commit, .pieces = std::move(pieces)});
    ASSERT_TRUE(named) << to_string(named.error());
  }
  void name(const std::string& commit, std::vector<std::string> pieces) { name(commit, std::move(pieces), place); }
  // Whose index is found for the commit: "" is nobody's.
  std::string found(const std::string& commit, const CodeIndexPlace& at) {
    const auto parts = find_code_index(*db, at, commit).value();
    return parts ? parts->commit : "";
  }
  std::string found(const std::string& commit) { return found(commit, place); }
  void age(const std::string& interval) {
    database.query(
        fmt::format("UPDATE code_index SET used_at = used_at - interval '{0}';"
                    "UPDATE code_index_piece SET looked_at = looked_at - interval '{0}'",
                    interval));
  }
  std::string pieces() { return database.value("SELECT count(*) FROM code_index_piece"); }
  std::size_t expire(std::int64_t days = 14, std::int64_t most = kMost) { return expire_code_indexes(*db, days, most, 3).value(); }

  testing::TestDatabase database;
  std::unique_ptr<Database> db = database.open(2);
  const CodeIndexPlace place{.org = OrgId{Uuid::v4()}, .repository = "repository", .format = "1-a"};
};

TEST_F(KeptIndexes, AreFoundByTheirCommitElseTheOneThatWasUsedLast) {
  const auto one = put("one"), two = put(std::string("\0two\xff", 5));
  name("a", {one});
  name("b", {two, one});
  EXPECT_EQ(found("a"), "a");
  EXPECT_EQ(found("c"), "b");
  EXPECT_THAT(find_code_index(*db, place, "b").value()->pieces, UnorderedElementsAre(one, two));
  EXPECT_EQ(get_code_index_piece(*db, place, two).value(), std::string("\0two\xff", 5));
  EXPECT_EQ(get_code_index_piece(*db, place, crypto::sha256("none")).value(), std::nullopt);
  age("2 hours");
  EXPECT_EQ(found("a"), "a");
  EXPECT_EQ(found("c"), "a") << "it was used since";
}

TEST_F(KeptIndexes, AreNeverFoundInAnotherOrganisationRepositoryOrFormat) {
  const auto piece = put("one");
  name("a", {piece});
  std::vector<CodeIndexPlace> elsewhere(3, place);
  elsewhere[0].org = OrgId{Uuid::v4()};
  elsewhere[1].repository = "other";
  elsewhere[2].format = "1-b";
  for (const auto& other : elsewhere) EXPECT_EQ(found("a", other), "");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(get_code_index_piece(*db, elsewhere[static_cast<std::size_t>(i)], piece).value(), std::nullopt);
    const auto named = put_code_index(*db, elsewhere[static_cast<std::size_t>(i)], {.commit = "a", .pieces = {piece}});
    ASSERT_FALSE(named);
    EXPECT_EQ(named.error().code, "code_index_piece_gone") << "who knows a digest has nothing by it";
  }
}

TEST_F(KeptIndexes, HoldTheSamePieceOnce) {
  EXPECT_EQ(put("one"), put("one"));
  EXPECT_EQ(pieces(), "1");
}

TEST_F(KeptIndexes, OfARepositoryAreThoseThatWereUsedLast) {
  const auto piece = put("one");
  for (int i = 0; i < kKeptCodeIndexes + 3; ++i) name(fmt::format("commit {}", i), {piece});
  EXPECT_EQ(database.value("SELECT count(*) FROM code_index"), fmt::to_string(kKeptCodeIndexes));
  EXPECT_EQ(found("commit 3"), "commit 3");
  EXPECT_EQ(found("commit 2"), fmt::format("commit {}", kKeptCodeIndexes + 2));
}

TEST_F(KeptIndexes, AreRefusedWhereTheyAreTooMuch) {
  EXPECT_EQ(put_code_index_piece(*db, place, "", kMost).error().code, "code_index_piece_too_large");
  EXPECT_EQ(put_code_index_piece(*db, place, std::string(kMaxCodeIndexPieceBytes + 1, 'x'), kMost << 10).error().code,
            "code_index_piece_too_large");
  const auto most = put_code_index_piece(*db, place, std::string(kMaxCodeIndexPieceBytes, 'x'), kMost << 10);
  ASSERT_TRUE(most) << to_string(most.error());
  EXPECT_EQ(put_code_index_piece(*db, place, "y", kMost).error().code, "code_index_full");
  EXPECT_TRUE(put_code_index_piece(*db, {.org = OrgId{Uuid::v4()}, .repository = "r", .format = "1"}, "y", kMost)) << "others have room";
  EXPECT_EQ(put_code_index(*db, place, {.commit = "a", .pieces = std::vector(kMaxCodeIndexPieces + 1, *most)}).error().code,
            "code_index_too_many_pieces");
  EXPECT_EQ(put_code_index(*db, place, {.commit = "a", .pieces = {}}).error().code, "code_index_too_many_pieces");
}

TEST_F(KeptIndexes, ThatNobodyUsedForTheirTimeGoWithTheirPieces) {
  const auto shared = put("shared"), own = put("own");
  name("old", {shared, own});
  age("15 days");
  name("new", {shared});
  EXPECT_EQ(expire(0), 1u) << "kept for ever; the walk looked at one piece";
  EXPECT_EQ(found("old"), "old");
  age("15 days");
  name("new", {shared});
  EXPECT_EQ(expire(), 1u);
  EXPECT_EQ(found("old"), "new");
  EXPECT_EQ(pieces(), "1");
  EXPECT_TRUE(get_code_index_piece(*db, place, shared).value());
}

TEST_F(KeptIndexes, GiveRoomWhereAnOrganisationHasMuch) {
  const auto other = CodeIndexPlace{.org = OrgId{Uuid::v4()}, .repository = "other", .format = "1-a"};
  name("others", {put("small", other)}, other);
  for (int i = 0; i < 4; ++i) {
    name(fmt::format("commit {}", i), {put(std::string(100, static_cast<char>('a' + i)))});
    age("1 hour");
  }
  EXPECT_EQ(expire(14, 400), 1u);
  EXPECT_EQ(pieces(), "4") << "three of this one and one of the other";
  EXPECT_EQ(found("commit 0"), "commit 3");
  EXPECT_EQ(found("others", other), "others");
  EXPECT_EQ(expire(14, 400), 0u);
}

TEST_F(KeptIndexes, GoForWhatNoCommitNamesBeforeTheyDo) {
  name("used", {put(std::string(100, 'a'))});
  for (const char letter : {'b', 'c', 'd'}) put(std::string(100, letter));
  age("1 hour");
  EXPECT_EQ(expire(14, 400), 0u);
  EXPECT_EQ(pieces(), "1");
  EXPECT_EQ(found("used"), "used");
}

TEST_F(KeptIndexes, LosePiecesThatNoCommitNamesAfterADay) {
  const auto used = put("used");
  put("never named");
  name("a", {used});
  EXPECT_EQ(expire(), 0u);
  EXPECT_EQ(pieces(), "2") << "it may be named in a moment";
  age("25 hours");
  EXPECT_EQ(expire(), 2u);
  EXPECT_EQ(pieces(), "1");
  EXPECT_TRUE(get_code_index_piece(*db, place, used).value());
  EXPECT_EQ(expire(), 0u) << "each is looked at once a day";
}

}  // namespace
}  // namespace argosy::store
