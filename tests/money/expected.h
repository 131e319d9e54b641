// What must be true of budgets, worked out the slow way: no counters, every question answered from the list of all calls. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "common/core/clock.h"
#include "common/llm/ledger.h"
#include "common/store/spending.h"

namespace argosy::money {

struct Call {
  std::string name{};
  OrgId org{};
  std::string user{};
  TaskId task{};
  llm::Spend worst{};
  enum class State { unknown, held, settled, expired } state = State::unknown;
  llm::Spend charge{};  // what counts; of unknown calls nothing
  UnixMillis reserved_at = 0, expires_at = 0;
  llm::Spend may_cost{};  // what the vendor has billed, or may yet bill
};

// One day's, month's or task's account.
using Account = std::tuple<store::BudgetScope, std::string, store::BudgetPeriod, std::int64_t>;  // whose; number of the day or month

class Expected {
 public:
  std::vector<store::Budget> caps;
  std::vector<Call> calls;

  // The caps that a call of this payer is under at that time: the one that names most, of each kind.
  std::vector<std::pair<Account, store::Budget>> caps_of(const Call& call, UnixMillis now) const;
  static Account account(const Call& call, store::BudgetScope scope, store::BudgetPeriod period, UnixMillis at);
  // Of all calls that count in the account.
  llm::Spend charged(const Account& account, bool held_only = false) const;
  llm::Spend may_cost(const Account& account) const;

  bool has_room(const Call& call, UnixMillis now) const;
  // Whether it would have, if all that is held came back.
  bool may_have_room_later(const Call& call, UnixMillis now) const;
  // Whether what the vendor may bill, this call included, stays under every cap.
  bool is_safe(const Call& call, UnixMillis now) const;

 private:
  template <class Figure>
  llm::Spend sum(const Account& account, Figure figure) const;
};

// Days and months since 1970.
std::int64_t period_number(store::BudgetPeriod period, UnixMillis at);

}  // namespace argosy::money
