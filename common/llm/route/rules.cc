#include "common/llm/route/rules.h"

#include <algorithm>
#include <utility>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

template <class T>
bool fits(const std::vector<T>& any_of, const std::optional<T>& value) {
  return any_of.empty() || (value && std::ranges::find(any_of, *value) != any_of.end());
}

enum class Named : std::uint8_t { no, by_pattern, by_name };

// Nothing: the rule is for other repositories.
std::optional<Named> named(const std::vector<std::string>& patterns, const std::string& repository) {
  if (patterns.empty()) return Named::no;
  if (repository.empty()) return std::nullopt;
  if (std::ranges::find(patterns, repository) != patterns.end()) return Named::by_name;
  const bool hit = std::ranges::any_of(patterns, [&](const std::string& pattern) { return text::path_matches(pattern, repository); });
  return hit ? std::optional(Named::by_pattern) : std::nullopt;
}

}  // namespace

const RouteRule* rule_for(const Routes& routes, const RouteCase& what) {
  const RouteRule* best = nullptr;
  std::pair<Named, bool> highest{};
  for (const auto& rule : routes) {
    const auto repository = named(rule.when.repositories, what.repository);
    if (!repository || !fits(rule.when.kinds, what.kind) || !fits(rule.when.organisations, what.org) ||
        !fits(rule.when.complexities, std::optional(what.complexity)))
      continue;
    const std::pair weight(*repository, !rule.when.organisations.empty());
    if (best != nullptr && weight <= highest) continue;
    best = &rule;
    highest = weight;
  }
  return best;
}

}  // namespace argosy::llm
