// What a process goes by of the feature flags that operators have set.
#include "common/runtime/flag_book.h"

#include <gtest/gtest.h>

#include <future>

#include "common/config/flags.h"
#include "tests/unit/runtime/manual_clock.h"

namespace argosy::runtime {
namespace {

using config::kSemanticAnswers;

constexpr std::chrono::milliseconds kRefresh{1'000};

class Book : public ::testing::Test {
 protected:
  void set(const OrgId& org, int percent) { rows_.push_back({.name = std::string(kSemanticAnswers), .org = org, .percent = percent}); }
  bool is_on(const OrgId& org = kDefaultOrg) { return book_.is_on(kSemanticAnswers, org, task_); }

  const TaskId task_{Uuid::v7(1)};
  const OrgId other_{Uuid::v4()};
  ManualClock clock_;
  std::vector<store::FlagRow> rows_;
  bool away_ = false;
  int reads_ = 0;
  FlagBook book_{[this]() -> Result<std::vector<store::FlagRow>> {
                   ++reads_;
                   if (away_) return fail_transient("database_unavailable", "away");
                   return rows_;
                 },
                 kRefresh, clock_};
};

TEST_F(Book, WithoutASettingTheFlagsOwnDefaultHolds) {
  EXPECT_TRUE(is_on());
  EXPECT_FALSE(book_.is_on("no_such_flag", kDefaultOrg, task_));
}

TEST_F(Book, AnOrganisationsSettingStandsOverThatOfAll) {
  set({}, 0);
  set(other_, 100);
  EXPECT_FALSE(is_on());
  EXPECT_TRUE(is_on(other_));
}

TEST_F(Book, ReadsOnceInATimeAndThenSeesTheChange) {
  EXPECT_TRUE(is_on());
  set({}, 0);
  clock_.advance(kRefresh - std::chrono::milliseconds(1));
  EXPECT_TRUE(is_on());
  EXPECT_EQ(reads_, 1);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(is_on());
  EXPECT_EQ(reads_, 2);
}

TEST_F(Book, WhatWasReadLastHoldsWhileTheDatabaseIsAway) {
  set({}, 0);
  EXPECT_FALSE(is_on());
  away_ = true;
  clock_.advance(kRefresh);
  EXPECT_FALSE(is_on());
  EXPECT_FALSE(is_on());
  EXPECT_EQ(reads_, 2) << "and nobody asks it again at once";
}

TEST_F(Book, WhoComesWhileSomebodyReadsGoesByWhatIsThere) {
  std::promise<void> reading, go_on;
  std::atomic<int> reads = 0;
  FlagBook book(
      [&]() -> Result<std::vector<store::FlagRow>> {
        if (++reads == 1) {
          reading.set_value();
          go_on.get_future().wait();
        }
        return std::vector<store::FlagRow>{{.name = std::string(kSemanticAnswers), .org = {}, .percent = 0}};
      },
      kRefresh, clock_);
  auto first = std::async(std::launch::async, [&] { return book.is_on(kSemanticAnswers, kDefaultOrg, task_); });
  reading.get_future().wait();
  EXPECT_TRUE(book.is_on(kSemanticAnswers, kDefaultOrg, task_));
  go_on.set_value();
  EXPECT_FALSE(first.get());
  EXPECT_EQ(reads, 1);
}

}  // namespace
}  // namespace argosy::runtime
