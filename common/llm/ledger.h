// Who pays for a call. The store implements it, main hands it in; the room asks it before every call and tells it after. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/core/text/usd.h"
#include "common/llm/conversation.h"

namespace argosy::llm {

using argosy::kUsd;
using argosy::NanoUsd;

struct Payer {
  OrgId org;
  std::string user;
  StepRef step;  // its task has a budget of its own
  std::int16_t attempt = 1;
};

struct Spend {
  NanoUsd money = 0;
  std::int64_t tokens = 0;  // input and output
};

class Ledger {
 public:
  virtual ~Ledger() = default;
  // Sets the worst case aside in all of the payer's budgets at once, or in none. `call` is made by the caller and unique: the same call
  // reserved twice is one reservation. `lifetime_ms`: what is not settled by then is charged in full.
  // Errors: budget_exhausted (names the budget, its cap, what is spent and reserved; B, but A with retry_after where there is room once
  // what is reserved has come back); reservation_closed (A, it was settled or charged before: take another name); those of the database
  // (A): nothing was reserved, or it expires.
  virtual Result<void> reserve(const Payer& payer, const std::string& call, const std::string& model, const Spend& worst,
                               std::int64_t lifetime_ms) = 0;
  // The real spend takes the reservation's place; never more than was reserved is expected, but what was used is charged. Settling twice
  // changes nothing; what had expired gets its real figure. Errors: reservation_unknown (B); those of the database (A): try again, else it
  // expires into the full charge.
  virtual Result<void> settle(const std::string& call, const Spend& real, const Usage& usage) = 0;
};

}  // namespace argosy::llm
