// Types by their names: what a declaration says.
#include <algorithm>
#include <array>
#include <set>

#include "common/code/binding/values.h"
#include "common/code/languages/c/declarators.h"
#include "common/code/renaming/linked/members/typing.h"

namespace argosy::code::fields {
namespace {

constexpr auto kSmart = std::to_array<std::string_view>({"unique_ptr", "shared_ptr", "optional"});
constexpr auto kContainers = std::to_array<std::string_view>(
    {"vector", "deque", "list", "forward_list", "array", "set", "multiset", "unordered_set", "initializer_list", "span"});

bool in(std::span<const std::string_view> words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

// What the declarator says around the name, from the name outwards; of an abstract one from its innermost part.
std::string around_name(Node name, Node declaration) {
  std::string out;
  for (Node part = name.parent(); part && part != declaration; part = part.parent()) {
    if (part.is("pointer_declarator")) out += 'p';
    if (part.is("array_declarator")) out += 'a';
    if (part.is("function_declarator")) out += 'f';
  }
  return out;
}

std::string around_abstract(Node declarator) {
  std::string out;
  for (; declarator; declarator = declarator.get("declarator") ? declarator.get("declarator") : declarator.named_child(0)) {
    if (declarator.is("abstract_pointer_declarator")) out += 'p';
    if (declarator.is("abstract_array_declarator")) out += 'a';
    if (declarator.is("abstract_function_declarator")) out += 'f';
    if (!declarator.kind().starts_with("abstract_")) break;
  }
  std::ranges::reverse(out);
  return out;
}

using TypeNames = std::vector<const TypeName*>;
TypeNames of_space(const TypeNames& seen, const std::string& path) {
  TypeNames found;
  std::ranges::copy_if(seen, std::back_inserter(found), [&](const TypeName* type) { return type->path == path; });
  return found;
}

// Whether it is made for other types, itself or what it lies in.
bool is_made(Node type) {
  for (; type.is("qualified_identifier"); type = type.get("name"))
    if (type.get("scope").is("template_type")) return true;
  return type.is("template_type");
}

Type behind(const std::string& around, Type type) {
  type.around.insert(0, around);
  return type;
}

void add_parts(Node node, std::vector<std::string>& out) {
  if (node.is("qualified_identifier")) {
    if (node.get("scope"))
      add_parts(node.get("scope"), out);
    else
      out.emplace_back("");
    add_parts(node.get("name"), out);
  } else if (node.is_any({"template_type", "template_function"})) {
    add_parts(node.get("name"), out);
  } else {
    std::string text(node.text());
    std::erase_if(text, [](unsigned char c) { return std::isspace(c); });
    out.push_back(std::move(text));
  }
}

}  // namespace

std::vector<std::string> parts_of(Node path) {
  std::vector<std::string> out;
  if (path) add_parts(path, out);
  return out;
}

Type Typing::common(const std::vector<Type>& types) const {
  if (types.empty()) return {};
  return std::ranges::all_of(types, [&](const Type& type) { return type == types.front(); }) ? types.front() : Type{};
}

Type Typing::named(const Model& model, Node type) {
  if (!type || enough()) return {};
  const Deeper deeper(depth_);
  if (type.is("type_descriptor")) return behind(around_abstract(type.get("declarator")), named(model, type.get("type")));
  if (type.is_any({"primitive_type", "sized_type_specifier", "enum_specifier"})) return {.kind = Type::foreign};
  if (is_record(type) && type.get("body")) return {.kind = Type::record, .id = world_.record(model, type)};
  const bool tag = is_record(type);
  const Node name = tag ? type.get("name") : type;
  if (!name || !name.is_any({"type_identifier", "identifier", "qualified_identifier", "template_type"})) return {};
  const auto parts = parts_of(name);
  const bool standard = parts.front() == "std" || (parts.size() > 1 && parts.front().empty() && parts[1] == "std");
  if (standard) return of_standard(model, name);
  const Type found = path(model, name, parts, tag);
  return found.kind == Type::foreign && is_made(name) ? Type{} : found;
}

// What is made for other types lets their members through in its own ways; all else of the library has members of its own alone.
Type Typing::of_standard(const Model& model, Node type) {
  Node last = type;
  while (last.is("qualified_identifier")) last = last.get("name");
  if (!is_made(type)) return {.kind = Type::foreign};
  if (!last.is("template_type")) return {.kind = Type::unknown, .around = "o"};  // an iterator
  const auto word = last.get("name").text();
  const char kind = in(kSmart, word) ? 's' : in(kContainers, word) ? 'c' : 'o';
  const Type inner = named(model, last.get("arguments").named_child(0));
  if (kind == 'o' || inner.kind == Type::unknown) return {.kind = Type::unknown, .around = "o"};
  return behind(std::string(1, kind), inner);
}

// A type of a function's own, or what a template is given.
std::optional<Type> Typing::local(const Model& model, Node at, const std::string& name, bool tag) {
  const bool c = model.tree->language() == Language::c;
  const Found hit = look_up(model, at, name, c ? (tag ? Space::type : Space::value) : Space::both);
  if (hit.bindings == nullptr) return std::nullopt;
  const Binding& first = hit.bindings->front();
  if (first.kind == BindingKind::parameter) return Type{};
  if (hit.scope == kRootScope || first.kind != BindingKind::klass || !path_around(first.name).contains("(f)")) return std::nullopt;
  std::vector<Type> types;
  for (const Binding& binding : *hit.bindings)
    types.push_back(of_type_name({.model = &model, .name = binding.name, .value = binding.value, .path = {}}));
  return common(types);
}

// A type of the classes around, or of what these inherit.
std::optional<Type> Typing::inherited(const Model& model, Node at, const std::string& written, const std::vector<const TypeName*>& seen) {
  for (const Type& klass : around(model, at)) {
    if (klass.kind != Type::record) continue;
    std::vector<RecordId> open{klass.id};
    for (std::size_t i = 0; i < open.size() && i < kMaxBases; ++i) {
      const std::string& own = world_.at(open[i]).path;
      if (const auto found = of_space(seen, linked::joined(own, written)); !found.empty()) return decide(found);
      if (own == written || own.ends_with("::" + written)) return Type{.kind = Type::record, .id = open[i]};
      for (const Type& base : bases(open[i])) {
        if (base.kind != Type::record) continue;
        if (std::ranges::find(open, base.id) == open.end()) open.push_back(base.id);
      }
    }
  }
  return std::nullopt;
}

// Whether what the path leads through is declared here, or is a template's parameter.
bool Typing::is_project_path(const Model& model, Node at, const std::vector<std::string>& path) {
  for (const std::string& part : path) {
    if (!world_.types(part).empty() || world_.macros().knows(part)) return true;
    const Found hit = look_up(model, at, part, Space::both);
    if (hit.bindings != nullptr && hit.bindings->front().kind == BindingKind::parameter) return true;
  }
  return false;
}

Type Typing::path(const Model& model, Node at, const std::vector<std::string>& path, bool tag) {
  if (enough()) return {};
  const Deeper deeper(depth_);
  const bool c = model.tree->language() == Language::c;
  if (path.size() == 1)
    if (const auto found = local(model, at, path.back(), tag)) return *found;
  std::vector<const TypeName*> all;
  for (const TypeName& type : world_.types(path.back())) {
    const bool is_tag = is_record(type.value) || type.value.is("enum_specifier");
    const bool apart = c && type.model->tree->language() == Language::c;
    if (is_tag == tag || (!apart && !tag)) all.push_back(&type);
  }
  if (all.empty()) return is_project_path(model, at, path) ? Type{} : Type{.kind = Type::foreign};
  std::string written;
  for (const std::string& part : path) written = linked::joined(written, part);
  for (const auto* files : {&world_.seen_by(model.path), &world_.seen_around(model.path)}) {
    std::vector<const TypeName*> seen, loose;
    std::ranges::copy_if(all, std::back_inserter(seen), [&](const TypeName* type) { return files->contains(type->model->path); });
    if (!path.front().empty())
      if (const auto found = inherited(model, at, written, seen)) return *found;
    for (std::string space = path.front().empty() ? "" : linked::space_around(at);;) {
      if (const auto found = of_space(seen, linked::joined(space, written)); !found.empty()) return decide(found);
      if (space.empty()) break;
      const auto colons = space.rfind("::");
      space = colons == std::string::npos ? "" : space.substr(0, colons);
    }
    std::ranges::copy_if(seen, std::back_inserter(loose), [&](const auto* type) { return type->path.ends_with("::" + written); });
    if (!loose.empty()) return !c && world_.opens_spaces(*files) ? decide(loose) : Type{};
  }
  return {};
}

Type Typing::decide(const std::vector<const TypeName*>& found) {
  std::vector<Type> types;
  for (const TypeName* name : found)
    if (!is_record(name->value) || name->value.get("body")) types.push_back(of_type_name(*name));
  if (!types.empty()) return common(types);
  // Only announced there: the one that the project defines.
  const std::string& path = found.front()->path;
  for (const TypeName& name : world_.types(path.substr(path.rfind(':') + 1)))
    if (name.path == path && is_record(name.value) && name.value.get("body")) types.push_back(of_type_name(name));
  return common(types);
}

Type Typing::of_type_name(const TypeName& name) {
  if (is_record(name.value))
    return name.value.get("body") ? Type{.kind = Type::record, .id = world_.record(*name.model, name.value)} : Type{};
  if (name.value.is("enum_specifier")) return {.kind = Type::foreign};
  if (name.value.is("alias_declaration"))
    return name.value.parent().is("template_declaration") ? Type{} : named(*name.model, name.value.get("type"));
  if (!name.value.is("type_definition")) return {};
  return behind(around_name(name.name, name.value), named(*name.model, name.value.get("type")));
}

Type Typing::declared(const Model& model, Node name) {
  Node declaration = name.parent(), initializer;
  for (; declaration && !declaration.get("type"); declaration = declaration.parent()) {
    if (declaration.is("init_declarator")) initializer = declaration.get("value");
    if (declaration.is("lambda_capture_initializer")) return of(model, declaration.get("right"));
    if (declaration.is_any({"structured_binding_declarator", "compound_statement", "translation_unit", "function_definition"})) return {};
    if (declaration.is_any({"field_declaration_list", "enumerator", "type_parameter_declaration"})) return {};
  }
  if (!declaration.is_any({"declaration", "field_declaration", "parameter_declaration", "optional_parameter_declaration", "type_definition",
                           "function_definition", "for_range_loop"}))
    return {};
  if (declaration.get("type").is("placeholder_type_specifier")) return deduced(model, declaration, initializer);
  return behind(around_name(name, declaration), named(model, declaration.get("type")));
}

// auto x = value; auto f() -> type; for (auto& x : values).
Type Typing::deduced(const Model& model, Node declaration, Node initializer) {
  if (declaration.is("for_range_loop")) {
    Type of_all = of(model, declaration.get("right"));
    if (!of_all.around.starts_with('c') && !of_all.around.starts_with('a')) return {};
    of_all.around.erase(0, 1);
    return of_all;
  }
  if (initializer) return initializer.is_any({"argument_list", "initializer_list"}) ? Type{} : of(model, initializer);
  Node function = declaration.get("declarator");
  while (function && !function.is("function_declarator")) function = function.get("declarator");
  const Node trailing = function.child("trailing_return_type");
  return trailing ? behind("f", named(model, trailing.named_child(0))) : Type{};
}

}  // namespace argosy::code::fields
