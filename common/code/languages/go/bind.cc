// The scopes and bindings of a Go file, in reading order.
#include "common/code/binding/binder.h"
#include "common/code/languages/go/go.h"

namespace argosy::code {
namespace {

bool opens_scope(Node node) {
  return node.is_any({"function_declaration", "method_declaration", "func_literal", "function_type", "method_elem", "block", "if_statement",
                      "for_statement", "expression_switch_statement", "type_switch_statement", "select_statement", "expression_case",
                      "default_case", "type_case", "communication_case"}) ||
         (node.is_any({"type_spec", "type_alias"}) && node.get("type_parameters"));
}

class GoBinder final : public Binder {
 public:
  using Binder::Binder;

 private:
  std::optional<Scope> opened_by(Node node) const override {
    if (!opens_scope(node)) return std::nullopt;
    return Scope{.ordered = true};
  }

  ScopeId scope_for(Node node) const override {
    const Node parent = node.parent();
    const bool outside = node.field() == "name" && parent.is_any({"function_declaration", "type_spec", "type_alias"});
    return outside ? around(parent) : inside(parent);
  }

  void bind(ScopeId scope, Node name, BindingKind kind, std::uint32_t visible_from, Node value = {}) {
    if (!name.is_any({"identifier", "type_identifier", "package_identifier"}) || name.text() == "_") return;
    Binding binding;
    binding.name = name;
    binding.kind = kind;
    binding.source = Source::thing;
    binding.value = value;
    binding.visible_from = visible_from;
    model_.bind(scope, std::move(binding));
  }

  void bind_names(ScopeId scope, Node from, BindingKind kind, std::uint32_t visible_from) {
    for (Node child : from.children())
      if (child.field() == "name") bind(scope, child, kind, visible_from);
  }

  void bind_list(ScopeId scope, Node list, std::uint32_t visible_from) {
    for (Node child : list.children()) bind(scope, child, BindingKind::variable, visible_from);
  }

  void visit(Node node, ScopeId scope) override {
    const auto kind = node.kind();
    if (kind == "package_clause") {
      model_.package = std::string(node.named_child(0).text());
    } else if (kind == "import_spec") {
      import(node);
    } else if (kind == "function_declaration") {
      bind(scope, node.get("name"), BindingKind::function, 0, node);
    } else if (kind == "type_spec" || kind == "type_alias") {
      bind(scope, node.get("name"), BindingKind::klass, scope == kRootScope ? 0 : node.start(), node);
    } else if (kind == "const_spec" || kind == "var_spec") {
      bind_names(scope, node, scope == kRootScope ? BindingKind::constant : BindingKind::variable, scope == kRootScope ? 0 : node.end());
    } else if (kind == "parameter_declaration" || kind == "variadic_parameter_declaration" || kind == "type_parameter_declaration") {
      bind_names(scope, node, BindingKind::parameter, 0);
    } else if (kind == "short_var_declaration") {
      bind_list(scope, node.get("left"), node.end());
    } else if (kind == "range_clause" || kind == "receive_statement") {
      if (node.child(":=")) bind_list(scope, node.get("left"), node.end());
    } else if (kind == "type_switch_statement") {
      bind_list(inside(node), node.get("alias"), node.get("alias").end());
    } else if (kind == "method_declaration") {
      receiver_types(node);
    }
  }

  // func (r *List[T]) names the type parameters anew.
  void receiver_types(Node method) {
    const Node receiver = method.get("receiver");
    if (!receiver) return;  // the grammar made one up
    for (NodeId id = receiver.id(); id <= receiver.last_id(); ++id) {
      const Node node = tree_.node(id);
      if (node.is("type_identifier") && node.around({"type_arguments"}) && receiver.contains(node.around({"type_arguments"})))
        bind(inside(method), node, BindingKind::parameter, 0);
    }
  }

  void import(Node node) {
    const Node name = node.get("name");
    const std::string path(content_of(node.get("path").text()));
    if (name.is("dot")) {
      model_.star_imports.push_back(path);
    } else if (!name) {
      model_.plain_imports.push_back(path);
    } else if (name.is("package_identifier")) {
      Binding binding;
      binding.name = name;
      binding.kind = BindingKind::import;
      binding.source = Source::thing;
      binding.import = Import{path, ""};
      model_.bind(kRootScope, std::move(binding));
    }
  }
};

}  // namespace

Model GoRules::bind(const Tree& tree, std::string path) const {
  Model model = GoBinder(tree, std::move(path)).run();
  model.is_module = true;
  return model;
}

}  // namespace argosy::code
