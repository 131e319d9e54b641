// The scopes and bindings of a Java file, in reading order.
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

class Binder {
 public:
  Binder(const Tree& tree, Model& model) : tree_(tree), model_(model), inside_(tree.size(), kRootScope) {}

  void run() {
    model_.scopes.push_back({.parent = kRootScope, .node = tree_.root()});
    model_.scope_of.assign(tree_.size(), kRootScope);
    for (NodeId id = 1; id < tree_.size(); ++id) {
      const Node node = tree_.node(id), parent = node.parent();
      const bool outside = node.field() == "name" && is_type(parent);
      const ScopeId scope = outside ? model_.scope_of[parent.id()] : inside_[parent.id()];
      model_.scope_of[id] = inside_[id] = scope;
      if (opens_scope(node)) {
        inside_[id] = static_cast<ScopeId>(model_.scopes.size());
        model_.scopes.push_back({.parent = scope, .node = node, .ordered = is_ordered(node)});
      }
      visit(node, scope);
    }
  }

 private:
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

  void visit(Node node, ScopeId scope) {
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
      value(inside_[node.id()], node.get("name"));
    } else if (kind == "type_pattern" || kind == "record_pattern_component") {
      value(scope, node.child("identifier"), node.start());
    } else if (kind == "lambda_expression") {
      value(inside_[node.id()], node.get("parameters"));
    } else if (kind == "inferred_parameters") {
      for (Node child : node.children()) value(scope, child);
    }
  }

  void import(Node node) {
    const Node path = node.child("scoped_identifier");
    if (!path) return;
    if (node.child("asterisk")) {
      model_.star_imports.emplace_back(path.text());
      return;
    }
    Binding binding;
    binding.name = path.get("name");
    binding.kind = BindingKind::import;
    binding.source = Source::thing;
    binding.import = Import{std::string(path.get("scope").text()), std::string(path.get("name").text())};
    binding.space = node.child("static") ? Space::both : Space::type;
    model_.bind(kRootScope, std::move(binding));
  }

  const Tree& tree_;
  Model& model_;
  std::vector<ScopeId> inside_;  // by node: the scope of what stands in it
};

}  // namespace

Model JavaRules::bind(const Tree& tree, std::string path) const {
  Model model;
  model.path = std::move(path);
  model.tree = &tree;
  model.is_module = true;
  Binder(tree, model).run();
  return model;
}

}  // namespace argosy::code
