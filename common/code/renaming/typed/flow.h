// What a rename of a member does in the languages that declare the types of things (C, C++, Rust): find the type, look at every place where
// the name is written, write, read the result again. What a place means is the language's own matter. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/code/binding/project.h"
#include "common/code/renaming/findings.h"
#include "common/tasks/change.h"

namespace argosy::code::typed {

class Search {
 public:
  virtual ~Search() = default;
  // First: the type that the request names and that declares the member. Errors (B), with places: symbol_not_found, symbol_ambiguous,
  // receiver_unresolved (its name is not this project's to choose).
  virtual Result<void> find() = 0;
  virtual Findings run() = 0;
  // Where the type, or one that shares its members, declares the other name.
  virtual std::vector<Place> declared(const std::string& name) = 0;
};

// A search for request.from in that project, which outlives it.
using Make = std::function<std::unique_ptr<Search>(const Project&, const tasks::RenameSymbol&)>;

// Errors are those of rename.h.
Result<Edit> rename(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request, const Make& make);

}  // namespace argosy::code::typed
