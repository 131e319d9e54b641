// Which methods of a Go program are one: types and the interfaces that they satisfy, by the names of their methods.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/code/renaming/members/go/search.h"

namespace argosy::code::go_members {
namespace {

// The named type that a literal type is written for, or the literal itself.
Type owner_of(const Model& model, Node literal) {
  const Node parent = literal.parent();
  return {.kind = Type::known, .model = &model, .node = parent.is("type_spec") ? parent : literal};
}

constexpr std::size_t kMaxTypes = 4096;                           // with a method of the name
constexpr std::size_t kMaxEmbedderBytes = std::size_t{16} << 30;  // read for the names of these

using Key = std::pair<const Tree*, NodeId>;
Key key_of(Node node) { return {&node.tree(), node.id()}; }

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
  for (const Declaration& one : group_) grouped_.insert(key_of(one.token));
  add(owners_, home);
  if (wanted_.kind == "attribute") return;
  std::vector<Type> types = with_method();
  add_embedding(types);
  if (project_.problem()) return;
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
  // A type is of the group with each of its declarations, and takes those with it that it satisfies or that satisfy it.
  std::map<Key, std::vector<std::size_t>> by_token;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const Declaration& token : all[i].tokens) by_token[key_of(token.token)].push_back(i);
  std::set<std::size_t> ours;
  std::vector<std::size_t> open;
  const auto reach = [&](const Declaration& token) {
    for (const std::size_t i : by_token[key_of(token.token)])
      if (ours.insert(i).second) open.push_back(i);
  };
  const auto join = [&](const Candidate& one) {
    for (const Declaration& token : one.tokens) {
      if (is_group(token)) continue;
      group_.push_back(token);
      grouped_.insert(key_of(token.token));
      reach(token);
    }
  };
  for (const Declaration& token : group_) reach(token);
  while (!open.empty()) {
    const Candidate& one = all[open.back()];
    open.pop_back();
    for (const Candidate& other : all) {
      if (!satisfies(one, other) && !satisfies(other, one)) continue;
      join(one);
      join(other);
    }
  }
  for (const std::size_t i : ours) add(owners_, all[i].type);
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
      if (out.size() > kMaxTypes) return project_.give_up("too many types have a method of the name"), out;
    }
  }
  return out;
}

// And those that have it through one of them: by embedding it, or by being defined as it.
void Search::add_embedding(std::vector<Type>& types) {
  std::set<const Model*> indexed;
  std::map<Key, std::vector<Type>> outer;  // by what they embed or are defined as
  const auto index = [&](const Model& model) {
    for (NodeId id = 0; id < model.tree->size(); ++id) {
      const Node node = model.tree->node(id);
      if (node.is_any({"struct_type", "interface_type"})) {
        for (const Type& one : types_.embedded({.kind = Type::known, .model = &model, .node = node}))
          if (one.node) outer[key_of(one.node)].push_back(owner_of(model, node));
      } else if (node.is("type_spec")) {
        if (const Type one = types_.named(model, node.get("type")); one.node)
          outer[key_of(one.node)].push_back({.kind = Type::known, .model = &model, .node = node});
      }
    }
  };
  std::size_t read = 0;
  for (std::size_t at = 0; at < types.size(); ++at) {
    const Type inner = types[at];
    if (!inner.is("type_spec")) continue;
    const auto name = inner.node.get("name").text();
    for (const std::string& path : project_.sources()) {
      if (const Model* known = project_.parsed(path); known != nullptr && indexed.contains(known)) continue;
      const Decoded* text = project_.text(path);
      if (text == nullptr) continue;
      read += text->text.size();
      const Model* model = contains_word(text->text, name) ? project_.model(path) : nullptr;
      if (model != nullptr && indexed.insert(model).second) index(*model);
    }
    for (const Type& one : outer[key_of(inner.node)]) add(types, one);
    if (types.size() > kMaxTypes || read > kMaxEmbedderBytes) return project_.give_up("too many types have a method of the name");
  }
}

}  // namespace argosy::code::go_members
