// The scopes and bindings of a file of C or C++, in reading order.
#include "common/code/binding/binder.h"
#include "common/code/languages/c/c.h"
#include "common/code/languages/c/declarators.h"

namespace argosy::code {
namespace {

using c::Declared;

bool is_class(Node node) { return node.is_any({"struct_specifier", "union_specifier", "class_specifier"}); }

class CBinder final : public Binder {
 public:
  CBinder(const Tree& tree, std::string path) : Binder(tree, std::move(path)), cpp_(tree.language() == Language::cpp) {}

 private:
  std::optional<Scope> opened_by(Node node) const override {
    if (node.is_any({"function_definition", "compound_statement", "for_statement", "for_range_loop", "if_statement", "while_statement",
                     "switch_statement", "catch_clause", "lambda_expression"}))
      return Scope{.ordered = true};
    // The parameters of a definition belong to its body; those of any other declarator end with it.
    if (node.is_any({"function_declarator", "abstract_function_declarator"}) && !is_definition(node)) return Scope{.ordered = true};
    if (node.is_any({"template_declaration", "requires_expression", "template_template_parameter_declaration"}) ||
        (cpp_ && (is_body_of_class(node) || is_body_of_scoped_enum(node) || node.is("namespace_definition"))))
      return Scope{};
    return std::nullopt;
  }

  static bool is_body_of_class(Node node) { return node.is("field_declaration_list") && is_class(node.parent()); }
  static bool is_body_of_scoped_enum(Node node) {
    return node.is("enumerator_list") && (node.parent().child("class") || node.parent().child("struct"));
  }
  static bool is_definition(Node declarator) {
    Node node = declarator;
    while (node.parent().kind().ends_with("declarator") && !node.parent().is("function_declarator")) node = node.parent();
    if (node.parent().is("function_declarator")) return false;
    return node.parent().is_any({"function_definition", "lambda_expression"});
  }

  // A definition's own name, its type and a namespace's name stand outside of what they open.
  ScopeId scope_for(Node node) const override { return inside(node.parent()); }

  // What a template or a definition declares belongs to whatever is around it.
  ScopeId home(ScopeId scope) const {
    while (scope != kRootScope && model_.scopes[scope].node.is("template_declaration")) scope = model_.scopes[scope].parent;
    return scope;
  }
  bool is_block(ScopeId scope) const {
    const Node node = model_.scopes[scope].node;
    return scope != kRootScope && !node.is_any({"namespace_definition", "field_declaration_list"});
  }

  // `after`: what still means the outer one ends there; the name's own token where nothing is said.
  void bind(ScopeId scope, Node name, BindingKind kind, Node value = {}, Space space = Space::both, Node after = {}) {
    if (!name.is_any({"identifier", "type_identifier", "field_identifier"}) || (!cpp_ && name.is("field_identifier"))) return;
    Binding binding;
    binding.name = name;
    binding.kind = kind;
    binding.source = Source::thing;
    binding.value = value;
    binding.visible_from = after ? after.end() : name.start();
    if (!cpp_) binding.space = space == Space::both ? Space::value : space;
    model_.bind(scope, std::move(binding));
  }

  void visit(Node node, ScopeId scope) override {
    const auto kind = node.kind();
    if (kind == "declaration" || kind == "field_declaration") {
      declaration(node, home(scope));
    } else if (kind == "function_definition") {
      for (const Declared& name : c::declared(node.get("declarator")))
        bind_function(node.parent().is("compound_statement") ? kRootScope : home(scope), name.name, node);
    } else if (kind == "parameter_declaration" || kind == "optional_parameter_declaration" || kind == "variadic_parameter_declaration") {
      for (const Declared& name : c::declared(node.get("declarator"))) bind(scope, name.name, BindingKind::parameter);
    } else if (kind == "type_parameter_declaration" || kind == "variadic_type_parameter_declaration") {
      bind(scope, node.named_child(0), BindingKind::parameter);
    } else if (kind == "optional_type_parameter_declaration") {
      bind(scope, node.get("name"), BindingKind::parameter);
    } else if (kind == "type_definition") {
      for (const Node child : node.children())
        if (child.field() == "declarator")
          for (const Declared& name : c::declared(child)) bind(home(scope), name.name, BindingKind::klass, node);
    } else if (kind == "alias_declaration" || kind == "concept_definition") {
      bind(home(scope), node.get("name"), BindingKind::klass, node);
    } else if (is_class(node) || kind == "enum_specifier") {
      tag(node, home(scope));
    } else if (kind == "enumerator") {
      bind(home(scope), node.get("name"), BindingKind::constant, node);
    } else if (kind == "preproc_def" || kind == "preproc_function_def") {
      bind(kRootScope, node.get("name"), BindingKind::constant, node);
    } else if (kind == "for_range_loop") {
      for (const Declared& name : c::declared(node.get("declarator")))
        bind(inside(node), name.name, BindingKind::variable, {}, Space::both, node.get("right"));
    } else if (kind == "lambda_capture_initializer") {
      const Node lambda = node.around({"lambda_expression"});  // none in code that the grammar could not read
      bind(lambda ? inside(lambda) : scope, node.get("left"), BindingKind::variable, {}, Space::both, node.parent());
    } else if (kind == "parameter_list" && node.parent().parent().is("function_definition")) {
      for (const Node child : node.children())  // int f(a, b) int a, b; {}
        if (child.is("identifier")) bind(scope, child, BindingKind::parameter);
    }
  }

  void declaration(Node node, ScopeId scope) {
    const bool friendly = node.parent().is("friend_declaration");
    const bool block = is_block(scope);
    for (const Node child : node.children()) {
      if (child.field() != "declarator") continue;
      for (const Declared& name : c::declared(child)) {
        // Inside of a block these name what has linkage: something of the file.
        if (friendly || (block && (name.function || c::has_storage(node, "extern")))) continue;
        if (name.function)
          bind_function(scope, name.name, node);
        else
          bind(scope, name.name, scope == kRootScope ? BindingKind::constant : BindingKind::variable, node);
      }
    }
  }

  // A constructor has the name of its class: that is no new name.
  void bind_function(ScopeId scope, Node name, Node value) {
    const Node body = model_.scopes[scope].node;
    Node klass = body.is("field_declaration_list") ? body.parent().get("name") : Node();
    if (klass.is("template_type")) klass = klass.get("name");
    if (!klass || klass.text() != name.text()) bind(scope, name, BindingKind::function, value);
  }

  // struct name {...} and struct name; declare, struct name in a type only where nothing else did.
  void tag(Node node, ScopeId scope) {
    if (node.parent().is("friend_declaration")) return;
    Node name = node.get("name");
    if (!node.get("body") && node.field() == "type") return;
    if (name && !name.is("template_type")) bind(scope, name, BindingKind::klass, node, Space::type);
  }

  const bool cpp_;
};

}  // namespace

Model CRules::bind(const Tree& tree, std::string path) const {
  Model model = CBinder(tree, std::move(path)).run();
  model.is_module = true;
  return model;
}

}  // namespace argosy::code
