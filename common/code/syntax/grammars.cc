#include "common/code/syntax/grammars.h"

#include <array>

extern "C" {
const TSLanguage* tree_sitter_python(void);
const TSLanguage* tree_sitter_javascript(void);
const TSLanguage* tree_sitter_typescript(void);
const TSLanguage* tree_sitter_tsx(void);
const TSLanguage* tree_sitter_go(void);
const TSLanguage* tree_sitter_java(void);
const TSLanguage* tree_sitter_c(void);
const TSLanguage* tree_sitter_cpp(void);
const TSLanguage* tree_sitter_rust(void);
}

namespace argosy::code {

const TSLanguage* grammar_of(Language language) {
  static const std::array<const TSLanguage*, kLanguages> grammars{tree_sitter_python(), tree_sitter_javascript(), tree_sitter_typescript(),
                                                                  tree_sitter_tsx(),    tree_sitter_go(),         tree_sitter_java(),
                                                                  tree_sitter_c(),      tree_sitter_cpp(),        tree_sitter_rust()};
  return grammars[static_cast<std::size_t>(language)];
}

}  // namespace argosy::code
