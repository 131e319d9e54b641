// What identifiers stand for in C and C++, as far as a local variable goes.
#include <algorithm>
#include <array>

#include "common/code/languages/c/c.h"

namespace argosy::code {
namespace {

constexpr auto kWords = std::to_array<std::string_view>({"alignas",    "alignof",       "and",
                                                         "asm",        "auto",          "bool",
                                                         "break",      "case",          "catch",
                                                         "char",       "class",         "compl",
                                                         "concept",    "const",         "constexpr",
                                                         "const_cast", "continue",      "co_await",
                                                         "co_return",  "co_yield",      "decltype",
                                                         "default",    "defined",       "delete",
                                                         "do",         "double",        "dynamic_cast",
                                                         "else",       "enum",          "explicit",
                                                         "export",     "extern",        "false",
                                                         "final",      "float",         "for",
                                                         "friend",     "goto",          "if",
                                                         "inline",     "int",           "long",
                                                         "main",       "mutable",       "namespace",
                                                         "new",        "noexcept",      "not",
                                                         "nullptr",    "operator",      "or",
                                                         "override",   "private",       "protected",
                                                         "public",     "register",      "reinterpret_cast",
                                                         "requires",   "restrict",      "return",
                                                         "short",      "signed",        "sizeof",
                                                         "static",     "static_assert", "static_cast",
                                                         "struct",     "switch",        "template",
                                                         "this",       "throw",         "true",
                                                         "try",        "typedef",       "typeid",
                                                         "typename",   "union",         "unsigned",
                                                         "using",      "virtual",       "void",
                                                         "volatile",   "wchar_t",       "while",
                                                         "xor",        "NULL"});
constexpr auto kSources = std::to_array<std::string_view>(
    {".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".h++", ".ipp", ".tpp", ".inl", ".ixx", ".cppm"});
// Generators of C, assemblers, linkers' lists of names, and languages that stand on C's names or, with Qt, call by name.
constexpr auto kUnreadable = std::to_array<std::string_view>({".y",   ".yy",   ".l",    ".ll",  ".s",   ".S",   ".asm", ".m",   ".mm",
                                                              ".cu",  ".cuh",  ".pyx",  ".pxd", ".def", ".map", ".sym", ".ver", ".inc",
                                                              ".tcc", ".h.in", ".c.in", ".i",   ".rc",  ".re",  ".qml", ".ui"});
constexpr auto kForeignToC = std::to_array<std::string_view>({".git", "node_modules"});

}  // namespace

std::optional<Language> CRules::language_of(std::string_view path) const {
  if (path.ends_with(".c")) return Language::c;
  if (path.ends_with(".h")) return headers_;
  const bool cpp = std::ranges::any_of(kSources, [&](std::string_view ending) { return path.ends_with(ending); });
  return cpp ? std::optional(Language::cpp) : std::nullopt;
}

std::span<const std::string_view> CRules::unreadable_extensions() const { return kUnreadable; }

std::span<const std::string_view> CRules::foreign_folders() const { return kForeignToC; }

bool CRules::is_keyword(std::string_view name) const { return std::ranges::find(kWords, name) != kWords.end() || name == "_"; }

bool CRules::is_identifier(Node node) const { return node.is_any({"identifier", "type_identifier", "namespace_identifier"}); }

Use CRules::use(const Project&, const Model& model, Node identifier) const {
  const Node parent = identifier.parent();
  const bool tag = parent.is_any({"struct_specifier", "union_specifier", "enum_specifier"}) && identifier.field() == "name";
  if (tag && model.tree->language() == Language::c) return {.role = Role::name, .space = Space::type};
  if (parent.is("preproc_params")) return {.role = Role::unrelated};
  if (parent.is("qualified_identifier") && !(identifier.field() == "scope")) return {.role = Role::unrelated};
  return {.role = Role::name, .space = model.tree->language() == Language::c ? Space::value : Space::both};
}

}  // namespace argosy::code
