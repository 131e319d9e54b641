// A call of a model is paid for before it is made: in all of its budgets, or in none.
#include <gmock/gmock.h>

#include "tests/integration/spending/spending_fixture.h"

namespace argosy::store {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Reserve : public Spending {};

TEST_F(Reserve, ATaskHasFiveDollarsUnlessSomebodySaysOtherwise) {
  const auto all = call_for(5 * kUsd);
  EXPECT_TRUE(reserve(all) && settle(all, 5 * kUsd));
  const auto refused = reserve(call_for(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_EQ(refused.error().code, "budget_exhausted");
  EXPECT_TRUE(reserve(call_for(kUsd, new_task()))) << "another task has its own";
}

TEST_F(Reserve, WhatIsLeftIsTheLeastOfAllBudgetsWithWhatIsHeldTakenOff) {
  const auto fresh = must(budget_left(*db, job, org, "ann"));
  EXPECT_EQ(fresh.money, 5 * kUsd);
  EXPECT_EQ(fresh.task_money, 5 * kUsd);
  EXPECT_FALSE(fresh.tokens || fresh.task_tokens);
  const auto one = call_for(2 * kUsd), two = call_for(kUsd);
  ASSERT_TRUE(reserve(one) && reserve(two) && settle(one, kUsd));
  EXPECT_EQ(must(budget_left(*db, job, org, "ann")).money, 3 * kUsd) << "one spent, one held";
  cap(BudgetScope::user, BudgetPeriod::day, 10 * kUsd, 2'500);
  ASSERT_TRUE(reserve(call_for(kUsd / 2, new_task())));
  const auto now = must(budget_left(*db, job, org, "ann"));
  EXPECT_EQ(now.money, 3 * kUsd);
  EXPECT_EQ(now.tokens, 0) << "the user's, over all tasks";
  EXPECT_EQ(now.task_money, 5 * kUsd);
  EXPECT_FALSE(now.task_tokens);
}

TEST_F(Reserve, ARefusalNamesTheBudgetWithItsFigures) {
  const auto first = call_for(3 * kUsd), second = call_for(kUsd);
  ASSERT_TRUE(reserve(first) && reserve(second) && settle(first, 2 * kUsd + 50 * kCent));
  const auto refused = reserve(call_for(2 * kUsd));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the budget of the task is 5 USD: 2.5 spent, 1 reserved, and this call may cost 2");
}

TEST_F(Reserve, WhatIsOnlyHeldComesBackAndWhoNeedsItMayWait) {
  const auto under_way = call_for(3 * kUsd);
  ASSERT_TRUE(reserve(under_way));
  const auto later = reserve(call_for(4 * kUsd));
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, "budget_exhausted");
  EXPECT_EQ(later.error().category, Category::transient);
  EXPECT_TRUE(later.error().retry_after);
  const auto never = reserve(call_for(6 * kUsd));
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().category, Category::needs_user) << "more than there is at all";
  EXPECT_FALSE(never.error().retry_after);
  ASSERT_TRUE(settle(under_way, kUsd));
  EXPECT_TRUE(reserve(call_for(4 * kUsd)));
}

TEST_F(Reserve, ABudgetThatIsSpentIsToldBeforeOneThatIsOnlyHeld) {
  cap(BudgetScope::org, BudgetPeriod::day, 6 * kUsd);
  const auto spent = call_for(5 * kUsd, new_task()), held = call_for(kCent);
  ASSERT_TRUE(reserve(spent) && settle(spent, 5 * kUsd) && reserve(held));
  const auto refused = reserve(call_for(5 * kUsd));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_THAT(refused.error().message, HasSubstr("of the organisation for the day is 6 USD: 5 spent, 0.01 reserved"));
}

TEST_F(Reserve, TokensThatAreSpentAreToldBeforeMoneyThatIsOnlyHeld) {
  cap(BudgetScope::org, BudgetPeriod::day, 2 * kUsd, 1'500);
  const auto spent = call_for(kCent), held = call_for(kUsd);
  ASSERT_TRUE(reserve(spent) && reserve(held));
  const Settlement done{.call = spent.call, .money = 0, .tokens = 900};
  ASSERT_TRUE(must(settle_spending(*db, {&done, 1})).at(0));
  auto both = call_for(kUsd + kCent);
  const auto refused = reserve(both);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_THAT(refused.error().message, HasSubstr("is 1500 tokens: 900 spent"));
}

TEST_F(Reserve, ACapOfZeroIsNothingAtAll) {
  must(set_budget(*db, {.scope = BudgetScope::task, .who = job.to_string(), .period = BudgetPeriod::total, .max_money = 0}));
  const auto refused = reserve(call_for(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_TRUE(reserve(call_for(0))) << "what costs nothing";
}

TEST_F(Reserve, WithoutRoomInOneBudgetNothingIsHeldInAnother) {
  cap(BudgetScope::org, BudgetPeriod::day, kUsd);
  cap(BudgetScope::user, BudgetPeriod::month, 10 * kUsd);
  EXPECT_FALSE(reserve(call_for(2 * kUsd)));
  EXPECT_EQ(use("task"), "0 0");
  EXPECT_EQ(use("user"), "0 0");
  EXPECT_EQ(use("org"), "0 0");
  EXPECT_TRUE(reserve(call_for(kUsd)));
  EXPECT_EQ(use("task"), "0 1000");
  EXPECT_EQ(use("user"), "0 1000");
  EXPECT_EQ(use("org"), "0 1000");
}

TEST_F(Reserve, EveryKindOfBudgetRefuses) {
  for (const auto scope : {BudgetScope::user, BudgetScope::org, BudgetScope::all}) {
    for (const auto period : {BudgetPeriod::day, BudgetPeriod::month}) {
      cap(scope, period, kCent);
      const auto by_money = reserve(call_for(2 * kCent));
      EXPECT_TRUE(!by_money && by_money.error().message.find("0.01 USD") != std::string::npos) << to_string(scope) << to_string(period);
      cap(scope, period, std::nullopt, 5);
      const auto by_tokens = reserve(call_for(2 * kCent));
      EXPECT_TRUE(!by_tokens && by_tokens.error().message.find("is 5 tokens") != std::string::npos)
          << to_string(scope) << to_string(period);
      cap(scope, period, std::nullopt);
    }
  }
  EXPECT_TRUE(reserve(call_for(2 * kCent)));
}

TEST_F(Reserve, TheSameCallTwiceIsOneReservation) {
  const auto one = call_for(kUsd);
  ASSERT_TRUE(reserve(one));
  EXPECT_TRUE(reserve(one));
  const Reservation twice[] = {call_for(kUsd), one, one};
  for (const auto& answer : must(reserve_spending(*db, twice))) EXPECT_TRUE(answer);
  EXPECT_EQ(use("task"), "0 2000");
}

TEST_F(Reserve, ACallThatWasClosedIsNotReservedAgain) {
  const auto one = call_for(kUsd);
  ASSERT_TRUE(reserve(one) && settle(one, kCent));
  const auto again = reserve(one);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "reservation_closed");
  EXPECT_EQ(again.error().category, Category::transient);
  EXPECT_EQ(use("task"), "10 0");
}

TEST_F(Reserve, OfManyTogetherThoseAreHeldThatHaveRoom) {
  const Reservation calls[] = {call_for(2 * kUsd), call_for(4 * kUsd), call_for(3 * kUsd), call_for(4 * kUsd, new_task())};
  const auto answers = must(reserve_spending(*db, calls));
  EXPECT_TRUE(answers[0]);
  EXPECT_FALSE(answers[1]);
  EXPECT_TRUE(answers[2]) << "a refused call takes nobody's room";
  EXPECT_TRUE(answers[3]);
}

TEST_F(Reserve, WhoNamesMostDecides) {
  must(set_budget(*db, {.scope = BudgetScope::user, .period = BudgetPeriod::day, .max_money = kCent}));
  EXPECT_FALSE(reserve(call_for(2 * kCent))) << "each user of each organisation";
  must(set_budget(*db, {.scope = BudgetScope::user, .org = org, .period = BudgetPeriod::day, .max_money = 2 * kCent}));
  const auto one = call_for(2 * kCent);
  EXPECT_TRUE(reserve(one)) << "each user of this one";
  cap(BudgetScope::user, BudgetPeriod::day, std::nullopt);
  EXPECT_TRUE(reserve(call_for(kUsd))) << "this user: any amount";
  must(remove_budget(*db, {.scope = BudgetScope::user, .org = org, .who = "ann", .period = BudgetPeriod::day}));
  EXPECT_FALSE(reserve(call_for(kCent))) << "and what was spent meanwhile counts";
  auto nobody = call_for(2 * kCent);
  nobody.user = "";
  EXPECT_TRUE(reserve(nobody)) << "who is not known has no budget of a user";
}

TEST_F(Reserve, ATaskOfItsOwnMayHaveMore) {
  must(set_budget(*db, {.scope = BudgetScope::task, .who = job.to_string(), .period = BudgetPeriod::total, .max_money = 20 * kUsd}));
  EXPECT_TRUE(reserve(call_for(15 * kUsd)));
  EXPECT_FALSE(reserve(call_for(15 * kUsd, new_task())));
}

TEST_F(Reserve, ACapThatIsSetLaterKnowsWhatWasSpentBefore) {
  const auto spent = call_for(2 * kUsd), held = call_for(kUsd);
  ASSERT_TRUE(reserve(spent) && reserve(held) && settle(spent, kUsd));
  cap(BudgetScope::org, BudgetPeriod::month, 4 * kUsd);
  cap(BudgetScope::all, BudgetPeriod::day, 4 * kUsd);
  EXPECT_EQ(use("org"), "1000 1000");
  EXPECT_FALSE(reserve(call_for(3 * kUsd, new_task())));
  ASSERT_TRUE(settle(held, kCent));
  EXPECT_EQ(use("org"), "1010 0");
  EXPECT_EQ(use("all"), "1010 0");
  EXPECT_TRUE(reserve(call_for(2 * kUsd, new_task())));
}

TEST_F(Reserve, TheNextDayBeginsAtZeroAndACallCountsWhereItWasReserved) {
  cap(BudgetScope::org, BudgetPeriod::day, kUsd);
  const auto late = call_for(kUsd);
  ASSERT_TRUE(reserve(late));
  database.query("UPDATE model_call SET reserved_at = reserved_at - interval '1 day'");
  database.query("UPDATE budget_use SET starts = starts - 1 WHERE period = 'day'");
  const auto today = call_for(kUsd);
  ASSERT_TRUE(reserve(today));
  ASSERT_TRUE(settle(late, 30 * kCent));
  EXPECT_EQ(database.query("SELECT spent_nano / 10000000, held_nano / 10000000 FROM budget_use WHERE scope = 'org' ORDER BY starts"),
            (testing::SqlSession::Rows{{"30", "0"}, {"0", "100"}}));
}

TEST_F(Reserve, WhatNoBudgetCanHoldIsRefusedByTheDatabase) {
  must(set_budget(*db, {.scope = BudgetScope::task, .period = BudgetPeriod::total}));
  const auto absurd = call_for(kMostUsd + 1);
  const auto answer = reserve_spending(*db, {&absurd, 1});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "database_rejected");
  EXPECT_EQ(use("task"), "");
}

}  // namespace
}  // namespace argosy::store
