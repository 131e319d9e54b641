#include "common/code/syntax_check.h"

#include <algorithm>
#include <array>

#include "common/code/languages/families.h"
#include "common/code/syntax/tree.h"

namespace argosy::code {
namespace {

constexpr std::array<std::string_view, 4> kFamilies{"python", "javascript", "go", "java"};

std::optional<Language> language_of(const std::string& path) {
  for (const auto family : kFamilies)
    if (const Rules* rules = rules_for(family))
      if (const auto language = rules->language_of(path)) return language;
  return std::nullopt;
}

}  // namespace

std::optional<SyntaxErrors> syntax_errors(const std::string& path, std::string_view before, std::string_view after) {
  const auto language = language_of(path);
  if (!language) return std::nullopt;
  const auto now = Tree::parse(*language, std::string(after));
  if (!now) return std::nullopt;
  SyntaxErrors errors{.before = 0, .after = now->errors().size()};
  if (errors.after > 0) {
    const auto then = Tree::parse(*language, std::string(before));
    errors.before = then ? then->errors().size() : 0;
    const auto at = now->node(now->errors().front()).start();
    errors.line = 1 + static_cast<std::size_t>(std::ranges::count(now->text().substr(0, at), '\n'));
  }
  return errors;
}

}  // namespace argosy::code
