// Types of Java on their way to another package or file: who means them, what they mean, and what must be written so that all of it stays.
// Used by rename_module and move_symbol. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/code/moving/java/imports.h"
#include "common/code/moving/java/units.h"
#include "common/code/moving/rewriter.h"
#include "common/code/refactor/imports/unused.h"
#include "common/code/refactor/rewrite.h"

namespace argosy::code::java {

// What moves: a whole unit, or a piece of it with one type.
struct Cargo {
  const Model* home = nullptr;
  std::vector<Type> types;
  std::size_t start = 0, end = 0;  // of the text that moves
  bool whole = true;               // all of the file
  bool leaves_strings = false;     // on the user's word strings stay as they are; else they are changed
  std::string to, package;         // where
  bool contains(Node token) const { return whole || (token.start() >= start && token.start() < end); }
  bool leaves_package() const { return home->package != package; }
  bool empties_home() const { return types_of(*home).size() == types.size(); }
};

class Relocation {
 public:
  Relocation(const Project& project, const Rules& rules, Cargo cargo, Force force)
      : project_(project), rules_(rules), cargo_(std::move(cargo)), force_(force) {}

  // Notes what must be written in files that stay, and refusals. Errors: those of the search for the types (rename.h).
  Result<void> run(Rewriter& rewriter);

  std::map<std::string, std::set<NewImport>> imports;  // of files that stay
  std::set<NewImport> needed;                          // of the text that moves, beyond its home's imports
  std::vector<Patch> inside;                           // in the text that moves, at places of its home
  bool is_unresolved = false;                          // it has names that an import of everything may bring

  // Whether the types are meant afterwards where they were, and nowhere else.
  Result<void> check(const Project& after) const;

 private:
  Result<void> uses_of(const Type& type, Rewriter& rewriter);
  void use(const Type& type, const Model& model, Node token, Rewriter& rewriter);
  void mention(const Site& site, Rewriter& rewriter);
  void replace(const Model& model, Node node, const std::string& text, Rewriter& rewriter);
  void needs(Rewriter& rewriter);
  void access(Rewriter& rewriter);
  void left_behind(Rewriter& rewriter);
  void descriptions(bool last, Rewriter& rewriter);
  bool is_moved(const Model& model, Node token) const { return model.path == cargo_.home->path && cargo_.contains(token); }

  const Project& project_;
  const Rules& rules_;
  const Cargo cargo_;
  const Force force_;
  std::map<std::string, std::vector<ImportedName>> dropped_;
  std::map<std::string, std::map<std::string, int>> expected_;  // uses, by type and path afterwards
};

}  // namespace argosy::code::java
