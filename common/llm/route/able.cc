#include "common/llm/route/able.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "common/core/text.h"
#include "common/llm/money/cost.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kLongestFinding = 200;
// Of the stated context, once a check of a long input failed: how much would have passed is not known.
constexpr std::int64_t kReliedOnPart = 2;

using Why = std::optional<std::string>;

Why cannot(const ModelEntry& model, const CheckReport* check, std::string_view what, bool needed, bool stated,
           std::initializer_list<Ability> rests_on) {
  if (!needed) return std::nullopt;
  if (!stated) return fmt::format("models.yaml does not say that it can do {}", what);
  for (const Ability ability : rests_on)
    if (const auto* finding = failing(check, ability))
      return fmt::format("the check of {} found that {} fails: {}", model.name, to_string(ability),
                         text::ellipsize(finding->verdict.why, kLongestFinding));
  return std::nullopt;
}

Why unable(const ModelEntry& model, const Need& need, const Needs& wanted, const Conditions& conditions) {
  const auto* check = check_of(model, conditions);
  const bool embeds = need.what.kind == CallKind::embedding;
  if (embeds && !model.can.embedding) return "models.yaml does not say that it can do embedding";
  if (!embeds && model.can.embedding) return "it makes embeddings, no answers";
  if (auto why = cannot(model, check, "answers", !embeds, true, {Ability::plain})) return why;
  if (auto why = cannot(model, check, "tools", wanted.tools, model.can.tools, {Ability::tool_call, Ability::tool_result})) return why;
  if (auto why = cannot(model, check, "images", wanted.images, model.can.images, {})) return why;
  if (auto why = cannot(model, check, "schema", wanted.schema, model.can.schema, {Ability::schema})) return why;
  return cannot(model, check, "thinking", wanted.thinking, model.can.thinking, {});
}

Why too_dear(const ModelEntry& model, const Need& need, const RouteRule* rule) {
  const auto most = rule != nullptr ? rule->max_usd_per_million_output : std::nullopt;
  if (!model.prices && need.in_money) return "its price is not known, and the call counts in budgets of money";
  if (!model.prices && most) return "its price is not known, and the rule bounds it";
  if (most && model.prices->output > *most)
    return fmt::format("its output costs {} USD a million tokens, the rule allows {}", usd_text(model.prices->output), usd_text(*most));
  return std::nullopt;
}

std::int64_t input_of(const ModelEntry& model, const Need& need) { return need.input_tokens + need.images * model.image_tokens; }

Why too_long(const ModelEntry& model, const Need& need, const Conditions& conditions) {
  const bool is_doubtful = failing(check_of(model, conditions), Ability::long_input) != nullptr;
  const auto holds = is_doubtful ? model.context_tokens / kReliedOnPart : model.context_tokens;
  const auto input = input_of(model, need);
  if (input + need.output_tokens <= holds) return std::nullopt;
  return fmt::format("it holds {} tokens{}, the call takes about {} and may answer {}", holds,
                     is_doubtful ? ", half of what models.yaml states, since its check of a long input failed" : "", input,
                     need.output_tokens);
}

}  // namespace

const Lately& lately_of(const ModelEntry& model, const Conditions& conditions) {
  static const Lately nothing;
  const auto hit = conditions.lately.find(model.name);
  return hit == conditions.lately.end() ? nothing : hit->second;
}

const CheckReport* check_of(const ModelEntry& model, const Conditions& conditions) {
  const auto hit =
      std::ranges::find_if(conditions.checks, [&](const CheckReport& one) { return one.name == model.name && is_about(one, model); });
  return hit == conditions.checks.end() ? nullptr : &*hit;
}

const Finding* failing(const CheckReport* check, Ability ability) {
  const Finding* finding = check == nullptr ? nullptr : check->of(ability);
  return finding != nullptr && finding->verdict.grade == Grade::fails ? finding : nullptr;
}

std::optional<NanoUsd> most_of(const ModelEntry& model, const Need& need) {
  const auto worst = worst_case(model, {.input_tokens = input_of(model, need), .output_tokens = need.output_tokens});
  return worst ? std::optional(worst->money) : std::nullopt;
}

std::optional<Refusal> refusal_of(const ModelEntry& model, const Need& need, const RouteRule* rule, const Conditions& conditions) {
  if (rule != nullptr && !rule->use.empty() && std::ranges::find(rule->use, model.name) == rule->use.end())
    return Refusal{Obstacle::lasting, "the rule does not name it"};
  Needs wanted = need.can;
  if (rule != nullptr)
    wanted = {.tools = wanted.tools || rule->needs.tools,
              .images = wanted.images || rule->needs.images,
              .schema = wanted.schema || rule->needs.schema,
              .thinking = wanted.thinking || rule->needs.thinking};
  if (auto why = unable(model, need, wanted, conditions)) return Refusal{Obstacle::lasting, std::move(*why)};
  if (auto why = too_dear(model, need, rule)) return Refusal{Obstacle::lasting, std::move(*why)};
  if (need.output_tokens > model.max_output_tokens)
    return Refusal{Obstacle::lasting,
                   fmt::format("it answers at most {} tokens, the call asks for {}", model.max_output_tokens, need.output_tokens)};
  if (auto why = too_long(model, need, conditions)) return Refusal{Obstacle::context, std::move(*why)};
  const auto& lately = lately_of(model, conditions);
  if (lately.breaker != BreakerState::open) return std::nullopt;
  return Refusal{Obstacle::breaker, fmt::format("it failed too often just now: nothing is sent to it for {} ms", lately.opens_in.count())};
}

}  // namespace argosy::llm
