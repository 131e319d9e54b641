// Feature flags in the database, and `argosy flags` on it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/core/subprocess.h"
#include "common/store/flags/feature_flags.h"
#include "tests/integration/store/fixture.h"
#include "tests/support/process.h"

namespace argosy::store {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class FeatureFlagRows : public StoreTest {
 protected:
  void set(std::optional<int> percent, const OrgId& org = {}, const std::string& why = "roll-out") {
    must(set_feature_flag(*db, "semantic_answers", org, percent, "ann", why));
  }
  std::vector<FlagChange> changes() { return must(feature_flag_changes(*db, "semantic_answers", 100)); }
  Completed argosy(std::vector<std::string> words) {
    Command command{.argv = std::move(words), .env = test::clean_environment()};
    command.argv.insert(command.argv.begin(), {ARGOSY_BINARY_DIR "/bin/argosy", "flags"});
    command.env["ARGOSY_POSTGRES_URL"] = database.url();
    return must(run(command));
  }
};

TEST_F(FeatureFlagRows, AreSetChangedAndTakenAwayForAllOrOneOrganisation) {
  set(10);
  set(50, kDefaultOrg);
  set(20);
  const auto rows = must(feature_flags(*db));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].org, OrgId{}) << "that of all comes first";
  EXPECT_EQ(rows[0].percent, 20);
  EXPECT_EQ(rows[1].percent, 50);
  EXPECT_EQ(rows[1].changed_by, "ann");
  set(std::nullopt);
  set(std::nullopt, kDefaultOrg);
  EXPECT_TRUE(must(feature_flags(*db)).empty());
}

TEST_F(FeatureFlagRows, EachChangeIsRecordedOnce) {
  set(10);
  set(10, {}, "said again, as after an answer that was lost");
  set(0, {}, "wrong plans");
  set(std::nullopt, {}, "over");
  set(std::nullopt);
  const auto all = changes();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].before, 0);
  EXPECT_EQ(all[0].after, std::nullopt);
  EXPECT_EQ(all[1].before, 10);
  EXPECT_EQ(all[1].after, 0);
  EXPECT_EQ(all[1].reason, "wrong plans");
  EXPECT_EQ(all[2].before, std::nullopt);
}

TEST_F(FeatureFlagRows, AreAsManyAsAProcessKeepsAndNoMore) {
  database.query(
      fmt::format("INSERT INTO feature_flag SELECT 'semantic_answers', gen_random_uuid(), 1, clock_timestamp(), 'x', 'x' "
                  "FROM generate_series(1, {})",
                  kMostFlagRows));
  const auto refused = set_feature_flag(*db, "semantic_answers", OrgId{}, 5, "ann", "one more");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "too_many_flags");
}

TEST_F(FeatureFlagRows, TheCommandLineSetsShowsAndRefusesWhatNobodyKnows) {
  EXPECT_THAT(argosy({"list"}).out, AllOf(HasSubstr("semantic_answers\n"), HasSubstr("100% where nothing is set")));
  const auto done = argosy({"set", "semantic_answers", "25", "--org", "default", "--by", "ann", "--reason", "half of the plans were odd"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(argosy({"show", "semantic_answers"}).out,
              AllOf(HasSubstr("default"), HasSubstr("unset -> 25%  ann: half of the plans were odd")));
  EXPECT_EQ(argosy({"unset", "semantic_answers", "--org", "default", "--reason", "mended"}).exit_code, 0);
  EXPECT_TRUE(must(feature_flags(*db)).empty());
  EXPECT_EQ(changes().size(), 2u);

  const auto unknown = argosy({"set", "semantic_answer", "5", "--reason", "x"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("there are: semantic_answers"));
  EXPECT_THAT(argosy({"set", "semantic_answers", "5"}).err, HasSubstr("--reason must say why"));
  EXPECT_THAT(argosy({"set", "semantic_answers", "101", "--reason", "x"}).err, HasSubstr("from 0 to 100"));
  EXPECT_THAT(argosy({"set", "semantic_answers", "5", "--org", "acme", "--reason", "x"}).err, HasSubstr("its id"));
  EXPECT_EQ(changes().size(), 2u);
}

TEST_F(FeatureFlagRows, WhatAnOlderVersionHasSetIsShownAndTakenAway) {
  must(set_feature_flag(*db, "long_gone", OrgId{}, 5, "ann", "then"));
  EXPECT_THAT(argosy({"list"}).out, HasSubstr("no flag of this version"));
  EXPECT_EQ(argosy({"unset", "long_gone", "--reason", "gone"}).exit_code, 0);
  EXPECT_TRUE(must(feature_flags(*db)).empty());
}

}  // namespace
}  // namespace argosy::store
