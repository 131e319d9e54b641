// What a call really cost takes the place of its reservation, once; what nobody settles is charged in full.
#include <gmock/gmock.h>

#include "tests/integration/spending/spending_fixture.h"

namespace argosy::store {
namespace {

class Settle : public Spending {};

TEST_F(Settle, TheRealCostTakesThePlaceOfTheReservation) {
  const auto one = call_for(2 * kUsd);
  ASSERT_TRUE(reserve(one) && settle(one, kCent));
  EXPECT_EQ(state(one), "settled");
  EXPECT_EQ(use("task"), "10 0");
}

TEST_F(Settle, TwiceChangesNothing) {
  const auto one = call_for(2 * kUsd);
  ASSERT_TRUE(reserve(one) && settle(one, kCent) && settle(one, kUsd));
  EXPECT_EQ(use("task"), "10 0");
  const Settlement twice[] = {{.call = "x"}, {.call = one.call, .money = kUsd}};
  const auto answers = must(settle_spending(*db, twice));
  EXPECT_EQ(answers[0].error().code, "reservation_unknown");
  EXPECT_TRUE(answers[1]);
}

TEST_F(Settle, MoreThanWasReservedIsChargedAllTheSame) {
  const auto one = call_for(kUsd);
  ASSERT_TRUE(reserve(one) && settle(one, 6 * kUsd));
  EXPECT_EQ(use("task"), "6000 0");
  EXPECT_FALSE(reserve(call_for(1)));
}

TEST_F(Settle, WhatADeadProcessReservedIsChargedInFullOnce) {
  cap(BudgetScope::org, BudgetPeriod::day, 10 * kUsd);
  const auto dead = call_for(2 * kUsd), alive = call_for(kUsd);
  ASSERT_TRUE(reserve(dead) && reserve(alive));
  age(dead);
  EXPECT_EQ(must(expire_spending(*db)), 1u);
  EXPECT_EQ(must(expire_spending(*db)), 0u);
  EXPECT_EQ(state(dead), "expired");
  EXPECT_EQ(state(alive), "held");
  EXPECT_EQ(use("task"), "2000 1000");
  EXPECT_EQ(use("org"), "2000 1000");
}

TEST_F(Settle, AProcessThatWasOnlySlowCorrectsTheCharge) {
  cap(BudgetScope::user, BudgetPeriod::month, 10 * kUsd);
  const auto slow = call_for(2 * kUsd);
  ASSERT_TRUE(reserve(slow));
  age(slow);
  must(expire_spending(*db));
  ASSERT_TRUE(settle(slow, kCent) && settle(slow, kUsd));
  EXPECT_EQ(state(slow), "settled");
  EXPECT_EQ(use("task"), "10 0");
  EXPECT_EQ(use("user"), "10 0");
  age(slow);
  EXPECT_EQ(must(expire_spending(*db)), 0u);
}

TEST_F(Settle, BatchesOfExpiryAreBounded) {
  std::vector<Reservation> many;
  for (int i = 0; i < 5; ++i) many.push_back(call_for(kCent));
  must(reserve_spending(*db, many));
  for (const auto& one : many) age(one);
  EXPECT_EQ(must(expire_spending(*db, 3)), 3u);
  EXPECT_EQ(must(expire_spending(*db, 3)), 2u);
}

TEST_F(Settle, BudgetsOfTimesLongPastGo) {
  cap(BudgetScope::org, BudgetPeriod::day, kUsd);
  ASSERT_TRUE(reserve(call_for(kCent)));
  database.query("UPDATE budget_use SET starts = starts - 63 WHERE period = 'day'");
  ASSERT_TRUE(reserve(call_for(kCent)));
  must(expire_spending(*db));
  EXPECT_EQ(database.value("SELECT count(*) FROM budget_use WHERE scope = 'org'"), "1");
  EXPECT_EQ(database.value("SELECT count(*) FROM budget_use WHERE scope = 'task'"), "1");
}

TEST_F(Settle, RowsGoWithTheirTask) {
  ASSERT_TRUE(reserve(call_for(kCent)));
  database.query(fmt::format("SELECT forget_tasks(ARRAY['{}'::uuid])", job.to_string()));
  EXPECT_EQ(database.value("SELECT (SELECT count(*) FROM model_call) + (SELECT count(*) FROM budget_use)"), "0");
}

TEST_F(Settle, ACapOfATaskGoesWithItAndTheOthersStay) {
  const auto caps = [&] { return database.value("SELECT count(*) FROM budget_cap WHERE scope = 'task'"); };
  const auto other = new_task();
  for (const auto& task : {job, other})
    must(set_budget(*db, {.scope = BudgetScope::task, .who = task.to_string(), .period = BudgetPeriod::total, .max_money = kUsd}));
  must(set_budget(*db, {.scope = BudgetScope::task, .org = org, .who = job.to_string(), .period = BudgetPeriod::total, .max_money = kUsd}));
  EXPECT_EQ(caps(), "4") << "with that of every task";
  database.query(fmt::format("SELECT forget_tasks(ARRAY['{}'::uuid])", job.to_string()));
  EXPECT_EQ(caps(), "2");
  EXPECT_TRUE(reserve(call_for(2 * kUsd))) << "five dollars hold again";
  EXPECT_FALSE(reserve(call_for(2 * kUsd, other)));
}

TEST_F(Settle, UsageIsSummedByTaskUserModelAndDay) {
  const auto one = call_for(kUsd), two = call_for(kUsd), open = call_for(kUsd);
  auto other = call_for(kUsd, new_task());
  other.user = "bob";
  other.model = "large";
  ASSERT_TRUE(reserve(one) && reserve(two) && reserve(open) && reserve(other));
  ASSERT_TRUE(settle(one, kCent) && settle(two, kCent) && settle(other, 50 * kCent));
  const auto sums = [&](UsageGroup group) { return must(read_usage(*db, org, {.group = group})); };
  const auto tasks = sums(UsageGroup::task);
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].key, job.to_string()) << "what is held counts";
  EXPECT_EQ(tasks[0].calls, 3);
  EXPECT_EQ(tasks[0].held_calls, 1);
  EXPECT_EQ(tasks[0].spent, 2 * kCent);
  EXPECT_EQ(tasks[0].held, kUsd);
  EXPECT_EQ(tasks[0].input, 14);
  EXPECT_EQ(tasks[0].output, 10);
  EXPECT_EQ(sums(UsageGroup::user).at(1).key, "bob");
  EXPECT_EQ(sums(UsageGroup::model).at(1).key, "large");
  EXPECT_EQ(sums(UsageGroup::day).size(), 1u);
  EXPECT_TRUE(must(read_usage(*db, OrgId{Uuid::v4()}, {})).empty()) << "another organisation's";
  EXPECT_TRUE(must(read_usage(*db, org, {.from = 0, .to = 1})).empty());
}

}  // namespace
}  // namespace argosy::store
