// Who takes the symbol that moves: imports, exports, namespaces.
#include <algorithm>

#include "common/code/binding/values.h"
#include "common/code/moving/ecmascript/symbol_move.h"

namespace argosy::code::es {

bool SymbolMove::is_from_home(const Model& model, std::string_view module) const {
  const auto& found = project_.resolve(model, module);
  return std::ranges::find(found, request_.from) != found.end();
}

void SymbolMove::importer(const Model& model, const std::vector<Node>& nodes) {
  std::vector<Node> members;
  for (const Node& node : nodes) {
    if (model.path == request_.from && piece_.contains(node.start())) continue;
    const Use use = rules_.use(project_, model, node);
    if (node.parent().is_any({"import_specifier", "export_specifier"}) && use.role == Role::import_name)
      specifier(model, node);
    else if (use.role == Role::import_name || use.role == Role::destructured)
      rewriter_.refuse("import_unresolved", model, node);  // mocks, require, import()
    else if (use.role == Role::member)
      members.push_back(node.parent());
    else
      own_use(model, node);
  }
  through_module(model, members);
  if (model.path == request_.to) used_there_ = used_there_ || !members.empty();
  mocks(model);
}

// The name as a variable of the file.
void SymbolMove::own_use(const Model& model, Node node) {
  const bool home = model.path == request_.from;
  if (home && node.parent().is("export_specifier")) return own_export(node);
  if (is_written(node) || (home && node.parent().is("export_statement"))) return rewriter_.refuse("import_unresolved", model, node);
  if (home) still_used_ = true;
  if (model.path == request_.to) used_there_ = true;
}

// export { name }: the definition says so itself where it goes.
void SymbolMove::own_export(Node name) {
  const Model& model = *piece_.model;
  const Node statement = name.around({"export_statement"});
  FromStatement one{.node = statement, .source = {}};
  for (Node child : statement.child("export_clause").children())
    if (child.is("export_specifier")) one.names.push_back({child, child.get("name"), child.get("alias")});
  for (std::size_t i = 0; i < one.names.size(); ++i)
    if (one.names[i].name == name) {
      if (one.names[i].alias) return rewriter_.refuse("import_unresolved", model, one.names[i].node);
      writer_.take_out(model, one, i);
    }
}

// import { name } from "old", export { name } from "old"
void SymbolMove::specifier(const Model& model, Node node) {
  const Node statement = node.around({"import_statement", "export_statement"});
  for (const FromStatement& one : from_statements(model))
    for (std::size_t i = 0; i < one.names.size(); ++i) {
      if (one.node != statement || !one.names[i].node.contains(node)) continue;
      if (!is_from_home(model, one.module())) return;  // through another file, which follows itself
      if (project_.resolve(model, one.module()).size() != 1) return rewriter_.refuse("import_unresolved", model, one.source);
      return moved_specifier(model, one, i);
    }
  rewriter_.refuse("import_unresolved", model, node);  // inside a namespace
}

void SymbolMove::moved_specifier(const Model& model, const FromStatement& one, std::size_t index) {
  const Specifier& name = one.names[index];
  if (model.path == request_.to) {
    // What it took it now has.
    if (name.alias) return rewriter_.refuse("import_unresolved", model, name.node);
    return writer_.take_out(model, one, index);
  }
  const std::string module = spelled(model, one.module());
  if (module.empty()) return rewriter_.refuse("import_unresolved", model, one.source);
  bool joins = false;
  for (const FromStatement& other : from_statements(model)) {
    if (project_.resolve(model, other.module()) != std::vector{request_.to}) continue;
    // It comes with all the rest of the new file.
    if (one.exports && other.is_star() && !name.alias && (!other.type || one.type)) return writer_.take_out(model, one, index);
    joins = joins || (!other.names.empty() && other.exports == one.exports && other.type == one.type);
  }
  if (one.names.size() == 1 && !one.plain && !joins)
    return rewriter_.replace(model.path, one.source.start() + 1, one.source.end() - 1, module);
  writer_.take_out(model, one, index);
  writer_.add(model, {.module = module, .text = std::string(name.node.text()), .type = one.type, .exports = one.exports},
              line_behind(model.tree->text(), one.node.end()));
}

// module.name becomes name, with an import of its own.
void SymbolMove::through_module(const Model& model, const std::vector<Node>& members) {
  std::vector<Node> ours;
  for (const Node& member : members) {
    const Node object = member.is("nested_type_identifier") ? member.get("module") : member.get("object");
    const auto* bindings = look_up(model, object, object.text(), Space::both).bindings;
    const bool space = object.is("identifier") && bindings != nullptr && bindings->size() == 1 &&
                       bindings->front().kind == BindingKind::import && bindings->front().import->name.empty();
    if (space && !is_from_home(model, bindings->front().import->module)) continue;  // through another file, which follows itself
    const Node parent = member.parent();
    const bool tag = parent.kind().starts_with("jsx_") && (request_.name.front() < 'A' || request_.name.front() > 'Z');
    // require, import() and modules handed on as values, which other files may take apart.
    if (!space || tag || is_written(member) || model.path == request_.from || parent.is("unary_expression"))
      rewriter_.refuse("import_unresolved", model, member);
    else
      ours.push_back(member);
  }
  if (ours.empty()) return;
  const auto* root = model.find(kRootScope, request_.name);
  const bool bound = root != nullptr && resolver_.of_root(model) == Verdict::ours;
  for (ScopeId id = bound ? 1 : 0; id < model.scopes.size(); ++id)
    if (const auto hit = model.scopes[id].variables.find(request_.name);
        hit != model.scopes[id].variables.end() && model.path != request_.to)
      return rewriter_.refuse("name_taken", model, hit->second.front().name);
  for (const Node& member : ours) rewriter_.replace(model, member, request_.name);
  if (bound || model.path == request_.to) return;
  const std::string module = plain(model.path, request_.to);
  if (module.empty()) return rewriter_.refuse("import_unresolved", model, ours.front());
  writer_.add(model, {.module = module, .text = request_.name, .type = is_type()}, behind_head(model));
}

// What hands on all of the old file hands the symbol on as before; what holds the old file as a value cannot be followed.
void SymbolMove::stars(const Model& model) {
  if (!offered_ || model.path == request_.to) return;
  bool from_target = false;
  const FromStatement* from_home = nullptr;
  const auto all = from_statements(model);
  for (const FromStatement& one : all) {
    if (one.is_star() && project_.resolve(model, one.module()) == std::vector{request_.to})
      from_target = from_target || !one.type || is_type();
    if (!is_from_home(model, one.module())) continue;
    if (one.is_star()) from_home = &one;
    if (one.exports && one.space) rewriter_.refuse("import_unresolved", model, one.node);
    if (one.exports || !one.space) continue;
    const Node name = one.space.child("identifier");
    for (NodeId id = 0; id < model.tree->size(); ++id) {
      const Node node = model.tree->node(id);
      if (!rules_.is_identifier(node) || node.text() != name.text() || one.node.contains(node)) continue;
      const Use use = rules_.use(project_, model, node);
      if (use.role == Role::member || use.role == Role::unrelated || look_up(model, node, name.text(), Space::both).scope != kRootScope)
        continue;
      const bool receiver = (node.field() == "object" || node.field() == "module") &&
                            node.parent().is_any({"member_expression", "nested_identifier", "nested_type_identifier"});
      if (!receiver) rewriter_.refuse("import_unresolved", model, node);
    }
  }
  if (from_home == nullptr) return;
  starred_ = true;
  if (from_target || resolver_.of_module(model.path) != Verdict::ours ||
      std::ranges::any_of(model.exports, [&](const Export& entry) { return entry.name == request_.name; }))
    return;
  const std::string module = spelled(model, from_home->module());
  if (module.empty() || project_.resolve(model, from_home->module()).size() != 1)
    return rewriter_.refuse("import_unresolved", model, from_home->source);
  writer_.add(model, {.module = module, .text = request_.name, .type = is_type() || from_home->type, .exports = true},
              line_behind(model.tree->text(), from_home->node.end()));
}

// A test that replaces the old file by something else means this symbol of it, too.
void SymbolMove::mocks(const Model& model) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (!node.is("string") || !node.parent().is("arguments") || node.parent().named_child(0) != node) continue;
    const auto callee = node.parent().parent().get("function").text();
    const bool mock = callee.starts_with("jest.") || callee.starts_with("vi.") || callee.starts_with("mock.");
    if (mock && is_from_home(model, content_of(node.text()))) rewriter_.refuse("import_unresolved", model, node);
  }
}

}  // namespace argosy::code::es
