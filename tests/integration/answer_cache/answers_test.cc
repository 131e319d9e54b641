// Answers that are kept: found by key, never elsewhere, not too long, and not too many.
#include <thread>

#include "common/store/migrations.h"
#include "common/store/models/exchanges.h"
#include "tests/integration/answer_cache/fixture.h"
#include "tests/support/eventually.h"

namespace argosy::store {
namespace {

using ::testing::HasSubstr;

TEST_F(Answers, AreFoundByTheirKeyWithWhatTheyCost) {
  put(answer("one"));
  const auto found = must(find_answer(*db, place(), digest("one"), kHour));
  EXPECT_FALSE(found.off);
  ASSERT_TRUE(found.answer);
  EXPECT_EQ(found.answer->answer, R"({"text":"one"})");
  EXPECT_EQ(found.answer->model, "small");
  EXPECT_EQ(found.answer->cost, 7);
  EXPECT_EQ(this->found(place(), "other"), "");
}

TEST_F(Answers, AreNeverFoundInAnotherOrganisationRepositoryCommitOrKind) {
  put(answer("one", {1, 0, 0}));
  std::vector<AskedPlace> elsewhere(4, place());
  elsewhere[0].org = OrgId{Uuid::v4()};
  elsewhere[1].repository = "org/other";
  elsewhere[2].commit = "c0ffed";
  elsewhere[3].kind = "review";
  for (const auto& other : elsewhere) {
    EXPECT_EQ(found(other, "one"), "");
    EXPECT_FALSE(nearest({1, 0, 0}, 0.5, other));
  }
  EXPECT_FALSE(nearest({1, 0, 0}, 0.5, place("other surroundings")));
  EXPECT_FALSE(nearest({1, 0, 0}, 0.5, place(), "another maker"));
  EXPECT_NE(found(place(), "one"), "");
  EXPECT_TRUE(nearest({1, 0, 0}, 0.5));
}

TEST_F(Answers, AreReplacedByNewerOnes) {
  put(answer("one"));
  auto newer = answer("one");
  newer.answer.answer = "newer";
  put(newer);
  EXPECT_EQ(found(place(), "one"), "newer");
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache"), "1");
  EXPECT_EQ(database.value("SELECT entries || ' ' || bytes FROM answer_cache_org"), "1 5");
}

TEST_F(Answers, AreOverAfterTheirTimeOrTheAskers) {
  put(answer("one", {1, 0, 0}));
  database.query("UPDATE answer_cache SET created_at = created_at - interval '30 minutes'");
  EXPECT_NE(found(place(), "one", kHour), "");
  EXPECT_EQ(found(place(), "one", kHour / 4), "") << "the rule was made stricter since";
  database.query("UPDATE answer_cache SET expires_at = clock_timestamp()");
  EXPECT_EQ(found(place(), "one", kHour), "");
  EXPECT_FALSE(nearest({1, 0, 0}, 0.5));
}

TEST_F(Answers, ThatAreOverGoInBatches) {
  for (int n = 0; n < 5; ++n) put(answer(std::to_string(n)));
  database.query("UPDATE answer_cache SET expires_at = clock_timestamp() WHERE answer NOT LIKE '%4%'");
  database.query("INSERT INTO answer_cache_count (org_id, day, kind) VALUES (gen_random_uuid(), '2020-01-01', 'plan')");
  EXPECT_EQ(must(expire_answers(*db, 3)), 3u);
  EXPECT_EQ(must(expire_answers(*db, 3)), 1u);
  EXPECT_EQ(must(expire_answers(*db, 3)), 0u);
  EXPECT_NE(found(place(), "4"), "");
  EXPECT_EQ(database.value("SELECT entries FROM answer_cache_org"), "1");
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache_count"), "0");
}

TEST_F(Answers, BeyondTheBoundsOfTheirOrganisationTheOldestGo) {
  for (int n = 0; n < 6; ++n) {
    auto one = answer(std::to_string(n));
    one.max_entries = 4;
    put(one);
  }
  auto other = answer("other");
  other.place.org = OrgId{Uuid::v4()};
  other.max_entries = 4;
  put(other);
  for (int n = 0; n < 6; ++n) EXPECT_EQ(found(place(), std::to_string(n)) != "", n >= 2) << n;
  EXPECT_NE(found(other.place, "other"), "");

  auto large = answer("large");
  large.answer.answer = std::string(900, 'x');
  large.max_bytes = 930;  // each of the others has 12 bytes
  put(large);
  EXPECT_EQ(found(place(), "3"), "");
  EXPECT_NE(found(place(), "4"), "");
  EXPECT_EQ(database.value(fmt::format("SELECT entries || ' ' || bytes FROM answer_cache_org WHERE org_id = '{}'", org.to_string())),
            "3 924");
}

TEST_F(Answers, ThatAreTooLargeAreRefused) {
  auto large = answer("large");
  large.answer.answer = std::string(kMaxCachedAnswerBytes + 1, 'x');
  const auto refused = put_answer(*db, large);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "cached_answer_too_large");
}

TEST_F(Answers, AnOrganisationCanSwitchThemOff) {
  put(answer("one"));
  must(switch_answer_cache(*db, org, false));
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache"), "0");
  put(answer("two"));
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache"), "0");
  EXPECT_TRUE(must(find_answer(*db, place(), digest("two"), kHour)).off);
  EXPECT_TRUE(must(answer_cache_stats(*db, org, 31)).off);
  must(switch_answer_cache(*db, org, true));
  put(answer("three"));
  EXPECT_NE(found(place(), "three"), "");
}

// Somebody who waits for another one's lock.
class AnswersInHand : public Answers {
 protected:
  bool somebody_waits_in(const std::string& function) {
    return testing::eventually([&] {
      return database.value(
                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query "
                 "LIKE '%" +
                 function + "%'") != "0";
    });
  }
  testing::SqlSession other = database.session();
};

TEST_F(Answers, AreNotKeptWhereWhatIsSaidIsNot) {
  put(answer("one"));
  auto others = answer("others"), kept = answer("kept");
  others.place.org = OrgId{Uuid::v4()};
  kept.place.org = OrgId{Uuid::v4()};
  put(others);
  put(kept);
  must(set_keeps_conversations(*db, org, false));
  EXPECT_TRUE(must(find_answer(*db, place(), digest("one"), kHour)).off);
  EXPECT_TRUE(must(answer_cache_stats(*db, org, 31)).off);
  put(answer("two"));
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache"), "2") << "those of the others";

  must(set_keeps_conversations(*db, kept.place.org, true));
  must(set_keeps_conversations(*db, OrgId{}, false));
  EXPECT_EQ(found(others.place, "others"), "");
  EXPECT_NE(found(kept.place, "kept"), "");
  must(set_keeps_conversations(*db, kept.place.org, std::nullopt));
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache"), "0");
  must(set_keeps_conversations(*db, org, true));
  put(answer("three"));
  EXPECT_NE(found(place(), "three"), "");
}

TEST_F(AnswersInHand, AreWaitedForAndForgottenToo) {
  for (const std::string key : {"one", "two", "three"}) put(answer(key));
  other.query("BEGIN; SELECT FROM answer_cache WHERE answer LIKE '%two%' FOR UPDATE");
  std::jthread forgetting([&] { EXPECT_EQ(must(forget_answers(*db, org, {})), 3); });
  EXPECT_TRUE(somebody_waits_in("forget_answers"));
  other.query("COMMIT");
  forgetting.join();
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache"), "0");
}

TEST_F(AnswersInHand, ArePutBeforeTheSwitchOrNotAtAll) {
  other.query(
      fmt::format("BEGIN; SELECT put_answer_v1('{}', 'r', 'c', sha256('k'), sha256('a'), 'plan', 'm', '{{}}', 0, '', '{{}}', {}, 10, 1000)",
                  org.to_string(), kHour));
  std::jthread switching([&] { must(switch_answer_cache(*db, org, false)); });
  EXPECT_TRUE(somebody_waits_in("switch_answer_cache"));
  other.query("COMMIT");
  switching.join();
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache"), "0");
  put(answer("later"));
  EXPECT_EQ(database.value("SELECT count(*) FROM answer_cache"), "0");
}

TEST_F(Answers, AreForgottenByRepositoryCommitAndKind) {
  for (const std::string repository : {"a", "b"})
    for (const std::string commit : {"1", "2"})
      for (const std::string kind : {"plan", "review"}) {
        auto one = answer("one");
        one.place.repository = repository;
        one.place.commit = commit;
        one.place.kind = kind;
        one.key = digest(kind);
        put(one);
      }
  EXPECT_EQ(must(forget_answers(*db, OrgId{Uuid::v4()}, {})), 0);
  EXPECT_EQ(must(forget_answers(*db, org, {.repository = "a", .commit = "1", .kind = "plan"})), 1);
  EXPECT_EQ(must(forget_answers(*db, org, {.kind = "plan"})), 3);
  EXPECT_EQ(must(forget_answers(*db, org, {.repository = "b"})), 2);
  EXPECT_EQ(must(forget_answers(*db, org, {})), 2);
  EXPECT_EQ(database.value("SELECT entries || ' ' || bytes FROM answer_cache_org"), "0 0");
}

TEST_F(Answers, AreCountedByKindAndDay) {
  put(answer("one"));
  must(count_answers(*db, org, "plan", {.exact = 1, .saved = 7}));
  must(count_answers(*db, org, "plan", {.semantic = 1, .saved = 5}));
  must(count_answers(*db, org, "plan", {.missed = 1}));
  must(count_answers(*db, org, "review", {.withheld = 1}));
  database.query(fmt::format("INSERT INTO answer_cache_count (org_id, day, kind, exact) VALUES ('{}', current_date - 100, 'plan', 50)",
                             org.to_string()));
  const auto stats = must(answer_cache_stats(*db, org, 31));
  ASSERT_EQ(stats.kinds.size(), 2u);
  EXPECT_EQ(stats.kinds[0].kind, "plan");
  EXPECT_EQ(stats.kinds[0].entries, 1);
  EXPECT_EQ(stats.kinds[0].bytes, 14);
  EXPECT_EQ(stats.kinds[0].counts.exact, 1);
  EXPECT_EQ(stats.kinds[0].counts.semantic, 1);
  EXPECT_EQ(stats.kinds[0].counts.missed, 1);
  EXPECT_EQ(stats.kinds[0].counts.saved, 12);
  EXPECT_EQ(stats.kinds[1].counts.withheld, 1);
  EXPECT_EQ(must(answer_cache_stats(*db, org, 200)).kinds[0].counts.exact, 51);
  EXPECT_TRUE(must(answer_cache_stats(*db, OrgId{Uuid::v4()}, 31)).kinds.empty());
}

TEST_F(Answers, OfProcessesThatPutAtOnceAreAllCountedAndWithinTheBounds) {
  std::vector<std::jthread> processes;
  for (int p = 0; p < 4; ++p)
    processes.emplace_back([&, p] {
      const auto own = database.open(1);
      for (int n = 0; n < 40; ++n) {
        auto one = answer(fmt::format("{}", (n + p * 10) % 50));
        one.max_entries = 30;
        must(put_answer(*own, one));
        if (n % 10 == 0) must(forget_answers(*own, org, {.repository = "org/name", .kind = "plan"}));
      }
    });
  processes.clear();
  EXPECT_EQ(database.value("SELECT entries FROM answer_cache_org"), database.value("SELECT count(*) FROM answer_cache"));
  EXPECT_EQ(database.value("SELECT bytes FROM answer_cache_org"), database.value("SELECT coalesce(sum(bytes), 0) FROM answer_cache"));
  EXPECT_LE(std::stoi(database.value("SELECT count(*) FROM answer_cache")), 30);
}

TEST_F(Answers, TheSchemaIsUndoneAndRedoneAroundTheExtension) {
  testing::TestDatabase empty(testing::TestDatabase::Schema::empty);
  const auto own = empty.open(1);
  must(migrate_up(*own));
  EXPECT_EQ(must(prepare_answer_vectors(*own)).search, search);
  EXPECT_EQ(must(migrate_down(*own, 0)), static_cast<int>(migrations().size()));
  must(migrate_up(*own));
  EXPECT_EQ(must(prepare_answer_vectors(*empty.open(1))).search, search);
}

}  // namespace
}  // namespace argosy::store
