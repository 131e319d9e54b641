// Types of expressions.
#include <algorithm>
#include <array>

#include "common/code/binding/values.h"
#include "common/code/renaming/linked/members/typing.h"

namespace argosy::code::fields {
namespace {

// What these methods of the library give: p a pointer to an element (iterators are taken for such), e the element itself.
struct Gives {
  std::string_view method;
  char what;
};
constexpr auto kOfContainer = std::to_array<Gives>({{"at", 'e'},
                                                    {"front", 'e'},
                                                    {"back", 'e'},
                                                    {"emplace_back", 'e'},
                                                    {"data", 'p'},
                                                    {"begin", 'p'},
                                                    {"end", 'p'},
                                                    {"cbegin", 'p'},
                                                    {"cend", 'p'},
                                                    {"rbegin", 'p'},
                                                    {"rend", 'p'},
                                                    {"find", 'p'}});
constexpr auto kOfSmart = std::to_array<Gives>({{"get", 'p'}, {"release", 'p'}, {"value", 'e'}});

bool is_literal(Node node) {
  return node.is_any({"number_literal", "string_literal", "raw_string_literal", "char_literal", "concatenated_string", "true", "false",
                      "null", "nullptr", "sizeof_expression", "alignof_expression", "offsetof_expression", "user_defined_literal"});
}

bool is_cast(std::string_view word) {
  return word == "static_cast" || word == "const_cast" || word == "dynamic_cast" || word == "reinterpret_cast";
}

Type pointer_to(Type type) {
  if (type.kind != Type::unknown || !type.around.empty()) type.around.insert(0, "p");
  return type;
}

}  // namespace

Type Typing::of(const Model& model, Node expression) {
  if (!expression || enough()) return {};
  const Deeper deeper(depth_);
  return known(model, expression);
}

Type Typing::known(const Model& model, Node e) {
  const bool c = model.tree->language() == Language::c;
  // What an operator of C++ gives for an object of a class, only the class knows.
  const auto undone = [&](Type type, std::string_view ways) {
    if (type.around.empty()) return c || type.kind == Type::foreign ? type : Type{};
    if (!ways.contains(type.around.front())) return Type{};
    type.around.erase(0, 1);
    return type;
  };
  if (is_literal(e)) return {.kind = Type::foreign};
  if (e.is("identifier")) return name(model, e);
  if (e.is("this")) {
    const auto classes = around(model, e);
    return classes.empty() ? Type{} : pointer_to(classes.front());
  }
  if (e.is("qualified_identifier")) return qualified(model, e);
  if (e.is("parenthesized_expression")) return of(model, e.named_child(0));
  if (e.is("field_expression")) {
    const Type of_object = owner(model, e.get("argument"), e.get("operator").text());
    const Node field = e.get("field");
    if (!field.is("field_identifier")) return {};
    if (of_object.kind == Type::foreign && object(model, e.get("argument"), e.get("operator").text()).around.empty())
      return {.kind = Type::foreign};
    return of_object.kind == Type::record ? member_type(of_object.id, field.text()) : Type{};
  }
  if (e.is("call_expression")) return call(model, e);
  if (e.is("pointer_expression")) {
    const Type inner = of(model, e.get("argument"));
    if (e.get("operator").text() == "&") return pointer_to(inner);
    return inner.around.starts_with('f') ? inner : undone(inner, "pas");
  }
  if (e.is("subscript_expression")) return undone(of(model, e.get("argument")), "pac");
  if (e.is_any({"cast_expression", "compound_literal_expression"})) return named(model, e.get("type"));
  if (e.is("new_expression")) return pointer_to(named(model, e.get("type")));
  if (e.is("assignment_expression")) {
    const Type set = of(model, e.get("left"));
    return c || set.kind == Type::foreign || !set.around.empty() ? set : Type{};
  }
  if (e.is("comma_expression")) return of(model, e.get("right"));
  if (e.is("conditional_expression")) {
    const Type one = of(model, e.get("consequence")), other = of(model, e.get("alternative"));
    const auto is_null = [](Node node) { return node.is_any({"null", "number_literal"}) || node.text() == "NULL"; };
    return is_null(e.get("alternative")) ? one : is_null(e.get("consequence")) || one == other ? other : Type{};
  }
  if (e.is("update_expression")) {
    const Type stepped = of(model, e.get("argument"));
    return stepped.around.starts_with('p') || stepped.kind == Type::foreign ? stepped : Type{};
  }
  if (e.is("binary_expression")) {
    const auto sign = e.get("operator").text();
    const Type left = of(model, e.get("left")), right = of(model, e.get("right"));
    const auto points = [](const Type& type) { return type.around.starts_with('p') || type.around.starts_with('a'); };
    if (sign == "+" || sign == "-") {
      if (points(left)) return points(right) ? Type{.kind = Type::foreign} : left;
      if (points(right)) return right;
    }
    return left.kind == Type::foreign && right.kind == Type::foreign ? left : Type{};
  }
  return {};
}

// What "." or "->" looks into.
Type Typing::object(const Model& model, Node object, std::string_view by) {
  Type type = of(model, object);
  if (by != "->") return type;
  const char first = type.around.empty() ? ' ' : type.around.front();
  if (first != 'p' && first != 'a' && first != 's') return type.kind == Type::foreign && first == ' ' ? type : Type{};
  type.around.erase(0, 1);
  return type;
}

Type Typing::owner(const Model& model, Node object, std::string_view by) {
  const Type type = this->object(model, object, by);
  if (type.around.empty()) return type;
  const char first = type.around.front();
  return first == 's' || first == 'c' || first == 'o' ? Type{.kind = Type::foreign} : Type{};  // the library's own members
}

Type Typing::name(const Model& model, Node identifier) {
  const std::string text(identifier.text());
  const bool c = model.tree->language() == Language::c;
  if (world_.macros().knows(text)) return {};
  const Found hit = look_up(model, identifier, text, c ? Space::value : Space::both);
  const bool local = hit.bindings != nullptr && hit.scope != kRootScope && path_around(hit.bindings->front().name).contains("(f)");
  const bool in_function = hit.bindings != nullptr && hit.scope != kRootScope &&
                           !model.scopes[hit.scope].node.is_any({"namespace_definition", "field_declaration_list"});
  if (local || in_function) {
    std::vector<Type> types;
    for (const Binding& binding : *hit.bindings)
      types.push_back(binding.kind == BindingKind::klass ? Type{} : declared(model, binding.name));
    return common(types);
  }
  for (const Type& klass : around(model, identifier)) {
    if (klass.kind != Type::record) return {};
    const Had had = member(klass.id, text);
    if (had.kind == Had::unsure) return {};
    if (had.kind == Had::member) return member_type(klass.id, text);
  }
  return global(model, identifier, {text});
}

// A variable, function or constant outside of functions and classes.
Type Typing::global(const Model& model, Node at, const std::vector<std::string>& path) {
  std::string prefix;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) prefix = linked::joined(prefix, path[i]);
  for (const bool wide : {false, true}) {
    const auto& files = wide ? world_.seen_around(model.path) : world_.seen_by(model.path);
    const auto* found = world_.globals(path.back(), files, model.path + (wide ? "*" : ""));
    if (found == nullptr) return {};
    std::vector<Type> all;
    for (std::string space = linked::space_around(at);;) {
      std::vector<Type> types;
      for (const linked::Declaration& d : *found) {
        if (d.macro) return {};
        if (d.binding.kind == BindingKind::klass) continue;
        const Type type = d.binding.value.is("enumerator") ? Type{.kind = Type::foreign} : declared(*d.model, d.binding.name);
        if (d.space == linked::joined(space, prefix)) types.push_back(type);
        all.push_back(type);
      }
      if (!types.empty()) return common(types);
      if (space.empty()) break;
      const auto colons = space.rfind("::");
      space = colons == std::string::npos ? "" : space.substr(0, colons);
    }
    if (!all.empty()) return world_.opens_spaces(files) ? common(all) : Type{};
  }
  return {};  // a macro may have made it
}

Type Typing::member_type(RecordId id, std::string_view name) {
  const Had had = member(id, name);
  if (had.kind != Had::member || world_.at(had.owner).templated) return {};
  std::vector<Type> types;
  for (const Member& one : *had.members) types.push_back(declared(*world_.at(had.owner).model, one.name));
  return common(types);
}

Type Typing::qualified(const Model& model, Node node) {
  auto parts = parts_of(node);
  if (parts.front() == "std") return {};
  const std::string last = parts.back();
  const std::vector<std::string> scope(parts.begin(), parts.end() - 1);
  if (scope.back().empty()) return global(model, node, {last});
  if (world_.types(scope.back()).empty()) return global(model, node, parts);
  const Type klass = path(model, node, scope, false);
  return klass.kind == Type::record && klass.around.empty() ? member_type(klass.id, last) : Type{};
}

Type Typing::method_of_library(const Type& of, std::string_view method) const {
  const auto gives = of.around.starts_with('c') ? std::span<const Gives>(kOfContainer) : std::span<const Gives>(kOfSmart);
  const auto hit = std::ranges::find(gives, method, &Gives::method);
  if (hit == gives.end()) return {};
  Type out = of;
  out.around.erase(0, 1);
  return hit->what == 'p' ? pointer_to(out) : out;
}

Type Typing::call(const Model& model, Node call) {
  const Node function = call.get("function");
  if (function.is("primitive_type")) return {.kind = Type::foreign};
  if (function.is("template_function") && is_cast(function.get("name").text()))
    return named(model, function.get("arguments").named_child(0));
  if (function.is("qualified_identifier") && parts_of(function).front() == "std") {
    const Node last = function.get("name");
    const auto word = (last.is("template_function") ? last.get("name") : last).text();
    if (word == "move") return of(model, call.get("arguments").named_child(0));
    if (!last.is("template_function") || (word != "make_unique" && word != "make_shared")) return {};
    Type made = named(model, last.get("arguments").named_child(0));
    if (made.kind == Type::record) made.around.insert(0, "s");
    return made.kind == Type::record ? made : Type{};
  }
  if (function.is("field_expression")) {
    const Type of_object = object(model, function.get("argument"), function.get("operator").text());
    const char first = of_object.around.empty() ? ' ' : of_object.around.front();
    if (first == 'c' || first == 's') return method_of_library(of_object, function.get("field").text());
    if (first == 'o') return {};
  }
  Type type = of(model, function);
  const bool c = model.tree->language() == Language::c;
  if (const std::size_t undone = type.around.starts_with("pf") ? 2 : type.around.starts_with('f') ? 1 : 0; undone > 0) {
    type.around.erase(0, undone);
    return type;
  }
  // T(arguments)
  const auto parts = parts_of(function);
  if (!c && function.is_any({"identifier", "qualified_identifier"}) && type.kind != Type::record && !world_.macros().knows(parts.back()) &&
      !world_.types(parts.back()).empty()) {
    const Type made = path(model, function, parts, false);
    return made.kind == Type::record && made.around.empty() ? made : Type{};
  }
  // What a foreign template gives back may be what it was given.
  const bool given = static_cast<bool>(call.get("arguments").named_child(0));
  if (type.kind == Type::foreign) return c || (function.is("field_expression") && !given) ? Type{.kind = Type::foreign} : Type{};
  return {};
}

// T x = {.a = 1}, (T){.a = 1}, T{.a = 1}, and lists in such lists.
Type Typing::of_list(const Model& model, Node list) {
  if (enough()) return {};
  const Deeper deeper(depth_);
  const Node parent = list.parent();
  const auto element = [](Type type) {
    if (!type.around.starts_with('a')) return Type{};
    type.around.erase(0, 1);
    return type;
  };
  if (parent.is("compound_literal_expression")) return named(model, parent.get("type"));
  if (parent.is("init_declarator")) {
    Node name = parent.get("declarator");
    while (name.get("declarator")) name = name.get("declarator");
    return name.is("identifier") ? declared(model, name) : Type{};
  }
  if (parent.is("initializer_list")) return element(of_list(model, parent));
  if (!parent.is("initializer_pair") || !parent.parent().is("initializer_list")) return {};
  Type type = of_list(model, parent.parent());
  for (const Node part : parent.children()) {
    if (part.is("subscript_designator")) type = element(type);
    if (!part.is("field_designator")) continue;
    if (type.kind != Type::record || !type.around.empty()) return {};
    type = member_type(type.id, part.named_child(0).text());
  }
  return type;
}

}  // namespace argosy::code::fields
