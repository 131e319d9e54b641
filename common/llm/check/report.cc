#include "common/llm/check/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::llm {
namespace {

constexpr std::array<std::string_view, kAbilities.size()> kAbilityNames{"plain",  "stream", "tool_call",  "two_calls",    "tool_result",
                                                                        "schema", "usage",  "long_input", "cancellation", "error_shape"};
constexpr std::array<std::string_view, 4> kGradeNames{"ok", "weak", "fails", "skipped"};

json::Value millis_json(const std::optional<std::chrono::milliseconds>& span) {
  return span ? json::Value(static_cast<std::int64_t>(span->count())) : json::Value();
}

std::optional<std::chrono::milliseconds> millis_from(const json::Value& value, std::string_view key) {
  const auto count = value.int_or(key, -1);
  return count < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(count));
}

// What in models.yaml rests on an ability; empty: nothing.
std::string_view claim_of(const ModelEntry& entry, Ability ability) {
  switch (ability) {
    case Ability::stream:
    case Ability::cancellation:
      return entry.can.stream ? "can: stream" : "";
    case Ability::tool_call:
    case Ability::tool_result:
      return entry.can.tools ? "can: tools" : "";
    case Ability::schema:
      return entry.can.schema ? "can: schema" : "";
    case Ability::long_input:
      return "context_tokens";
    case Ability::usage:
      return entry.prices ? "usd_per_million_tokens" : "";
    default:
      return "";
  }
}

}  // namespace

std::string_view to_string(Ability ability) { return kAbilityNames[static_cast<std::size_t>(ability)]; }
std::string_view to_string(Grade grade) { return kGradeNames[static_cast<std::size_t>(grade)]; }

std::optional<Ability> ability_from_string(std::string_view text) {
  const auto hit = std::ranges::find(kAbilityNames, text);
  return hit == kAbilityNames.end() ? std::nullopt : std::optional(static_cast<Ability>(hit - kAbilityNames.begin()));
}

std::optional<Grade> grade_from_string(std::string_view text) {
  const auto hit = std::ranges::find(kGradeNames, text);
  return hit == kGradeNames.end() ? std::nullopt : std::optional(static_cast<Grade>(hit - kGradeNames.begin()));
}

const Finding* CheckReport::of(Ability ability) const {
  const auto hit = std::ranges::find(findings, ability, &Finding::ability);
  return hit == findings.end() ? nullptr : &*hit;
}

bool CheckReport::fails() const {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.verdict.grade == Grade::fails; });
}

bool CheckReport::shows_the_model() const {
  const auto* plain = of(Ability::plain);
  return plain == nullptr || !plain->verdict.not_the_model;
}

json::Object report_json(const CheckReport& report) {
  json::Object abilities;
  for (const auto& finding : report.findings) {
    json::Object one{{"grade", to_string(finding.verdict.grade)}, {"why", finding.verdict.why}, {"what_to_do", finding.verdict.what_to_do}};
    one["took_ms"] = millis_json(finding.took);
    one["first_byte_ms"] = millis_json(finding.first_byte);
    if (finding.ability == Ability::long_input) one["input_tokens"] = finding.input_tokens;
    abilities[to_string(finding.ability)] = std::move(one);
  }
  return {{"name", report.name},
          {"api", report.api},
          {"base_url", report.base_url},
          {"model", report.model},
          {"checked_at", rfc3339(report.at)},
          {"abilities", std::move(abilities)},
          {"spent_usd", usd_text(report.spent.money)},
          {"spent_tokens", report.spent.tokens}};
}

std::optional<CheckReport> report_from_json(const json::Value& value) {
  const auto at = from_rfc3339(value.string_or("checked_at", ""));
  const auto* abilities = value.find("abilities");
  CheckReport out{.name = value.string_or("name", ""),
                  .api = value.string_or("api", ""),
                  .base_url = value.string_or("base_url", ""),
                  .model = value.string_or("model", "")};
  if (out.name.empty() || !at || abilities == nullptr || !abilities->is_object()) return std::nullopt;
  out.at = *at;
  out.spent = {.money = parse_usd(value.string_or("spent_usd", "0")).value_or(0), .tokens = value.int_or("spent_tokens", 0)};
  for (const auto& [key, one] : abilities->as_object()) {
    const auto ability = ability_from_string(key);
    const auto grade = grade_from_string(one.string_or("grade", ""));
    if (!ability || !grade) continue;
    out.findings.push_back({.ability = *ability,
                            .verdict = {.grade = *grade, .why = one.string_or("why", ""), .what_to_do = one.string_or("what_to_do", "")},
                            .took = millis_from(one, "took_ms"),
                            .first_byte = millis_from(one, "first_byte_ms"),
                            .input_tokens = one.int_or("input_tokens", 0)});
  }
  return out;
}

bool is_about(const CheckReport& report, const ModelEntry& entry) {
  return report.api == to_string(entry.endpoint.api) && report.base_url == entry.endpoint.base_url && report.model == entry.endpoint.model;
}

std::vector<std::string> contradictions(const ModelEntry& entry, const CheckReport& report) {
  if (!is_about(report, entry)) return {fmt::format("it was {} at {} that was checked under this name", report.model, report.base_url)};
  std::vector<std::string> out;
  for (const auto& finding : report.findings) {
    const auto claim = claim_of(entry, finding.ability);
    if (finding.verdict.grade == Grade::fails && !claim.empty())
      out.push_back(fmt::format("{}: {} fails: {}", claim, to_string(finding.ability), finding.verdict.why));
  }
  return out;
}

}  // namespace argosy::llm
