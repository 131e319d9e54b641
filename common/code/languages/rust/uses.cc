// What identifiers stand for in Rust, as far as a local variable goes.
#include <algorithm>
#include <array>

#include "common/code/languages/rust/rust.h"

namespace argosy::code {
namespace {

constexpr auto kWords = std::to_array<std::string_view>(
    {"as",    "async",  "await", "box",    "break", "const", "continue", "crate",  "dyn",         "else",  "enum",  "extern", "false",
     "fn",    "for",    "gen",   "if",     "impl",  "in",    "let",      "loop",   "macro_rules", "main",  "match", "mod",    "move",
     "mut",   "pub",    "ref",   "return", "self",  "Self",  "static",   "struct", "super",       "trait", "true",  "try",    "type",
     "union", "unsafe", "use",   "where",  "while", "yield", "_"});
constexpr auto kUnreadable = std::to_array<std::string_view>({".rs.in", ".lalrpop", ".pest.rs", ".udl"});
constexpr auto kForeign = std::to_array<std::string_view>({".git", "target", "vendor", "node_modules"});

}  // namespace

std::span<const std::string_view> RustRules::unreadable_extensions() const { return kUnreadable; }

std::span<const std::string_view> RustRules::foreign_folders() const { return kForeign; }

bool RustRules::is_keyword(std::string_view name) const { return std::ranges::find(kWords, name) != kWords.end(); }

bool RustRules::is_identifier(Node node) const { return node.is_any({"identifier", "type_identifier", "shorthand_field_identifier"}); }

Use RustRules::use(const Project& project, const Model&, Node identifier) const {
  const Node parent = identifier.parent();
  if (identifier.is("shorthand_field_identifier")) return {.role = Role::destructured, .space = Space::value};
  if (identifier.is("type_identifier") || parent.is_any({"label", "lifetime", "scoped_identifier", "scoped_type_identifier", "attribute"}))
    return {.role = Role::unrelated};
  if (parent.is("shorthand_field_initializer")) return {.role = Role::shorthand, .space = Space::value};
  if (identifier.field() == "macro") return {.role = Role::unrelated};
  Use use{.role = Role::name, .space = Space::value};
  if (parent.is("token_tree")) {
    const rust::Word word = rust::word_in(identifier);
    if (word.kind == rust::Word::member || !word.path.empty()) return {.role = Role::unrelated};
    use.doubtful = word.kind == rust::Word::unsure || rust::reading_of(project, identifier) == rust::Reading::any;
  }
  // if let Some(x) = y && x > 1: no scope of its own here.
  if (identifier.around({"let_chain"})) use.doubtful = true;
  return use;
}

}  // namespace argosy::code
