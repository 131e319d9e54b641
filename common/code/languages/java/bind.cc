// The scopes and bindings of a Java file, in reading order.
#include "common/code/binding/binder.h"
#include "common/code/languages/java/java.h"

namespace argosy::code {
namespace {

bool is_type(Node node) {
  return node.is_any(
      {"class_declaration", "interface_declaration", "enum_declaration", "record_declaration", "annotation_type_declaration"});
}

bool opens_scope(Node node) {
  return is_type(node) ||
         node.is_any({"class_body", "interface_body", "enum_body", "annotation_type_body", "method_declaration", "constructor_declaration",
                      "compact_constructor_declaration", "constructor_body", "block", "lambda_expression", "for_statement",
                      "enhanced_for_statement", "try_with_resources_statement", "catch_clause", "switch_block", "static_initializer"});
}

// Members of a type are known in all of it, locals from their declaration on.
bool is_ordered(Node node) {
  return node.is_any({"constructor_body", "block", "for_statement", "try_with_resources_statement", "switch_block", "static_initializer"});
}

class JavaBinder final : public Binder {
 public:
  using Binder::Binder;

 private:
  std::optional<Scope> opened_by(Node node) const override {
    if (!opens_scope(node)) return std::nullopt;
    return Scope{.ordered = is_ordered(node)};
  }

  ScopeId scope_for(Node node) const override {
    const Node parent = node.parent();
    return node.field() == "name" && is_type(parent) ? around(parent) : inside(parent);
  }

  void bind(ScopeId scope, Node name, BindingKind kind, Space space, std::uint32_t visible_from, Node value = {}) {
    if (!name.is_any({"identifier", "type_identifier"})) return;
    Binding binding;
    binding.name = name;
    binding.kind = kind;
    binding.source = Source::thing;
    binding.value = value;
    binding.space = space;
    binding.visible_from = visible_from;
    model_.bind(scope, std::move(binding));
  }

  void value(ScopeId scope, Node name, std::uint32_t visible_from = 0) {
    bind(scope, name, BindingKind::variable, Space::value, visible_from);
  }

  void visit(Node node, ScopeId scope) override {
    const auto kind = node.kind();
    if (kind == "package_declaration") {
      for (Node child : node.children())
        if (child.is_any({"scoped_identifier", "identifier"})) model_.package = std::string(child.text());
    } else if (kind == "import_declaration") {
      import(node);
    } else if (is_type(node)) {
      bind(scope, node.get("name"), BindingKind::klass, Space::type, node.start(), node);
    } else if (kind == "type_parameter") {
      bind(scope, node.child("type_identifier"), BindingKind::variable, Space::type, 0);
    } else if (kind == "variable_declarator") {
      const bool local = node.parent().is("local_variable_declaration");
      value(scope, node.get("name"), local ? node.start() : 0);
    } else if (kind == "formal_parameter" || kind == "catch_formal_parameter" || kind == "enum_constant") {
      value(scope, node.get("name"));
    } else if (kind == "resource" || kind == "instanceof_expression") {
      value(scope, node.get("name"), node.start());
    } else if (kind == "enhanced_for_statement") {
      value(inside(node), node.get("name"));
    } else if (kind == "type_pattern" || kind == "record_pattern_component") {
      value(scope, node.child("identifier"), node.start());
    } else if (kind == "lambda_expression") {
      value(inside(node), node.get("parameters"));
    } else if (kind == "inferred_parameters") {
      for (Node child : node.children()) value(scope, child);
    }
  }

  void import(Node node) {
    const Node path = node.child("scoped_identifier");
    if (node.child("asterisk")) {
      model_.star_imports.emplace_back((path ? path : node.child("identifier")).text());
      return;
    }
    if (!path) return;
    Binding binding;
    binding.name = path.get("name");
    binding.kind = BindingKind::import;
    binding.source = Source::thing;
    binding.import = Import{std::string(path.get("scope").text()), std::string(path.get("name").text())};
    binding.space = node.child("static") ? Space::both : Space::type;
    model_.bind(kRootScope, std::move(binding));
  }
};

}  // namespace

Model JavaRules::bind(const Tree& tree, std::string path) const {
  Model model = JavaBinder(tree, std::move(path)).run();
  model.is_module = true;
  return model;
}

}  // namespace argosy::code
