// What the kinds of nodes of a grammar mean for tags: a table a language, resolved to the grammar's numbers once, so that the walk compares
// no names. What a table cannot say is a hook of its language. Used by walk.h and languages/. Any thread.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "common/code/tags/tags.h"

namespace argosy::code {

class Walk;

enum class Does : std::uint8_t {
  nothing,  // its children are read
  skip,     // they are not
  name,     // a use of a name, unless its parent declares it
  declare,  // the name in its field is declared here, and no use
  define,   // that, and it is a definition
  call,     // what its field, or else its first child, ends with is called
  callee,   // a called name with type arguments behind it: the first child is the name
  hook
};
// What stands inside of a definition: nothing, its members, or code.
enum class Opens : std::uint8_t { nothing, members, code };

struct RuleText {
  std::string_view node;
  Does does = Does::nothing;
  TagKind kind = TagKind::function;
  std::string_view field{};  // empty: any child
  Opens opens = Opens::nothing;
  std::uint8_t hook = 0;
};

struct Rule {
  Does does = Does::nothing;
  TagKind kind = TagKind::function;
  Opens opens = Opens::nothing;
  std::uint8_t hook = 0;
  TSFieldId field = 0;
};

struct LanguageRules {
  // Reads the node; returns whether its children are to be read, too.
  using Hook = bool (*)(Walk&, TSNode node, const Rule& rule);
  // Whether what is defined at `node` can be seen from outside.
  using Exported = bool (*)(const Walk&, TSNode node, std::string_view name);

  LanguageRules(Language language, std::initializer_list<std::initializer_list<RuleText>> tables, Hook hook, Exported exported);
  const Rule& of(TSSymbol symbol) const { return symbol < rules.size() ? rules[symbol] : rules[0]; }
  TSSymbol symbol(std::string_view node) const;  // 0: the grammar has none
  TSFieldId field(std::string_view name) const;

  const TSLanguage* grammar;
  std::vector<Rule> rules;  // by symbol; that of the end of the file does nothing
  Hook hook;
  Exported exported;
};

// Live as long as the program.
const LanguageRules& rules_of(Language language);

const LanguageRules& python_tags();
const LanguageRules& ecmascript_tags(Language language);
const LanguageRules& go_tags();
const LanguageRules& java_tags();
const LanguageRules& c_tags(Language language);
const LanguageRules& rust_tags();

}  // namespace argosy::code
