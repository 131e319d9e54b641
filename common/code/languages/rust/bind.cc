// The scopes and bindings of a Rust file, in reading order.
#include "common/code/binding/binder.h"
#include "common/code/languages/rust/rust.h"

namespace argosy::code {
namespace {

bool is_item(Node node) {
  return node.is_any({"function_item", "function_signature_item", "struct_item", "enum_item", "union_item", "trait_item", "type_item",
                      "const_item", "static_item", "mod_item"});
}

class RustBinder final : public Binder {
 public:
  using Binder::Binder;

 private:
  std::optional<Scope> opened_by(Node node) const override {
    if (node.is_any({"block", "closure_expression", "match_arm", "for_expression", "impl_item"}) || is_item(node))
      return Scope{.ordered = true};
    return std::nullopt;
  }

  ScopeId scope_for(Node node) const override {
    const Node parent = node.parent();
    return node.field() == "name" && is_item(parent) ? around(parent) : inside(parent);
  }

  void bind(ScopeId scope, Node name, BindingKind kind, std::uint32_t visible_from, Space space, Node value = {}) {
    Binding binding;
    binding.name = name;
    binding.kind = kind;
    binding.source = Source::thing;
    binding.value = value;
    binding.visible_from = visible_from;
    binding.space = space;
    model_.bind(scope, std::move(binding));
  }

  // Names that begin with a capital are constants and types by the compiler's own lints: a pattern compares with them.
  static bool binds(Node node) {
    const auto text = node.text();
    if (text.empty() || std::isupper(static_cast<unsigned char>(text.front())) || text == "_") return false;
    if (node.is("shorthand_field_identifier")) return true;
    const Node parent = node.parent();
    const bool path = parent.is_any({"scoped_identifier", "range_pattern", "macro_invocation", "token_tree"});
    return node.is("identifier") && !path && node.field() != "type";
  }

  void pattern(ScopeId scope, Node from, std::uint32_t visible_from, BindingKind kind = BindingKind::variable) {
    for (NodeId id = from.id(); from && id <= from.last_id(); ++id)
      if (const Node node = tree_.node(id); binds(node)) bind(scope, node, kind, visible_from, Space::value);
  }

  void visit(Node node, ScopeId scope) override {
    const auto kind = node.kind();
    if (is_item(node)) {
      item(node, scope);
    } else if (kind == "let_declaration") {
      pattern(scope, node.get("pattern"), node.end());
    } else if (kind == "parameter" || kind == "self_parameter") {
      pattern(scope, node.get("pattern"), 0, BindingKind::parameter);
    } else if (kind == "closure_parameters") {
      for (const Node child : node.children())
        if (!child.is("parameter")) pattern(scope, child, 0, BindingKind::parameter);
    } else if (kind == "for_expression") {
      // Bound for the body: what is gone through still means what is outside.
      pattern(inside(node), node.get("pattern"), node.get("value").end());
    } else if (kind == "match_pattern") {
      for (const Node child : node.children())
        if (child.field() != "condition") pattern(scope, child, 0);
    } else if (kind == "type_parameters") {
      generics(node, scope);
    } else if (kind == "block") {
      conditions(node);
    }
  }

  // if let Some(name) = value {}: known in the block alone.
  void conditions(Node block) {
    const Node owner = block.parent();
    const bool consequence = owner.is("if_expression") && block.field() == "consequence";
    if (!consequence && !(owner.is("while_expression") && block.field() == "body")) return;
    const Node condition = owner.get("condition");
    for (NodeId id = condition.id(); condition && id <= condition.last_id(); ++id)
      if (const Node let = tree_.node(id); let.is("let_condition")) pattern(inside(block), let.get("pattern"), 0);
  }

  void generics(Node node, ScopeId scope) {
    for (const Node child : node.children()) {
      Node name = child;
      while (name.is_any({"optional_type_parameter", "constrained_type_parameter"})) name = name.get(name.get("left") ? "left" : "name");
      if (name.is("const_parameter")) name = name.get("name");
      if (name.is_any({"type_identifier", "identifier"})) bind(scope, name, BindingKind::parameter, 0, Space::both);
    }
  }

  // Items of blocks; those of modules are no variables of a scope (renaming/paths).
  void item(Node node, ScopeId scope) {
    const Node name = node.get("name");
    if (!name || !model_.scopes[scope].node.is("block")) return;
    const bool function = node.is_any({"function_item", "function_signature_item"});
    const bool value = function || node.is_any({"const_item", "static_item"});
    bind(scope, name,
         function ? BindingKind::function
         : value  ? BindingKind::constant
                  : BindingKind::klass,
         0,
         value                    ? Space::value
         : node.is("struct_item") ? Space::both
                                  : Space::type,
         node);
  }
};

}  // namespace

Model RustRules::bind(const Tree& tree, std::string path) const {
  Model model = RustBinder(tree, std::move(path)).run();
  model.is_module = true;
  return model;
}

}  // namespace argosy::code
