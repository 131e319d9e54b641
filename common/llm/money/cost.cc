#include "common/llm/money/cost.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::llm {
namespace {

constexpr std::int64_t kPerTokens = 1'000'000;           // prices are those of so many
constexpr std::int64_t kMostUsedTokens = 1'000'000'000;  // of one call: more is a slip of the server

__extension__ typedef __int128 Wide;  // tokens times price may pass 64 bits

NanoUsd rounded_up(Wide amount) {
  const Wide whole = (amount + kPerTokens - 1) / kPerTokens;
  return static_cast<NanoUsd>(std::min<Wide>(whole, kMostUsd));
}

bool is_count(const std::optional<std::int64_t>& value) { return !value || (*value >= 0 && *value <= kMostUsedTokens); }

bool makes_sense(const Usage& usage) {
  return usage.input && usage.output && is_count(usage.input) && is_count(usage.output) && is_count(usage.cached) &&
         is_count(usage.cache_written) && usage.cached.value_or(0) + usage.cache_written.value_or(0) <= *usage.input;
}

}  // namespace

Cost cost_of(const Prices& prices, std::int64_t plain, std::int64_t cache_read, std::int64_t cache_write, std::int64_t output) {
  const Wide parts[] = {Wide{plain} * prices.input, Wide{cache_read} * prices.cache_read, Wide{cache_write} * prices.cache_write,
                        Wide{output} * prices.output};
  return {.input = rounded_up(parts[0]),
          .cache_read = rounded_up(parts[1]),
          .cache_write = rounded_up(parts[2]),
          .output = rounded_up(parts[3]),
          .total = rounded_up(parts[0] + parts[1] + parts[2] + parts[3])};
}

Result<Spend> worst_case(const ModelEntry& model, const CallSize& size, bool in_money) {
  const auto input = std::clamp<std::int64_t>(size.input_tokens, 0, kMostUsedTokens);
  const auto output = std::clamp<std::int64_t>(size.output_tokens, 0, kMostUsedTokens);
  Spend spend{.tokens = input + output};
  if (!model.prices && in_money)
    return fail_user("model_price_unknown",
                     fmt::format("the price of model {} is not known, so it cannot be kept within a budget", model.name),
                     "say usd_per_million_tokens in models.yaml; of a model that costs nothing it is 0");
  if (model.prices) {
    Prices dearest = *model.prices;
    dearest.input = std::max({dearest.input, dearest.cache_read, dearest.cache_write});
    spend.money = cost_of(dearest, input, 0, 0, output).total;
  }
  return spend;
}

Spend real_cost(const ModelEntry& model, const Usage& usage, bool complete, const Spend& worst) {
  if (!complete || !makes_sense(usage)) return worst;
  const auto read = usage.cached.value_or(0), write = usage.cache_written.value_or(0);
  return {.money = model.prices ? cost_of(*model.prices, *usage.input - read - write, read, write, *usage.output).total : 0,
          .tokens = *usage.input + *usage.output};
}

}  // namespace argosy::llm
