// The ledger that workers are handed: many threads of a process share its statements, and each is told what became of its own call.
#include "common/runtime/models/spending_ledger.h"

#include <atomic>
#include <thread>

#include "tests/integration/spending/spending_fixture.h"

namespace argosy::store {
namespace {

class Ledger : public Spending {
 protected:
  std::unique_ptr<llm::Ledger> ledger = runtime::spending_ledger(std::shared_ptr<Database>(database.open(2)));
  llm::Payer payer{.org = org, .user = "ann", .step = {job, 2}, .attempt = 3};
};

TEST_F(Ledger, KeepsWhoPaysForWhat) {
  ASSERT_TRUE(ledger->reserve(payer, "one", "small", {.money = kUsd, .tokens = 1'000}, 60'000));
  ASSERT_TRUE(ledger->settle("one", {.money = kCent, .tokens = 12}, {.input = 10, .cached = 4, .output = 2}));
  EXPECT_EQ(
      database.query("SELECT org_id, who, task_id, ordinal, attempt, model, worst_nano, nano, tokens, input, cached, output, reasoning "
                     "FROM model_call"),
      (testing::SqlSession::Rows{
          {org.to_string(), "ann", job.to_string(), "2", "3", "small", "1000000000", "10000000", "12", "10", "4", "2", "NULL"}}));
}

TEST_F(Ledger, OfThreadsThatCallAtOnceAsManyAreServedAsHaveRoom) {
  std::atomic<int> held = 0, refused = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 16; ++t)
    threads.emplace_back([&, t] {
      for (int n = 0; n < 10; ++n) {
        const auto answer = ledger->reserve(payer, fmt::format("{}-{}", t, n), "small", {.money = 5 * kCent, .tokens = 1}, 60'000);
        ++(answer ? held : refused);
      }
    });
  threads.clear();
  EXPECT_EQ(held, 100) << "five dollars are a hundred times five cents";
  EXPECT_EQ(refused, 60);
  EXPECT_EQ(use("task"), "0 5000");
}

TEST_F(Ledger, OneThatCannotBeTakenCostsTheOthersNothing) {
  must(set_budget(*db, {.scope = BudgetScope::task, .period = BudgetPeriod::total}));
  std::atomic<int> held = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      const bool absurd = t == 3;
      const auto answer = ledger->reserve(payer, fmt::format("{}", t), "small", {.money = absurd ? kMostUsd + 1 : kCent}, 60'000);
      EXPECT_EQ(!answer, absurd);
      if (answer) ++held;
    });
  threads.clear();
  EXPECT_EQ(held, 7);
}

}  // namespace
}  // namespace argosy::store
