// Many processes at once: no cap is passed, nothing is counted twice, and nobody waits in a circle.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "tests/integration/spending/spending_fixture.h"

namespace argosy::store {
namespace {

constexpr int kThreads = 8, kRounds = 60;

class Together : public Spending {};

TEST_F(Together, ManyWhoReserveAndSettleNeverPassACapAndNeverDeadlock) {
  for (const auto scope : {BudgetScope::user, BudgetScope::org, BudgetScope::all}) cap(scope, BudgetPeriod::day, 20 * kUsd);
  const TaskId tasks[] = {new_task(), new_task(), new_task(), new_task()};
  const auto deadlocks = [&] { return database.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"); };
  const auto before = deadlocks();
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      const auto own = database.open(1);
      std::minstd_rand random(static_cast<unsigned>(t) + 1);
      for (int round = 0; round < kRounds; ++round) {
        std::vector<Reservation> calls;
        for (int n = 0; n < 4; ++n)
          calls.push_back({.call = fmt::format("{}-{}-{}", t, round, n),
                           .org = org,
                           .user = random() % 2 == 0 ? "ann" : "bob",
                           .step = {tasks[random() % 4], 1},
                           .model = "m",
                           .money = static_cast<NanoUsd>(random() % 100) * kCent,
                           .tokens = 1});
        const auto held = must(reserve_spending(*own, calls));
        std::vector<Settlement> done;
        for (std::size_t n = 0; n < calls.size(); ++n)
          if (held[n] && random() % 8 != 0) done.push_back({.call = calls[n].call, .money = calls[n].money / 10, .tokens = 1});
        must(settle_spending(*own, done));
        if (t == 0 && round % 10 == 0) cap(BudgetScope::org, BudgetPeriod::day, 20 * kUsd, 1'000'000 + round);
      }
    });
  threads.clear();
  EXPECT_EQ(deadlocks(), before);
  EXPECT_EQ(database.value(
                fmt::format("SELECT count(*) FROM budget_use WHERE spent_nano + held_nano > CASE scope WHEN 'task' THEN {} ELSE {} END",
                            5 * kUsd, 20 * kUsd)),
            "0");
  EXPECT_EQ(database.value(R"(
      SELECT count(*) FROM budget_use u
       WHERE ROW(u.spent_nano, u.held_nano) IS DISTINCT FROM
             (SELECT ROW(coalesce(sum(c.nano) FILTER (WHERE c.state <> 'held'), 0)::bigint,
                         coalesce(sum(c.nano) FILTER (WHERE c.state = 'held'), 0)::bigint)
                FROM model_call c
               WHERE CASE u.scope WHEN 'task' THEN c.task_id = u.task_id WHEN 'user' THEN c.who = u.who ELSE true END))"),
            "0");
}

}  // namespace
}  // namespace argosy::store
