// The scopes and bindings of a Python file. One pass in reading order; a token's scope follows from its parent's.
#include <algorithm>

#include "common/code/binding/binder.h"
#include "common/code/languages/python/python.h"

namespace argosy::code {
namespace {

bool is_comprehension(Node node) {
  return node.is_any({"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"});
}

bool opens_scope(Node node) { return node.is_any({"function_definition", "class_definition", "lambda"}) || is_comprehension(node); }

class PythonBinder final : public Binder {
 public:
  using Binder::Binder;

 private:
  std::optional<Scope> opened_by(Node node) const override {
    if (!opens_scope(node)) return std::nullopt;
    const auto declared = declared_.find(node.id());
    return Scope{.private_names = node.is("class_definition"),
                 .ordered = node.is("class_definition"),
                 .globals = declared == declared_.end() ? std::set<std::string_view>() : declared->second};
  }

  // `global` and `nonlocal` hold for their whole function, also before the line they stand on.
  void begin() override {
    for (NodeId id = 1; id < tree_.size(); ++id) {
      const Node node = tree_.node(id);
      if (!node.is_any({"global_statement", "nonlocal_statement"})) continue;
      const Node function = node.around({"function_definition", "class_definition"});
      if (!function) continue;
      auto& names = node.is("global_statement") ? declared_[function.id()] : outer_[function.id()];
      for (Node name : node.children())
        if (name.is("identifier")) names.insert(name.text());
    }
  }

  ScopeId scope_for(Node node) const override {
    const Node parent = node.parent();
    const ScopeId inside = this->inside(parent);
    const ScopeId outside = model_.scopes[inside].parent;
    if (parent.is_any({"function_definition", "class_definition"})) {
      const bool generic = static_cast<bool>(parent.get("type_parameters"));
      const auto field = node.field();
      if (field == "name") return outside;
      if (field == "superclasses" || field == "return_type") return generic ? inside : outside;
      return inside;
    }
    // Defaults and annotations belong to what stands around the function.
    if (parent.is_any({"default_parameter", "typed_default_parameter"}) && node.field() == "value") return outside;
    if (parent.is_any({"typed_parameter", "typed_default_parameter"}) && node.field() == "type")
      return parent.around({"function_definition"}).get("type_parameters") ? inside : outside;
    // So does what the first loop of a comprehension runs over.
    if (parent.is("for_in_clause") && node.field() == "right" && is_comprehension(parent.parent())) {
      for (Node sibling : parent.parent().children()) {
        if (sibling.is("for_in_clause")) return sibling == parent ? outside : inside;
      }
    }
    return inside;
  }

  // Binds a name where an assignment in `scope` does: the root's for `global`, the function's around for `nonlocal`.
  void bind(ScopeId scope, Binding binding) {
    const auto name = binding.name.text();
    if (model_.scopes[scope].globals.contains(name)) scope = kRootScope;
    while (scope != kRootScope) {
      const auto outer = outer_.find(model_.scopes[scope].node.id());
      if (outer == outer_.end() || !outer->second.contains(name)) break;
      do scope = model_.scopes[scope].parent;
      while (scope != kRootScope && (model_.scopes[scope].private_names || model_.find(scope, name) == nullptr));
    }
    if (model_.scopes[scope].private_names)
      binding.conditional = static_cast<bool>(nearest(
          binding.name, {"if_statement", "for_statement", "while_statement", "try_statement", "with_statement", "match_statement"}, scope));
    model_.bind(scope, std::move(binding));
  }

  Node nearest(Node from, std::initializer_list<std::string_view> kinds, ScopeId scope) const {
    const Node found = from.around(kinds);
    return found && model_.scopes[scope].node.contains(found) ? found : Node();
  }

  // Every name that a target like `a, (b, *c)` binds; attributes and elements bind none.
  void bind_targets(ScopeId scope, Node target, Binding like) {
    for (NodeId id = target.id(); id <= target.last_id(); ++id) {
      const Node node = tree_.node(id);
      if (node.is_any({"attribute", "subscript", "call"})) {
        id = node.last_id();
        continue;
      }
      if (!node.is("identifier")) continue;
      Binding binding = like;
      binding.name = node;
      if (node != target && binding.source == Source::expression) binding.source = Source::part;
      bind(scope, std::move(binding));
    }
  }

  void visit(Node node, ScopeId scope) override {
    const auto kind = node.kind();
    if (kind == "function_definition" || kind == "class_definition") {
      bind(scope, {.name = node.get("name"),
                   .kind = kind == "function_definition" ? BindingKind::function : BindingKind::klass,
                   .source = Source::thing,
                   .value = node,
                   .type = {},
                   .visible_from = node.end()});
      for (Node child : node.get("type_parameters").children())
        if (child.is("type")) bind_targets(inside(node), child, {.name = {}, .source = Source::unknown, .value = {}, .type = {}});
    } else if (kind == "parameters" || kind == "lambda_parameters") {
      parameters(node, scope);
    } else if (kind == "assignment") {
      assignment(node, scope);
    } else if (kind == "augmented_assignment" || kind == "type_alias_statement") {
      bind_targets(
          scope, node.get("left"),
          {.name = {}, .kind = BindingKind::variable, .source = Source::thing, .value = {}, .type = {}, .visible_from = node.end()});
    } else if (kind == "named_expression") {
      while (is_comprehension(model_.scopes[scope].node)) scope = model_.scopes[scope].parent;
      bind_targets(scope, node.get("name"),
                   {.name = {}, .source = Source::expression, .value = node.get("value"), .type = {}, .visible_from = node.end()});
    } else if (kind == "for_statement") {
      bind_targets(scope, node.get("left"),
                   {.name = {}, .source = Source::part, .value = node.get("right"), .type = {}, .visible_from = node.start()});
    } else if (kind == "for_in_clause") {
      bind_targets(inside(node), node.get("left"), {.name = {}, .source = Source::part, .value = node.get("right"), .type = {}});
    } else if (kind == "as_pattern") {
      as_pattern(node, scope);
    } else if (kind == "case_pattern" || kind == "splat_pattern" || kind == "keyword_pattern") {
      capture(node, scope);
    } else if (kind == "delete_statement") {
      for (Node child : node.children())
        bind_targets(scope, child, {.name = {}, .source = Source::thing, .value = {}, .type = {}, .visible_from = node.end()});
    } else if (kind == "import_statement" || kind == "import_from_statement") {
      import(node, scope);
    }
  }

  void parameters(Node node, ScopeId scope) {
    bool first = true;
    for (Node child : node.children()) {
      if (!child.named() || child.is_any({"comment", "keyword_separator", "positional_separator"})) continue;
      Binding like{.name = {}, .kind = BindingKind::parameter, .source = Source::unknown, .value = {}, .type = child.get("type")};
      Node name = child.is("identifier") ? child : child.get("name") ? child.get("name") : child.named_child(0);
      if (child.is_any({"list_splat_pattern", "dictionary_splat_pattern"}) ||
          name.is_any({"list_splat_pattern", "dictionary_splat_pattern"})) {
        like.source = Source::thing;
        like.type = {};
      }
      if (first && is_method(node.parent())) {
        like.source = Source::receiver;
        like.value = node.parent().around({"class_definition"});
        like.type = {};
      }
      first = false;
      bind_targets(scope, name, like);
    }
  }

  static bool is_method(Node function) {
    if (!function.is("function_definition")) return false;
    const Node wrapped = function.parent().is("decorated_definition") ? function.parent() : function;
    for (Node child : wrapped.children())
      if (child.is("decorator") && child.text().find("staticmethod") != std::string_view::npos) return false;
    return wrapped.parent().is("block") && wrapped.parent().parent().is("class_definition");
  }

  void assignment(Node node, ScopeId scope) {
    const Node left = node.get("left"), right = node.get("right");
    const Source source = right ? Source::expression : Source::unknown;
    Binding like{.name = {}, .source = source, .value = right, .type = node.get("type"), .visible_from = node.end()};
    if (left.is("attribute")) {
      // self.name = value, in a method.
      const Node object = left.get("object");
      const Node klass = left.around({"class_definition"});
      if (!klass || !object.is("identifier")) return;
      const auto* bindings = model_.find(scope, object.text());
      if (bindings == nullptr || bindings->front().source != Source::receiver) return;
      like.name = left.get("attribute");
      model_.members[{klass.id(), like.name.text()}].push_back(like);
      return;
    }
    const bool constant = scope == kRootScope && left.is("identifier");
    like.kind = constant ? BindingKind::constant : BindingKind::variable;
    bind_targets(scope, left, like);
    if (left.is("identifier") && model_.scopes[scope].private_names) {
      like.name = left;
      model_.members[{model_.scopes[scope].node.id(), left.text()}].push_back(like);
    }
  }

  void as_pattern(Node node, ScopeId scope) {
    const Node target = node.get("alias");
    if (target) {
      const bool caught = node.around({"except_clause", "except_group_clause", "block"}).is_any({"except_clause", "except_group_clause"});
      bind_targets(scope, target,
                   {.name = {},
                    .source = caught ? Source::thing : Source::part,
                    .value = node.named_child(0),
                    .type = {},
                    .visible_from = node.start()});
    } else if (node.parent().is("case_pattern")) {
      for (Node child : node.children())
        if (child.is("identifier"))
          bind_targets(scope, child, {.name = {}, .source = Source::unknown, .value = {}, .type = {}, .visible_from = node.start()});
    }
  }

  // A single name in a pattern captures; a dotted one is compared with.
  void capture(Node node, ScopeId scope) {
    for (Node child : node.children()) {
      const bool keyword = node.is("keyword_pattern") && child == node.named_child(0);
      Node name = child.is("dotted_name") && child.named_child(1) == Node() ? child.named_child(0) : child;
      if (!keyword && name.is("identifier") && (child.is("dotted_name") || node.is("splat_pattern")))
        bind(scope, {.name = name, .source = Source::unknown, .value = {}, .type = {}, .visible_from = node.start()});
    }
  }

  void import(Node node, ScopeId scope) {
    const bool from = node.is("import_from_statement");
    const std::string module(node.get("module_name").text());
    if (node.child("wildcard_import")) {
      model_.star_imports.push_back(module);
      return;
    }
    for (Node child : node.children()) {
      if (child.field() != "name") continue;
      const Node alias = child.get("alias"), path = child.is("aliased_import") ? child.get("name") : child;
      Binding binding{.name = alias ? alias : path.named_child(0),
                      .kind = BindingKind::import,
                      .source = Source::thing,
                      .value = {},
                      .type = {},
                      .visible_from = node.end()};
      // `import a.b` binds a; what follows is reached through it.
      if (from)
        binding.import = Import{module, std::string(path.text())};
      else
        binding.import = Import{std::string(alias ? path.text() : path.named_child(0).text()), ""};
      bind(scope, std::move(binding));
    }
  }

  std::map<NodeId, std::set<std::string_view>> declared_, outer_;
};

}  // namespace

Model PythonRules::bind(const Tree& tree, std::string path) const {
  Model model = PythonBinder(tree, std::move(path)).run();
  model.is_module = true;
  // def __getattr__ at the root, or tricks with globals(), offer names that nobody wrote.
  model.opaque = model.find(kRootScope, "__getattr__") != nullptr;
  return model;
}

}  // namespace argosy::code
