#include "common/llm/cache/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kLongestKept = std::chrono::days(90), kShortestKept = 1min;
constexpr double kLeastCosine = 0.5;  // below it everything is like everything

std::unexpected<Error> invalid(std::string message) {
  return fail_user("cache_rules_invalid", std::move(message),
                   "ARGOSY_CACHE_RULES is like \"decomposition=0.90/7d response=0.85/1d analysis=0.95/3d edit=exact/1d\", or \"off\"");
}

std::optional<std::chrono::milliseconds> time_from(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto number = text::to_int(text.substr(0, text.size() - 1));
  const char unit = text.back();
  if (!number || *number < 1 || *number > 1'000'000) return std::nullopt;
  const auto one = unit == 'm' ? 1min : unit == 'h' ? 60min : unit == 'd' ? 1440min : 0min;
  const std::chrono::milliseconds time = one * *number;
  return time >= kShortestKept && time <= kLongestKept ? std::optional(time) : std::nullopt;
}

std::optional<double> cosine_from(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return error == std::errc{} && end == text.data() + text.size() && value >= kLeastCosine && value <= 1 ? std::optional(value)
                                                                                                         : std::nullopt;
}

Result<void> apply(CacheRule& rule, std::string_view value) {
  if (value == "off") {
    rule.on = false;
    return {};
  }
  const auto parts = text::split(value, '/');
  const auto keep = parts.size() == 2 ? time_from(parts[1]) : std::nullopt;
  if (!keep) return invalid(fmt::format("{}: say how alike and how long, like 0.90/7d; a minute to 90 days", rule.name));
  rule.keep = *keep;
  rule.on = true;
  if (parts[0] == "exact") {
    rule.least_cosine.reset();
    return {};
  }
  const auto cosine = cosine_from(parts[0]);
  if (!cosine)
    return invalid(
        fmt::format("{}: \"{}\" is neither exact nor a cosine from {} to 1", rule.name, text::ellipsize(parts[0], 40), kLeastCosine));
  if (rule.only_without_chance)
    return invalid(fmt::format("{}: only exact, because one that is merely alike changes other code", rule.name));
  rule.least_cosine = *cosine;
  return {};
}

}  // namespace

CacheRules::CacheRules()
    : rules_{{.name = "decomposition", .kinds = {"plan"}, .least_cosine = 0.90, .keep = std::chrono::days(7)},
             {.name = "response", .kinds = {"summary", "intent", "commit_message"}, .least_cosine = 0.85, .keep = std::chrono::days(1)},
             {.name = "analysis", .kinds = {"review"}, .least_cosine = 0.95, .keep = std::chrono::days(3)},
             {.name = "edit", .kinds = {"edit"}, .keep = std::chrono::days(1), .only_without_chance = true}} {}

Result<CacheRules> CacheRules::parse(std::string_view text) {
  CacheRules rules;
  std::string spaced(text);
  std::ranges::replace(spaced, ',', ' ');
  for (const auto word : text::split(spaced, ' ')) {
    if (word.empty()) continue;
    if (word == "off") {
      for (auto& rule : rules.rules_) rule.on = false;
      continue;
    }
    const auto equals = std::min(word.find('='), word.size());
    const auto rule = std::ranges::find(rules.rules_, word.substr(0, equals), &CacheRule::name);
    if (rule == rules.rules_.end() || equals == word.size()) return invalid(fmt::format("what is \"{}\"?", text::ellipsize(word, 60)));
    ARGOSY_TRY_VOID(apply(*rule, word.substr(equals + 1)));
  }
  return rules;
}

const CacheRule* CacheRules::of(std::string_view kind) const {
  for (const auto& rule : rules_)
    if (rule.on && std::ranges::find(rule.kinds, kind) != rule.kinds.end()) return &rule;
  return nullptr;
}

}  // namespace argosy::llm
