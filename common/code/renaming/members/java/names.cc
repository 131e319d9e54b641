// What plain names mean in Java: scopes, the members of the classes around with what they inherit, static imports.
#include <algorithm>

#include "common/code/renaming/members/java/expressions.h"

namespace argosy::code::java_members {

namespace {

// Whether a variable of a pattern may mean nothing at the place: behind its statement, or where the condition did not hold.
bool is_loose(Node token, Node at) {
  if (!token.parent().is_any({"instanceof_expression", "type_pattern", "record_pattern_component"})) return false;
  Node statement = token.parent();
  while (statement && !statement.kind().ends_with("_statement") &&
         !statement.is_any(
             {"local_variable_declaration", "switch_rule", "switch_block_statement_group", "field_declaration", "lambda_expression"}))
    statement = statement.parent();
  return !statement || !statement.contains(at) || (statement.get("alternative") && statement.get("alternative").contains(at));
}

}  // namespace

// The last one wins: patterns of one `if` after the other bind the same name anew.
Node Expressions::bound(const Model& model, ScopeId id, Node at, std::string_view name, Node& loose) {
  const auto* bindings = model.find(id, name);
  if (bindings == nullptr) return {};
  for (std::size_t i = bindings->size(); i-- > 0;) {
    const Binding& binding = (*bindings)[i];
    if (!overlap(binding.space, Space::value) || binding.kind == BindingKind::import) continue;
    if (model.scopes[id].ordered && binding.visible_from > at.start()) continue;
    if (!is_loose(binding.name, at)) return binding.name;
    loose = binding.name;
  }
  return {};
}

Variable Expressions::variable(const Model& model, Node at, std::string_view name) {
  bool open = false, lost = false;
  Node loose;
  const auto found_as = [&](Variable::Kind kind, const Model* where, Node token, Node klass) {
    return open || loose ? Variable{.kind = Variable::unsure} : Variable{kind, where, token, klass};
  };
  for (ScopeId id = model.scope_of[at.id()];; id = model.scopes[id].parent) {
    const Scope& scope = model.scopes[id];
    if (const Node token = bound(model, id, at, name, loose)) {
      // A method binds nothing: what stands in a body is a field, a constant or a component.
      if (scope.node.is("record_declaration")) return found_as(Variable::member, &model, token, scope.node);
      if (is_body(scope.node)) return found_as(Variable::member, &model, token, scope.node.parent());
      return found_as(Variable::local, &model, token, {});
    }
    if (is_body(scope.node)) {
      const Members found = types_.members({.kind = Type::ours, .model = &model, .node = scope.node.parent()}, name, false);
      if (!found.found.empty())
        return found_as(Variable::member, found.found.front().model, found.found.front().token, found.found.front().klass);
      open = open || found.open;
      lost = lost || found.lost;
    }
    if (id == kRootScope) break;
  }
  if (const Members found = imported(model, name, false); !found.found.empty())
    return found_as(Variable::member, found.found.front().model, found.found.front().token, found.found.front().klass);
  if (lost) return {.kind = Variable::unsure};
  return loose ? Variable{Variable::local, &model, loose, {}} : Variable{};
}

Members Expressions::method(const Model& model, Node at, std::string_view name) {
  bool open = false, lost = false;
  for (Type klass = around(model, at); klass.node; klass = around(model, klass.node)) {
    Members found = types_.members(klass, name, true);
    if (!found.found.empty()) {
      found.hidden = open;
      return found;
    }
    open = open || found.open;
    lost = lost || found.lost;
  }
  Members found = imported(model, name, true);
  found.hidden = found.open = open;
  found.lost = lost;
  return found;
}

Members Expressions::imported(const Model& model, std::string_view name, bool methods) {
  if (const auto* bindings = model.find(kRootScope, name))
    for (const Binding& binding : *bindings)
      if (binding.kind == BindingKind::import && binding.space == Space::both)
        if (Members found = types_.members(types_.qualified(binding.import->module), name, methods); !found.found.empty()) return found;
  for (const std::string& star : model.star_imports)
    if (const Type klass = types_.qualified(star); klass.kind == Type::ours)
      if (Members found = types_.members(klass, name, methods); !found.found.empty()) return found;
  return {};
}

}  // namespace argosy::code::java_members
