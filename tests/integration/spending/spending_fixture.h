// What the tests of budgets share: a payer with an organisation of its own, and short ways to reserve and to see what a budget says.
#pragma once

#include <fmt/format.h>

#include <string>

#include "common/store/spending.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {

class Spending : public StoreTest {
 protected:
  OrgId org{Uuid::v4()};
  TaskId job = new_task();
  int made = 0;

  static TaskId new_task() { return TaskId{Uuid::v7(system_clock().unix_ms())}; }

  // A call that costs at most so much, and as many tokens as thousandths of a dollar.
  Reservation call_for(NanoUsd worst, const TaskId& of) {
    return {.call = fmt::format("call-{}", ++made),
            .org = org,
            .user = "ann",
            .step = {of, 1},
            .model = "small",
            .money = worst,
            .tokens = worst / (kUsd / 1'000)};
  }
  Reservation call_for(NanoUsd worst) { return call_for(worst, job); }
  Result<void> reserve(const Reservation& one) { return must(reserve_spending(*db, {&one, 1})).at(0); }
  Result<void> settle(const Reservation& one, NanoUsd money) {
    const Settlement done{.call = one.call, .money = money, .tokens = money / (kUsd / 1'000), .input = 7, .output = 5};
    return must(settle_spending(*db, {&done, 1})).at(0);
  }
  // As if its lifetime had passed.
  void age(const Reservation& one) {
    database.query(fmt::format("UPDATE model_call SET expires_at = clock_timestamp() - interval '1 s' WHERE call = '{}'", one.call));
  }
  void cap(BudgetScope scope, BudgetPeriod period, std::optional<NanoUsd> money, std::optional<std::int64_t> tokens = std::nullopt) {
    must(set_budget(*db, {.scope = scope,
                          .org = scope == BudgetScope::all ? OrgId{} : org,
                          .who = scope == BudgetScope::user ? "ann" : "",
                          .period = period,
                          .max_money = money,
                          .max_tokens = tokens}));
  }
  std::string state(const Reservation& one) {
    return database.value(fmt::format("SELECT coalesce(max(state), 'none') FROM model_call WHERE call = '{}'", one.call));
  }
  // "spent held", in thousandths of a dollar, of each budget of that scope.
  std::string use(std::string_view scope) {
    return database.value(
        fmt::format("SELECT coalesce(string_agg(spent_nano / 1000000 || ' ' || held_nano / 1000000, ', ' ORDER BY period), '') "
                    "FROM budget_use WHERE scope = '{}'",
                    scope));
  }
};

inline constexpr NanoUsd kCent = kUsd / 100;

}  // namespace argosy::store
