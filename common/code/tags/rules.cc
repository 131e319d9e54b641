#include "common/code/tags/rules.h"

#include "common/code/syntax/grammars.h"

namespace argosy::code {

LanguageRules::LanguageRules(Language language, std::initializer_list<std::initializer_list<RuleText>> tables, Hook hook, Exported exported)
    : grammar(grammar_of(language)), rules(ts_language_symbol_count(grammar)), hook(hook), exported(exported) {
  for (const auto& table : tables)
    for (const auto& text : table)
      // Grammars of one family share a table, and not every one has all of its nodes.
      if (const TSSymbol at = symbol(text.node); at != 0) rules[at] = {text.does, text.kind, text.opens, text.hook, field(text.field)};
}

TSSymbol LanguageRules::symbol(std::string_view node) const {
  return ts_language_symbol_for_name(grammar, node.data(), static_cast<std::uint32_t>(node.size()), true);
}

TSFieldId LanguageRules::field(std::string_view name) const {
  return name.empty() ? TSFieldId{0} : ts_language_field_id_for_name(grammar, name.data(), static_cast<std::uint32_t>(name.size()));
}

const LanguageRules& rules_of(Language language) {
  switch (language) {
    case Language::python:
      return python_tags();
    case Language::go:
      return go_tags();
    case Language::java:
      return java_tags();
    case Language::c:
    case Language::cpp:
      return c_tags(language);
    case Language::rust:
      return rust_tags();
    case Language::javascript:
    case Language::typescript:
    case Language::tsx:
      break;
  }
  return ecmascript_tags(language);
}

}  // namespace argosy::code
