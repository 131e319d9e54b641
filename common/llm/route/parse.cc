#include <fmt/format.h>

#include <algorithm>

#include "common/config/spelling.h"
#include "common/core/text.h"
#include "common/llm/models/reading.h"

namespace argosy::llm {
namespace {

using yaml::choice_into;
using yaml::fail;
using yaml::list_into;
using yaml::map_of;
using yaml::Node;
using yaml::number_into;
using yaml::Read;

constexpr std::int64_t kMostMs = 10 * 60'000;  // of a latency
constexpr std::size_t kMaxPattern = 300;
constexpr std::string_view kDefaultOrgName = "default";
constexpr std::array<std::string_view, 3> kPrefers{"listed", "price", "latency"};  // in the order of Prefer

// One of the names, or a list of them, as the values that they stand for.
template <class T, std::size_t N>
Read choices_into(std::vector<T>& target, std::string what, const std::array<T, N>& known) {
  std::vector<std::string> names;
  for (const T one : known) names.emplace_back(to_string(one));
  return [&target, what = std::move(what), names = std::move(names), &known](const Node& node) -> Result<void> {
    std::vector<std::string> chosen;
    const auto item = [&names](std::string& into, std::string of) { return choice_into(into, std::move(of), names); };
    ARGOSY_TRY_VOID(list_into(chosen, what, item)(node));
    for (const auto& name : chosen) target.push_back(known[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())]);
    return {};
  };
}

Read organisation_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(yaml::text_into(target, what)(node));
    if (target != kDefaultOrgName && !OrgId::parse(target)) return fail(node, fmt::format("{} must be \"default\" or an id", what));
    return {};
  };
}

Read organisations_into(std::vector<OrgId>& target) {
  return [&target](const Node& node) -> Result<void> {
    std::vector<std::string> names;
    ARGOSY_TRY_VOID(list_into(names, "organisation", organisation_into)(node));
    for (const auto& name : names) target.push_back(OrgId::parse(name).value_or(kDefaultOrg));
    return {};
  };
}

Read pattern_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(yaml::text_into(target, what)(node));
    if (target.empty() || target.size() > kMaxPattern)
      return fail(node, fmt::format("{} must be a name or a pattern of at most {} bytes", what, kMaxPattern));
    return {};
  };
}

Read when_into(RouteWhen& when) {
  return map_of("when", {{"kind", choices_into(when.kinds, "kind", kCallKinds)},
                         {"complexity", choices_into(when.complexities, "complexity", kComplexities)},
                         {"organisation", organisations_into(when.organisations)},
                         {"repository", list_into(when.repositories, "repository", pattern_into)}});
}

Read use_into(std::vector<std::string>& use, const std::vector<ModelEntry>& models) {
  return [&use, &models](const Node& node) -> Result<void> {
    std::vector<std::string> known;
    for (const auto& model : models) known.push_back(model.name);
    const auto name_into = [&known, &use](std::string& target, std::string what) -> Read {
      return [&, what = std::move(what)](const Node& item) -> Result<void> {
        ARGOSY_TRY_VOID(yaml::text_into(target, what)(item));
        if (std::ranges::find(known, target) == known.end())
          return fail(item, fmt::format("there is no model \"{}\"; did you mean \"{}\"?", text::ellipsize(target, 60),
                                        config::nearest_of(target, known)));
        if (std::ranges::count(use, target) > 1) return fail(item, fmt::format("\"{}\" stands here twice", target));
        return {};
      };
    };
    ARGOSY_TRY_VOID(list_into(use, "use", name_into)(node));
    return use.empty() ? fail(node, "use names at least one model") : Result<void>();
  };
}

Read needs_into(Needs& needs) {
  return [&needs](const Node& node) -> Result<void> {
    std::vector<std::string> names;
    const auto item = [](std::string& target, std::string what) {
      return choice_into(target, std::move(what), {"tools", "images", "schema", "thinking"});
    };
    ARGOSY_TRY_VOID(list_into(names, "needs", item)(node));
    const auto has = [&names](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
    needs = {.tools = has("tools"), .images = has("images"), .schema = has("schema"), .thinking = has("thinking")};
    return {};
  };
}

Read prefer_into(Prefer& prefer) {
  return [&prefer](const Node& node) -> Result<void> {
    std::string name;
    ARGOSY_TRY_VOID(choice_into(name, "prefer", {kPrefers.begin(), kPrefers.end()})(node));
    prefer = static_cast<Prefer>(std::ranges::find(kPrefers, name) - kPrefers.begin());
    return {};
  };
}

Read milliseconds_into(std::optional<std::chrono::milliseconds>& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    std::optional<std::int64_t> number;
    ARGOSY_TRY_VOID(number_into<std::int64_t>(number, what, 1, kMostMs)(node));
    target = std::chrono::milliseconds(*number);
    return {};
  };
}

Result<RouteRule> rule_from(const Node& node, const std::vector<ModelEntry>& models) {
  if (node.kind != Node::Kind::map) return fail(node, "a route must hold keys and values");
  RouteRule rule{.line = node.line};
  ARGOSY_TRY_VOID(
      map_of("a route", {{"when", when_into(rule.when)},
                         {"use", use_into(rule.use, models)},
                         {"prefer", prefer_into(rule.prefer)},
                         {"max_usd_per_million_output", price_into(rule.max_usd_per_million_output, "max_usd_per_million_output")},
                         {"max_first_byte_ms", milliseconds_into(rule.max_first_byte, "max_first_byte_ms")},
                         {"needs", needs_into(rule.needs)},
                         {"hedge_after_ms", milliseconds_into(rule.hedge_after, "hedge_after_ms")}})(node));
  const bool says_who = std::ranges::any_of(node.keys, [](const Node::Key& key) { return key.text != "when"; });
  if (!says_who) return fail(node, "a route says who is asked: use, prefer, or what a model must be");
  return rule;
}

}  // namespace

Read routes_into(Routes& routes, const std::vector<ModelEntry>& models) {
  return [&](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::list || node.items.empty()) return fail(node, "routes must be a list of at least one");
    if (node.items.size() > yaml::kMaxItems) return fail(node, fmt::format("routes has more than {} entries", yaml::kMaxItems));
    for (const auto& item : node.items) {
      ARGOSY_TRY(routes.emplace_back(), rule_from(item, models));
    }
    return {};
  };
}

}  // namespace argosy::llm
