#include "common/code/binding/binder.h"

#include <utility>

namespace argosy::code {

Binder::Binder(const Tree& tree, std::string path) : tree_(tree), inside_(tree.size(), kRootScope) {
  model_.path = std::move(path);
  model_.tree = &tree;
  model_.scopes.push_back({.parent = kRootScope, .node = tree.root()});
  model_.scope_of.assign(tree.size(), kRootScope);
}

Model Binder::run() {
  begin();
  for (NodeId id = 1; id < tree_.size(); ++id) {
    const Node node = tree_.node(id);
    const ScopeId scope = scope_for(node);
    model_.scope_of[id] = inside_[id] = scope;
    if (auto opened = opened_by(node)) {
      inside_[id] = static_cast<ScopeId>(model_.scopes.size());
      opened->parent = scope;
      opened->node = node;
      model_.scopes.push_back(std::move(*opened));
    }
    visit(node, scope);
  }
  end();
  return std::move(model_);
}

}  // namespace argosy::code
