// A top-level definition of Python as a piece of text, and what it takes from its file. One thread.
#pragma once

#include <string>
#include <vector>

#include "common/code/binding/values.h"
#include "common/code/moving/python/statements.h"
#include "common/code/moving/rewriter.h"

namespace argosy::code {

// The statement with its decorators, the comments right above it, and the rest of its last line.
struct MovedDefinition {
  const Model* model = nullptr;
  Node statement;
  std::size_t start = 0, end = 0;
  bool contains(std::size_t at) const { return at >= start && at < end; }
};

// Errors (B): symbol_not_found, symbol_ambiguous (several definitions, or one that only sometimes happens).
Result<MovedDefinition> find_definition(const Model& model, const std::string& name);

// One name that the definition takes from its file.
struct Need {
  std::string name;
  Node use;                  // the first
  const Binding* binding{};  // in the file's root
};

// What the definition needs, in the order of use. Refused: names that begin with _, names of the file about itself, `global`, and names
// that come with an import of everything.
std::vector<Need> needs_of(const Rules& rules, const Project& project, const MovedDefinition& definition, const std::string& name,
                           Rewriter& rewriter);

// Names that the definition takes from the language.
std::vector<std::string> builtins_of(const Rules& rules, const Project& project, const MovedDefinition& definition);

// Where imports end at the head of a file: the start of the line behind them.
std::size_t behind_imports(const Model& model);
std::string ending_of(std::string_view text);

}  // namespace argosy::code
