#include "workers/planning/changes/symbol_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/code/tags/tags.h"
#include "common/core/text.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxShownSignature = 200;

bool is_of_users(code::TagKind kind) {
  using enum code::TagKind;
  return kind != variable && kind != field && kind != module;
}

bool is_test(std::string_view path) {
  const auto parts = text::split(path, '/');
  const bool below = std::ranges::any_of(parts, [](auto part) { return part == "test" || part == "tests" || part == "__tests__"; });
  const auto name = parts.back();
  return below || name.starts_with("test_") || name.contains("_test.") || name.contains(".test.") || name.contains(".spec.");
}

// Signatures by what they define; overloads share a name.
using Exported = std::map<std::string, std::set<std::string>>;

Exported exported(const std::string& path, std::string_view text) {
  Exported found;
  if (text.empty() || text.size() > kMaxComparedBytes) return found;
  const auto tags = code::tags_of_file(path, text);
  if (!tags) return found;
  for (const auto& one : tags->definitions) {
    if (!one.exported || !is_of_users(one.kind)) continue;
    const auto name = one.scope.empty() ? std::string(one.name) : fmt::format("{}.{}", one.scope, one.name);
    found[fmt::format("{} {}", code::to_string(one.kind), name)].insert(text::ellipsize(text::to_utf8(one.signature), kMaxShownSignature));
  }
  return found;
}

std::string joined(const std::set<std::string>& signatures) { return text::join({signatures.begin(), signatures.end()}, "; "); }

// "Order.total" of "method Order.total", and "total" alone.
std::vector<std::string> names_of(const std::string& what) {
  auto name = what.substr(what.rfind(' ') + 1);
  const auto last = name.substr(name.rfind('.') + 1);
  std::vector<std::string> names{last};
  if (last != name) names.push_back(std::move(name));
  return names;
}

}  // namespace

std::vector<Change> symbol_changes(const std::string& path, std::string_view before, std::string_view after) {
  if (!code::language_of(path) || is_test(path)) return {};
  const auto was = exported(path, before), is = exported(path, after);
  std::vector<Change> changes;
  for (const auto& [what, signatures] : was)
    if (!is.contains(what))
      changes.push_back({.kind = ChangeKind::removed, .what = what, .path = path, .before = joined(signatures), .names = names_of(what)});
  for (const auto& [what, signatures] : is) {
    const auto old = was.find(what);
    if (old == was.end())
      changes.push_back({.kind = ChangeKind::added, .what = what, .path = path, .after = joined(signatures), .names = names_of(what)});
    else if (old->second != signatures)
      changes.push_back({.kind = ChangeKind::changed,
                         .what = what,
                         .path = path,
                         .before = joined(old->second),
                         .after = joined(signatures),
                         .names = names_of(what)});
  }
  return changes;
}

}  // namespace argosy::planning
