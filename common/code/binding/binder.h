// What the binders of all languages do alike: one walk over a file in reading order, which opens scopes and knows the scope of every
// token before what stands in it is looked at. A language says which nodes open a scope, what stands outside of it all the same, and what
// binds. One thread; the tree must outlive the model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/code/binding/model.h"

namespace argosy::code {

class Binder {
 public:
  Binder(const Tree& tree, std::string path);
  Binder(const Binder&) = delete;
  Binder& operator=(const Binder&) = delete;

  // Once: the model moves out.
  Model run();

 protected:
  ~Binder() = default;

  // What the node opens for all that stands in it, or nothing. Who calls it fills in the node and the scope around.
  virtual std::optional<Scope> opened_by(Node node) const = 0;
  // The scope that the node stands in: mostly the one inside its parent, but a function's own name is known outside of it.
  virtual ScopeId scope_for(Node node) const = 0;
  // Binds what the node declares; its scopes are known, those of the nodes behind it are not.
  virtual void visit(Node node, ScopeId scope) = 0;
  // Before the first visit and after the last, for what does not stand in reading order.
  virtual void begin() {}
  virtual void end() {}

  ScopeId around(Node node) const { return model_.scope_of[node.id()]; }
  ScopeId inside(Node node) const { return inside_[node.id()]; }

  const Tree& tree_;
  Model model_;

 private:
  std::vector<ScopeId> inside_;  // by node: the scope of what stands in it
};

}  // namespace argosy::code
