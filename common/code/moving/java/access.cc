#include "common/code/moving/java/access.h"

#include <algorithm>

#include "common/code/binding/values.h"
#include "common/code/refactor/imports/known_names.h"

namespace argosy::code::java {
namespace {

bool is_public_by_place(Node declaration) {
  return declaration.parent().is_any({"interface_body", "annotation_type_body", "annotation_type_element_declaration"});
}

// What a class says that it extends or implements.
bool names_base(Node type, std::string_view name) {
  for (Node base : {type.get("superclass"), type.get("interfaces"), type.child("extends_interfaces")})
    if (base && contains_word(base.text(), name)) return true;
  return false;
}

// The class bodies around, from the innermost: their declarations or, where they have no name, the expressions that make them.
std::vector<Node> classes_around(Node token) {
  std::vector<Node> out;
  for (Node body = token.around({"class_body", "interface_body", "enum_body", "annotation_type_body"}); body;
       body = body.around({"class_body", "interface_body", "enum_body", "annotation_type_body"}))
    out.push_back(body.parent());
  return out;
}

// The declared type behind a variable's token; null where none is written.
Node declared_type(Node name) {
  const Node holder = name.parent();
  const Node declaration = holder.is("variable_declarator") ? holder.parent() : holder;
  return declaration.get("type");
}

}  // namespace

HiddenMembers::HiddenMembers(const Project& project, const Rules& rules, const std::vector<Type>& owners)
    : project_(project), rules_(rules) {
  for (const Type& owner : owners)
    for (NodeId id = owner.node.id() + 1; id <= owner.node.last_id(); ++id) add(owner.model->tree->node(id));
}

void HiddenMembers::add(Node node) {
  const bool constructs = node.is("constructor_declaration");
  const bool method = node.is("method_declaration");
  if (!constructs && !method && !node.is("field_declaration") && !is_type(node)) return;
  if (has_modifier(node, "public") || has_modifier(node, "private") || is_public_by_place(node)) return;
  Node owner = node.parent();
  while (owner && !is_type(owner) && !owner.is("object_creation_expression")) owner = owner.parent();
  // Nobody names what a class without a name has. An enum's constructors are its own.
  if (!is_type(owner) || (constructs && owner.is("enum_declaration"))) return;
  const Member member{std::string(owner.get("name").text()), has_modifier(node, "protected"), method};
  if (constructs) {
    constructors_[member.owner].push_back(member);
  } else if (node.is("field_declaration")) {
    for (Node child : node.children())
      if (child.is("variable_declarator")) members_[std::string(child.get("name").text())].push_back(member);
  } else {
    members_[std::string(node.get("name").text())].push_back(member);
  }
}

void HiddenMembers::look_for(const Model& model, const std::function<bool(Node)>& here, Rewriter& rewriter) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node token = model.tree->node(id);
    if (token.last_id() != id || !rules_.is_identifier(token) || !here(token)) continue;
    const auto member = members_.find(token.text());
    const auto constructor = constructors_.find(token.text());
    const auto access = [&](const Member& m) { return is_access(model, token, m); };
    const auto creation = [&](const Member& m) { return is_creation(token, m); };
    if ((member != members_.end() && std::ranges::any_of(member->second, access)) ||
        (constructor != constructors_.end() && std::ranges::any_of(constructor->second, creation)))
      rewriter.refuse("access_lost", model, token);
  }
}

bool HiddenMembers::is_creation(Node token, const Member& member) const {
  Node node = token;
  while (node.parent().is_any({"generic_type", "scoped_type_identifier"})) node = node.parent();
  const Node parent = node.parent();
  if (parent.is("object_creation_expression")) return parent.get("type") == node;
  if (parent.is("method_reference")) return static_cast<bool>(parent.child("new"));
  // A protected one is called by those who inherit it.
  return parent.is("superclass") && !member.is_protected;
}

bool HiddenMembers::is_access(const Model& model, Node token, const Member& member) {
  const Node parent = token.parent();
  if (parent.is("method_declaration") && token.field() == "name")
    return member.is_method && !member.is_protected && is_inherited(model, token, member);
  if (parent.is("method_invocation") && token.field() == "name")
    return parent.get("object") ? may_be(model, parent.get("object"), member) : is_inherited(model, token, member);
  if (parent.is("field_access") && token.field() == "field") return may_be(model, parent.get("object"), member);
  if (parent.is("method_reference") && token != parent.named_child(0)) return may_be(model, parent.named_child(0), member);
  if (parent.is("scoped_identifier") && token.field() == "name") return family(member.owner).contains(plain_name(parent.get("scope")));
  if (parent.is("scoped_type_identifier") && token != parent.named_child(0))
    return family(member.owner).contains(plain_name(parent.named_child(0)));
  if (model.bound_at.contains(token.id()) || parent.around({"import_declaration"}) || parent.is("package_declaration")) return false;
  if (parent.is_any({"labeled_statement", "break_statement", "continue_statement", "element_value_pair"}) && token.field() != "value")
    return false;
  return !member.is_method && is_inherited(model, token, member);
}

// A plain name: whether a class around has it from the owner, or an import of everything that the owner has.
bool HiddenMembers::is_inherited(const Model& model, Node token, const Member& member) {
  const auto& names = family(member.owner);
  const bool all = std::ranges::any_of(imports_of(model), [&](Node import) {
    return import.child("static") && names.contains(plain_name(import.child("scoped_identifier")));
  });
  if (all) return true;
  const auto classes = classes_around(token);
  const auto extends = [&](Node klass) {
    if (klass.is("object_creation_expression")) return names.contains(plain_name(klass.get("type")));
    return std::ranges::any_of(names, [&](const std::string& name) { return names_base(klass, name); });
  };
  const auto heir = std::ranges::find_if(classes, extends);
  if (heir == classes.end()) return false;
  // A subclass keeps what is protected, and a variable of its own hides it.
  if (member.is_protected) return false;
  const Space space = token.is("type_identifier") ? Space::type : Space::value;
  const Found found = member.is_method ? Found{} : look_up(model, token, token.text(), space);
  return found.bindings == nullptr || found.scope == kRootScope || !heir->contains(model.scopes[found.scope].node);
}

bool HiddenMembers::may_be(const Model& model, Node receiver, const Member& member) {
  const auto& names = family(member.owner);
  while (receiver.is("parenthesized_expression")) receiver = receiver.named_child(0);
  if (receiver.is("super") || receiver.is("this")) return is_inherited(model, receiver, member);
  if (receiver.is("object_creation_expression") || receiver.is("cast_expression")) return names.contains(plain_name(receiver.get("type")));
  if (receiver.is("string_literal") || receiver.is("class_literal")) return false;
  const bool own_field = receiver.is("field_access") && receiver.get("object").is("this");
  if (!own_field && !receiver.is_any({"identifier", "type_identifier"})) return true;
  const std::string name((own_field ? receiver.get("field") : receiver).text());
  // Whatever the name is declared as, anywhere in the file.
  bool declared = false;
  for (const Scope& scope : model.scopes) {
    const auto hit = scope.variables.find(name);
    if (hit == scope.variables.end()) continue;
    for (const Binding& binding : hit->second) {
      declared = true;
      if (binding.kind == BindingKind::klass || binding.kind == BindingKind::import) {
        if (names.contains(name) || (binding.kind == BindingKind::import && overlap(binding.space, Space::value))) return true;
        continue;
      }
      const Node type = declared_type(binding.name);
      const std::string written = type ? plain_name(type) : "";
      const Found variable = type ? look_up(model, type, written, Space::type) : Found{};
      const bool parameter = variable.bindings != nullptr && variable.bindings->front().kind == BindingKind::variable;
      if (written.empty() || written == "var" || parameter || names.contains(written)) return true;
    }
  }
  if (declared) return false;
  // A type of the language or of this package, or a field that somebody else declares.
  if (names.contains(name)) return true;
  return own_field || (!is_own_name(Language::java, name) && project_.named(name + ".java").empty());
}

const std::set<std::string>& HiddenMembers::family(const std::string& owner) {
  const auto [slot, first] = families_.try_emplace(owner);
  std::set<std::string>& names = slot->second;
  if (!first) return names;
  for (std::vector<std::string> open{owner}; !open.empty();) {
    const std::string name = std::move(open.back());
    open.pop_back();
    if (!names.insert(name).second) continue;
    for (const std::string& path : project_.sources()) {
      const Decoded* text = project_.text(path);
      const Model* model = text != nullptr && contains_word(text->text, name) ? project_.model(path) : nullptr;
      for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id)
        if (const Node node = model->tree->node(id); is_type(node) && names_base(node, name)) open.emplace_back(node.get("name").text());
    }
  }
  return names;
}

}  // namespace argosy::code::java
