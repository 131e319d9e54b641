// The scopes and bindings of a JavaScript or TypeScript file, in reading order.
#include <algorithm>

#include "common/code/binding/binder.h"
#include "common/code/languages/ecmascript/ecmascript.h"

namespace argosy::code {
namespace {

bool is_function(Node node) {
  return node.is_any({"function_declaration", "generator_function_declaration", "function_expression", "generator_function",
                      "arrow_function", "method_definition", "function_signature", "method_signature", "abstract_method_signature",
                      "call_signature", "construct_signature", "function_type", "constructor_type"});
}

bool is_namespace(Node node) { return node.is_any({"internal_module", "module"}) && node.named(); }

// A name written here is seen outside: function f, class C, namespace N.
bool declares_outside(Node node) {
  return node.is_any({"function_declaration", "generator_function_declaration", "function_signature", "class_declaration",
                      "abstract_class_declaration", "interface_declaration", "type_alias_declaration"}) ||
         is_namespace(node);
}

bool opens_scope(Node node) {
  return is_function(node) || is_namespace(node) ||
         node.is_any({"statement_block", "for_statement", "for_in_statement", "switch_body", "catch_clause", "class", "class_declaration",
                      "abstract_class_declaration", "interface_declaration", "type_alias_declaration", "object_type", "conditional_type"});
}

class EcmaScriptBinder final : public Binder {
 public:
  using Binder::Binder;

 private:
  std::optional<Scope> opened_by(Node node) const override {
    if (!opens_scope(node)) return std::nullopt;
    return Scope{};
  }

  ScopeId scope_for(Node node) const override {
    const Node parent = node.parent();
    // A type that is inferred in a condition is known only where the condition holds.
    const bool outside = (node.field() == "name" && declares_outside(parent)) ||
                         (parent.is("conditional_type") && (node.field() == "left" || node.field() == "alternative"));
    return outside ? around(parent) : inside(parent);
  }

  // Assignments add to variables that may be declared further down.
  void end() override {
    for (NodeId id = 1; id < tree_.size(); ++id)
      if (tree_.node(id).is("assignment_expression")) assignment(tree_.node(id));
  }

  // The scope that `var` declares in: a function's body, which its parameters' defaults do not see.
  ScopeId function_scope(ScopeId scope) const {
    const auto is_body = [](Node node) {
      return node.is("statement_block") &&
             (is_function(node.parent()) || is_namespace(node.parent()) || node.parent().is("class_static_block"));
    };
    while (scope != kRootScope && !is_body(model_.scopes[scope].node)) scope = model_.scopes[scope].parent;
    return scope;
  }

  static Binding binding(BindingKind kind, Source source, Node value, Node type = {}, Space space = Space::value) {
    Binding out;
    out.kind = kind;
    out.source = source;
    out.value = value;
    out.type = type;
    out.space = space;
    return out;
  }

  void bind(ScopeId scope, Node name, Binding binding) {
    if (!name || model_.bound_at.contains(name.id())) return;
    binding.name = name;
    model_.bind(scope, std::move(binding));
  }

  // Every name of a pattern. `{ name } = value` takes a member of the value, which the pattern's own shape knows.
  void bind_pattern(ScopeId scope, Node pattern, const Binding& like) {
    if (pattern.is_any({"identifier"})) return bind(scope, pattern, like);
    for (NodeId id = pattern.id(); id <= pattern.last_id(); ++id) {
      const Node node = tree_.node(id);
      if (node.is_any({"member_expression", "subscript_expression", "call_expression", "computed_property_name"}) ||
          (node.field() == "right" && node.parent().is_any({"assignment_pattern", "object_assignment_pattern"}))) {
        id = node.last_id();
        continue;
      }
      Binding one = like;
      one.type = {};
      if (node.is("shorthand_property_identifier_pattern")) {
        one.source = Source::member;
        one.value = node.parent().is("object_assignment_pattern") ? node.parent().parent() : node.parent();
      } else if (node.is("identifier")) {
        one.source = node.parent().is("rest_pattern") ? Source::thing : like.source == Source::thing ? Source::thing : Source::unknown;
      } else {
        continue;
      }
      bind(scope, node, one);
    }
  }

  void visit(Node node, ScopeId scope) override {
    const auto kind = node.kind();
    const Node name = node.get("name");
    if (kind == "function_declaration" || kind == "generator_function_declaration" || kind == "function_signature") {
      bind(scope, name, binding(BindingKind::function, Source::thing, node));
    } else if (kind == "function_expression" || kind == "generator_function") {
      bind(inside(node), name, binding(BindingKind::function, Source::thing, node));
    } else if (kind == "class_declaration" || kind == "abstract_class_declaration") {
      bind(scope, name, binding(BindingKind::klass, Source::thing, node, {}, Space::both));
    } else if (kind == "class") {
      bind(inside(node), name, binding(BindingKind::klass, Source::thing, node, {}, Space::both));
    } else if (kind == "enum_declaration") {
      bind(scope, name, binding(BindingKind::klass, Source::thing, node, {}, Space::both));
    } else if (kind == "interface_declaration" || kind == "type_alias_declaration") {
      bind(scope, name, binding(BindingKind::klass, Source::thing, node, {}, Space::type));
    } else if (kind == "type_parameter" || kind == "mapped_type_clause") {
      bind(scope, name, binding(BindingKind::variable, Source::unknown, {}, {}, Space::type));
    } else if (kind == "infer_type") {
      bind(scope, node.named_child(0), binding(BindingKind::variable, Source::unknown, {}, {}, Space::type));
    } else if (is_namespace(node)) {
      if (name.is("identifier")) bind(scope, name, binding(BindingKind::klass, Source::thing, node, {}, Space::both));
    } else if (kind == "variable_declarator") {
      variable(node, scope);
    } else if (kind == "for_in_statement") {
      if (node.get("kind"))
        bind_pattern(node.get("kind").text() == "var" ? function_scope(scope) : inside(node), node.get("left"),
                     binding(BindingKind::variable, Source::unknown, {}));
    } else if (kind == "catch_clause") {
      bind_pattern(inside(node), node.get("parameter"), binding(BindingKind::variable, Source::thing, {}));
    } else if (kind == "formal_parameters") {
      for (Node child : node.children())
        if (child.named() && !child.is("comment")) parameter(child, scope);
    } else if (kind == "arrow_function") {
      if (const Node single = node.get("parameter")) bind(inside(node), single, binding(BindingKind::parameter, Source::unknown, {}));
    } else if (kind == "import_statement" || kind == "import_alias") {
      import(node, scope);
    } else if (kind == "public_field_definition" || kind == "field_definition") {
      const Node property = kind == "field_definition" ? node.get("property") : name;
      if (property.is("property_identifier")) member(node.parent().parent(), property, node.get("value"), node.get("type"));
    }
  }

  // What this.name holds, as far as the declaration tells.
  void member(Node klass, Node name, Node value, Node type) {
    if (!value && !type) return;
    Binding field = binding(BindingKind::variable, value ? Source::expression : Source::unknown, value, type);
    field.name = name;
    model_.members[{klass.id(), name.text()}].push_back(std::move(field));
  }

  void parameter(Node node, ScopeId scope) {
    // constructor(private name: Type) declares a field too.
    if (node.child("accessibility_modifier") || node.child("readonly"))
      member(node.around({"class", "class_declaration", "abstract_class_declaration"}), node.get("pattern"), {}, node.get("type"));
    const Node pattern = node.is_any({"required_parameter", "optional_parameter"}) ? node.get("pattern")
                         : node.is("assignment_pattern")                           ? node.get("left")
                                                                                   : node;
    const bool rest = pattern.is("rest_pattern");
    bind_pattern(scope, pattern, binding(BindingKind::parameter, rest ? Source::thing : Source::unknown, {}, node.get("type")));
  }

  void variable(Node node, ScopeId scope) {
    const Node name = node.get("name"), value = node.get("value");
    if (node.parent().is("variable_declaration")) scope = function_scope(scope);
    // Without a value it is undefined until it is assigned.
    Binding like = binding(scope == kRootScope ? BindingKind::constant : BindingKind::variable, Source::expression, value ? value : node,
                           node.get("type"));
    if (value.is_any({"arrow_function", "function_expression", "generator_function"})) like.kind = BindingKind::function;
    if (value.is("class")) {
      like.kind = BindingKind::klass;
      like.space = Space::both;
    }
    // const name = object.name says the same as const { name } = object.
    if (value.is("member_expression") && value.get("property").text() == name.text()) {
      like.source = Source::member;
      like.value = value.get("object");
    }
    bind_pattern(scope, name, like);
  }

  bool holds_value(ScopeId scope, std::string_view name) const {
    const auto* bindings = model_.find(scope, name);
    return bindings != nullptr && std::ranges::any_of(*bindings, [](const Binding& b) { return overlap(b.space, Space::value); });
  }

  void assignment(Node node) {
    const Node left = node.get("left"), right = node.get("right");
    const ScopeId scope = around(node);
    if (left.is("member_expression") && left.get("object").is("this")) {
      const Node klass = left.around({"class", "class_declaration", "abstract_class_declaration"});
      if (klass) member(klass, left.get("property"), right, {});
      return;
    }
    if (!left.is_any({"identifier", "object_pattern", "array_pattern"})) return;
    Binding like = binding(BindingKind::variable, Source::expression, right);
    if (left.is("identifier") && right.is("member_expression") && right.get("property").text() == left.text()) {
      like.source = Source::member;
      like.value = right.get("object");
    }
    for (NodeId id = left.id(); id <= left.last_id(); ++id) {
      const Node token = tree_.node(id);
      if (!token.is_any({"identifier", "shorthand_property_identifier_pattern"})) continue;
      ScopeId owner = scope;
      while (owner != kRootScope && !holds_value(owner, token.text())) owner = model_.scopes[owner].parent;
      if (holds_value(owner, token.text())) bind_pattern(owner, token, like);
    }
  }

  void import(Node node, ScopeId scope) {
    model_.is_module = true;
    const auto add = [&](Node name, std::string module, std::string taken) {
      Binding one = binding(BindingKind::import, Source::thing, {}, {}, Space::both);
      one.import = Import{std::move(module), std::move(taken)};
      bind(scope, name, std::move(one));
    };
    if (node.is("import_alias"))
      return bind(scope, node.child("identifier"), binding(BindingKind::variable, Source::unknown, {}, {}, Space::both));
    const Node required = node.child("import_require_clause");
    const std::string module(content_of((required ? required : node).get("source").text()));
    if (required) return add(required.child("identifier"), module, "");
    for (Node part : node.child("import_clause").children()) {
      if (part.is("identifier")) add(part, module, "default");
      if (part.is("namespace_import")) add(part.child("identifier"), module, "");
      if (!part.is("named_imports")) continue;
      for (Node one : part.children())
        if (one.is("import_specifier"))
          add(one.get("alias") ? one.get("alias") : one.get("name"), module, std::string(one.get("name").text()));
    }
  }
};

}  // namespace

Model EcmaScriptRules::bind(const Tree& tree, std::string path) const {
  Model model = EcmaScriptBinder(tree, std::move(path)).run();
  find_exports(model);
  return model;
}

}  // namespace argosy::code
