#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "common/llm/check/check.h"
#include "common/llm/check/questions.h"
#include "common/llm/money/cost.h"
#include "common/llm/money/tokens.h"
#include "common/llm/wire/encode.h"

namespace argosy::llm {
namespace {

constexpr double kLongShare = 0.9;                // of the context: what vendors add and how we count have their room in the rest
constexpr std::int64_t kLeastLongTokens = 1'000;  // less says nothing
constexpr double kPerMillion = 1e6;

Result<Spend> worst_of(const ModelEntry& entry, const Request& request) {
  ARGOSY_TRY(const auto wire, encode(entry.endpoint, request));
  return worst_case(
      entry, {.input_tokens = input_bound(entry, request, wire.body), .output_tokens = output_asked(entry.endpoint.api, request)}, false);
}

// Every question but the long one; what ought to be refused, too.
std::vector<Request> small_questions(const ModelEntry& entry) {
  std::vector<Request> all{word_question(kPlainWord), usage_question(), word_question(kPlainWord), word_question(kPlainWord)};
  if (entry.can.stream) {
    all.push_back(stream_question());
    all.push_back(endless_question());
    all.push_back(word_question(kFollowUpWord));
  }
  if (entry.can.tools) {
    all.push_back(call_question());
    all.push_back(two_calls_question());
    all.push_back(result_question());
  }
  if (entry.can.schema) all.push_back(schema_question());
  return all;
}

// So many tokens of input can be paid, beside an answer.
std::int64_t for_money(const ModelEntry& entry, NanoUsd left) {
  const auto dearest = std::max({entry.prices->input, entry.prices->cache_read, entry.prices->cache_write});
  const auto answer = cost_of(*entry.prices, 0, 0, 0, kCheckAnswerTokens).total;
  if (dearest == 0) return std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(static_cast<double>(std::max<NanoUsd>(left - answer, 0)) / static_cast<double>(dearest) * kPerMillion);
}

}  // namespace

Result<CheckPlan> plan_check(const ModelEntry& entry, const CheckLimits& limits) {
  CheckPlan plan;
  for (const auto& request : small_questions(entry)) {
    ARGOSY_TRY(const auto worst, worst_of(entry, request));
    plan.worst.money += worst.money;
    plan.worst.tokens += worst.tokens;
  }
  if (plan.worst.money > limits.most_usd)
    return fail_user(
        "check_too_dear",
        fmt::format("a check of {} may cost {} USD, more than {}", entry.name, usd_text(plan.worst.money), usd_text(limits.most_usd)),
        "allow more with --max-usd");
  const auto near = static_cast<std::int64_t>(kLongShare * static_cast<double>(entry.context_tokens)) - kCheckAnswerTokens;
  plan.long_tokens = std::min(near, limits.most_long_tokens);
  if (plan.long_tokens < near) plan.long_why = fmt::format("a check reads at most {} tokens", limits.most_long_tokens);
  if (entry.prices) {
    const auto affordable = for_money(entry, limits.most_usd - plan.worst.money);
    if (affordable < plan.long_tokens) {
      plan.long_tokens = affordable;
      plan.long_why = fmt::format("more would pass {} USD (--max-usd)", usd_text(limits.most_usd));
    }
  }
  if (plan.long_tokens < kLeastLongTokens) {
    if (plan.long_why.empty()) plan.long_why = fmt::format("a context of {} tokens is too small for it", entry.context_tokens);
    plan.long_tokens = 0;
    return plan;
  }
  ARGOSY_TRY(const auto worst, worst_case(entry, {.input_tokens = plan.long_tokens, .output_tokens = kCheckAnswerTokens}, false));
  plan.worst.money += worst.money;
  plan.worst.tokens += worst.tokens;
  return plan;
}

}  // namespace argosy::llm
