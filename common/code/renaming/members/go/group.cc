// Which methods of a Go program are one: types and the interfaces that they satisfy, by the names of their methods.
#include <algorithm>
#include <utility>

#include "common/code/renaming/members/go/search.h"

namespace argosy::code::go_members {
namespace {

// The named type that a literal type is written for, or the literal itself.
Type owner_of(const Model& model, Node literal) {
  const Node parent = literal.parent();
  return {.kind = Type::known, .model = &model, .node = parent.is("type_spec") ? parent : literal};
}

bool add(std::vector<Type>& types, Type type) {
  if (type.kind != Type::known || std::ranges::find(types, type.node, &Type::node) != types.end()) return false;
  types.push_back(std::move(type));
  return true;
}

}  // namespace

// Of other packages, a name with a small first letter is another name.
bool Search::is_in_reach(const Declaration& one) const {
  return is_exported(wanted_.name) || rules_.module_of(*one.model) == rules_.module_of(*wanted_.model);
}

void Search::gather() {
  const Type home{.kind = Type::known, .model = wanted_.model, .node = wanted_.klass};
  group_ = own();
  add(owners_, home);
  if (wanted_.kind == "attribute") return;
  std::vector<Type> types = with_method();
  add_embedding(types);
  std::vector<Candidate> all;
  for (const Type& type : types) {
    Candidate one{.type = type, .tokens = types_.select(type, wanted_.name, type.node).found};
    std::erase_if(one.tokens,
                  [&](const Declaration& token) { return token.token.parent().is("field_declaration") || !is_in_reach(token); });
    if (one.tokens.empty()) continue;
    one.names = types_.method_names(type, one.open);
    one.is_interface = types_.underlying(type).is("interface_type");
    all.push_back(std::move(one));
  }
  const auto satisfies = [](const Candidate& one, const Candidate& interface) {
    return interface.is_interface && &one != &interface && (one.open || std::ranges::includes(one.names, interface.names));
  };
  const auto join = [&](const Candidate& one) {
    bool grew = false;
    for (const Declaration& token : one.tokens) {
      if (is_group(token)) continue;
      group_.push_back(token);
      grew = true;
    }
    return grew;
  };
  const auto is_ours = [&](const Candidate& one) {
    return std::ranges::any_of(one.tokens, [&](const Declaration& token) { return is_group(token); });
  };
  for (bool grew = true; std::exchange(grew, false);)
    for (const Candidate& one : all)
      for (const Candidate& other : all)
        if ((is_ours(one) || is_ours(other)) && satisfies(one, other)) {
          grew = join(one) || grew;
          grew = join(other) || grew;
        }
  for (const Candidate& one : all)
    if (is_ours(one)) add(owners_, one.type);
}

// The types that declare a method of the name.
std::vector<Type> Search::with_method() {
  std::vector<Type> out;
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const Model* model = text != nullptr && contains_word(text->text, wanted_.name) ? project_.model(path) : nullptr;
    for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (!node.is_any({"method_declaration", "method_elem"}) || node.get("name").text() != wanted_.name) continue;
      add(out, node.is("method_elem") ? owner_of(*model, node.parent()) : types_.receiver(*model, node));
    }
  }
  return out;
}

// And those that have it through one of them: by embedding it, or by being defined as it.
void Search::add_embedding(std::vector<Type>& types) {
  for (std::size_t at = 0; at < types.size(); ++at) {
    const Type inner = types[at];
    const auto name = inner.is("type_spec") ? inner.node.get("name").text() : std::string_view();
    for (const std::string& path : name.empty() ? std::vector<std::string>() : project_.sources()) {
      const Decoded* text = project_.text(path);
      const Model* model = text != nullptr && contains_word(text->text, name) ? project_.model(path) : nullptr;
      for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
        const Node node = model->tree->node(id);
        if (node.is_any({"struct_type", "interface_type"})) {
          const auto embedded = types_.embedded({.kind = Type::known, .model = model, .node = node});
          if (std::ranges::find(embedded, inner.node, &Type::node) != embedded.end()) add(types, owner_of(*model, node));
        } else if (node.is("type_spec") && types_.named(*model, node.get("type")).node == inner.node) {
          add(types, {.kind = Type::known, .model = model, .node = node});
        }
      }
    }
  }
}

}  // namespace argosy::code::go_members
