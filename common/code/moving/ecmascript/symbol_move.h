// What changes when a top-level symbol of JavaScript or TypeScript moves: its text, its imports, those of everybody who takes it. One
// thread; what it is given must outlive it.
#pragma once

#include <string>
#include <vector>

#include "common/code/moving/ecmascript/import_writer.h"
#include "common/code/moving/ecmascript/piece.h"
#include "common/tasks/operations/moving.h"

namespace argosy::code::es {

class SymbolMove {
 public:
  SymbolMove(const Project& project, const Rules& rules, const tasks::MoveSymbol& request, const MovedPiece& piece, Resolver& resolver,
             Rewriter& rewriter);

  // Notes every change but those of a new file, whose text comes back; what cannot be decided is refused by the rewriter.
  std::string run(const std::vector<Site>& uses);
  // Names that the old file may no longer need.
  const std::vector<Taken>& taken() const { return taken_; }

 private:
  void bring();
  void bring(const Taken& need);
  bool is_there(const Taken& need, const WantedImport& wanted);
  WantedImport import_of(const Taken& need);
  void importer(const Model& model, const std::vector<Node>& nodes);
  void specifier(const Model& model, Node node);
  void moved_specifier(const Model& model, const FromStatement& one, std::size_t index);
  void through_module(const Model& model, const std::vector<Node>& members);
  void own_export(Node name);
  void own_use(const Model& model, Node node);
  void stars(const Model& model);
  void mocks(const Model& model);
  void leave();
  std::string arrive();
  std::string block(const std::string& ending) const;
  bool is_from_home(const Model& model, std::string_view module) const;
  // How a file writes the new file, given how it writes the old one; and without any sample. Empty: nobody knows.
  std::string spelled(const Model& model, const std::string& old) const;
  std::string plain(const std::string& importer, const std::string& module) const;
  std::string carried(const std::string& module) const;
  bool is_type() const { return piece_.type_only && is_typed(*piece_.model); }

  const Project& project_;
  const Rules& rules_;
  const tasks::MoveSymbol& request_;
  const MovedPiece& piece_;
  Resolver& resolver_;
  Rewriter& rewriter_;
  StatementWriter writer_;
  const Model* target_ = nullptr;
  std::vector<const Model*> samples_;  // files whose imports show how paths are written here
  std::vector<Taken> taken_;
  std::vector<WantedImport> brought_;
  bool offered_ = false;  // other files may take it from the old one
  bool used_there_ = false, still_used_ = false, starred_ = false, needs_target_ = false;
};

}  // namespace argosy::code::es
