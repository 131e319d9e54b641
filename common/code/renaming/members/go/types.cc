#include "common/code/renaming/members/go/types.h"

#include <algorithm>
#include <utility>

namespace argosy::code::go_members {
namespace {

Type known(const Model& model, Node node) { return {.kind = Type::known, .model = &model, .node = node}; }
Type foreign() { return {.kind = Type::foreign}; }

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

}  // namespace

bool Type::may_hold_ours() const { return kind != foreign || std::ranges::any_of(arguments, &Type::may_hold_ours); }

bool is_exported(std::string_view name) { return !name.empty() && std::isupper(static_cast<unsigned char>(name.front())); }

Node embedded_name(Node field) {
  Node type = field.get("type");
  if (type.is("pointer_type")) type = type.named_child(0);
  if (type.is("generic_type")) type = type.get("type");
  return type.is("qualified_type") ? type.get("name") : type;
}

const std::vector<const Model*>& Types::files(const std::string& module) {
  const auto [slot, fresh] = packages_.try_emplace(module);
  if (!fresh) return slot->second;
  const std::string folder = module.substr(0, module.rfind(':'));
  for (const std::string& path : project_.sources()) {
    if (folder_of(path) != folder) continue;
    const Model* model = project_.model(path);
    if (model == nullptr) unread_.insert(module);
    if (model != nullptr && rules_.module_of(*model) == module) slot->second.push_back(model);
  }
  return slot->second;
}

bool Types::is_declared_twice(const Type& type) {
  std::size_t count = 0;
  for (const Model* model : files(rules_.module_of(*type.model)))
    if (const auto* bindings = model->find(kRootScope, type.node.get("name").text()))
      count += static_cast<std::size_t>(std::ranges::count(*bindings, BindingKind::klass, &Binding::kind));
  return count > 1;
}

const Binding* Types::in_package(const std::string& module, std::string_view name, const Model*& where) {
  const Binding* out = nullptr;
  where = nullptr;
  for (const Model* model : files(module)) {
    const auto* bindings = model->find(kRootScope, name);
    if (bindings == nullptr || std::ranges::all_of(*bindings, [](const Binding& one) { return one.kind == BindingKind::import; })) continue;
    if (out != nullptr) return nullptr;
    where = model;
    out = &bindings->front();
    if (any_will_do_) break;
  }
  return out;
}

const Binding* Types::beside(const Model& model, std::string_view name, const Model*& where, bool& lost) {
  const std::string own = rules_.module_of(model);
  if (const Binding* found = in_package(own, name, where)) return found;
  lost = where != nullptr || unread_.contains(own);
  for (const std::string& star : model.star_imports) {
    for (const std::string& module : modules(model, star)) {
      lost = lost || module == kUnknownModule;
      if (const Binding* found = in_package(module, name, where)) return found;
      lost = lost || where != nullptr;
    }
  }
  return nullptr;
}

std::string Types::imported(const Model& model, Node name) {
  const Found found = look_up(model, name, name.text(), Space::both);
  if (found.bindings != nullptr) {
    const Binding& binding = found.bindings->front();
    return binding.kind == BindingKind::import ? binding.import->module : "";
  }
  for (const std::string& path : model.plain_imports) {
    const auto& found_modules = modules(model, path);
    for (const std::string& module : found_modules)
      if (module.ends_with(":" + std::string(name.text()))) return path;
    // Of foreign packages the last part is the name, but for a version behind it.
    std::string_view rest = path;
    auto last = rest.substr(rest.rfind('/') + 1);
    if (last.size() > 1 && last[0] == 'v' && std::isdigit(static_cast<unsigned char>(last[1])) && rest.contains('/')) {
      rest = rest.substr(0, rest.rfind('/'));
      last = rest.substr(rest.rfind('/') + 1);
    }
    last = last.substr(0, last.find(".v"));
    if (found_modules.empty() &&
        (last == name.text() || last == "go-" + std::string(name.text()) || last == std::string(name.text()) + "-go"))
      return path;
    if (!found_modules.empty() && found_modules.front() == kUnknownModule && last == name.text()) return path;
  }
  return {};
}

Type Types::bound(const Model& model, const Binding& binding, int depth) {
  if (binding.kind == BindingKind::parameter) return {.kind = Type::parameter, .model = &model, .node = binding.name};
  if (binding.kind != BindingKind::klass) return {};
  if (binding.value.is("type_alias")) return named(model, binding.value.get("type"), depth + 1);
  return known(model, binding.value);
}

Type Types::named(const Model& model, Node type, int depth) {
  if (!type || depth > kMaxTypeDepth) return {};
  if (type.is_any({"pointer_type", "parenthesized_type", "type_elem", "type_constraint"}))
    return type.named_child(1) ? Type{} : named(model, type.named_child(0), depth + 1);
  if (type.is("generic_type")) {
    Type out = named(model, type.get("type"), depth + 1);
    for (Node child : type.get("type_arguments").children())
      if (child.named()) out.arguments.push_back(named(model, child, depth + 1));
    return out;
  }
  if (type.is("type_identifier") || type.is("identifier")) {
    if (const Found found = look_up(model, type, type.text(), Space::both); found.bindings != nullptr)
      return found.bindings->front().kind == BindingKind::import ? Type{} : bound(model, found.bindings->front(), depth + 1);
    const Model* where = nullptr;
    bool lost = false;
    if (const Binding* found = beside(model, type.text(), where, lost)) return bound(*where, *found, depth + 1);
    return lost ? Type{} : foreign();
  }
  if (type.is("qualified_type")) {
    const std::string path = imported(model, type.get("package"));
    if (path.empty()) return foreign();
    for (const std::string& module : modules(model, path)) {
      const Model* where = nullptr;
      const Binding* found = in_package(module, type.get("name").text(), where);
      return found == nullptr ? Type{} : bound(*where, *found, depth + 1);
    }
    return {.kind = Type::foreign, .path = path};
  }
  return known(model, type);
}

Type Types::underlying(Type type, int depth) {
  for (; type.is("type_spec") && depth <= kMaxTypeDepth; ++depth) type = named(*type.model, type.node.get("type"), depth);
  return depth > kMaxTypeDepth ? Type{} : type;
}

std::vector<Declaration> Types::methods(const Type& type, std::string_view name) {
  std::vector<Declaration> out;
  if (!type.is("type_spec")) return out;
  // Those of a whole package at once.
  if (const std::string module = rules_.module_of(*type.model); gathered_.insert(module).second)
    for (const Model* model : files(module))
      for (Node child : model->tree->root().children())
        if (const Node of = child.is("method_declaration") ? receiver(*model, child).node : Node(); of)
          methods_[{&of.tree(), of.id()}].push_back({model, child.get("name")});
  std::ranges::copy_if(methods_[{type.model->tree, type.node.id()}], std::back_inserter(out),
                       [&](const Declaration& one) { return name.empty() || one.token.text() == name; });
  return out;
}

Type Types::receiver(const Model& model, Node method) {
  const Node parameter = method.get("receiver").child("parameter_declaration");
  any_will_do_ = true;
  Type out = named(model, parameter.get("type"));
  any_will_do_ = false;
  return out;
}

std::vector<Type> Types::embedded(const Type& literal, int depth) {
  std::vector<Type> out;
  if (literal.is("struct_type")) {
    for (Node field : literal.node.child("field_declaration_list").children())
      if (field.is("field_declaration") && !field.get("name")) out.push_back(named(*literal.model, field.get("type"), depth + 1));
  } else if (literal.is("interface_type")) {
    for (Node element : literal.node.children())
      if (element.is("type_elem") && !element.named_child(1)) out.push_back(named(*literal.model, element.named_child(0), depth + 1));
  }
  return out;
}

}  // namespace argosy::code::go_members
