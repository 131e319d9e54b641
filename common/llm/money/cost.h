// What a call may cost and what it did cost, in exact arithmetic: tokens times the price of a million, summed, and rounded up once to a
// NanoUsd. Used before and after every call. Pure, any thread.
#pragma once

#include <cstdint>

#include "common/core/error.h"
#include "common/llm/conversation.h"
#include "common/llm/ledger.h"
#include "common/llm/models/model.h"

namespace argosy::llm {

// What a call is asked to do, as far as its price depends on it.
struct CallSize {
  std::int64_t input_tokens = 0;   // at most (input_bound() of tokens.h)
  std::int64_t output_tokens = 0;  // the most that it may answer, thinking included
};

// The parts of a sum; in the whole the parts' fractions count together, so it may be a NanoUsd less than their sum.
struct Cost {
  NanoUsd input = 0, cache_read = 0, cache_write = 0, output = 0, total = 0;
  bool operator==(const Cost&) const = default;
};

// Tokens of each kind at the prices. `plain`: of the prompt what neither came from the cache nor went there.
Cost cost_of(const Prices& prices, std::int64_t plain, std::int64_t cache_read, std::int64_t cache_write, std::int64_t output);

// The whole prompt at the dearest of what a prompt can cost, and all that may be answered. `in_money`: somebody's budget of money is to be
// kept; a model whose price is not known is then refused. Errors (B): model_price_unknown.
Result<Spend> worst_case(const ModelEntry& model, const CallSize& size, bool in_money = true);

// What was used; the worst case where the vendor said nothing, or what cannot be (negative, above a billion, more cached than there was),
// and of an answer that broke off: what was counted until then is not what is billed. A model without prices costs nothing but its tokens.
Spend real_cost(const ModelEntry& model, const Usage& usage, bool complete, const Spend& worst);

}  // namespace argosy::llm
