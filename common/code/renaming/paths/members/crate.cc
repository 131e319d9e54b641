#include "common/code/renaming/paths/members/crate.h"

#include <algorithm>

namespace argosy::code::impls {

bool is_type(Node node) { return node.is_any({"struct_item", "enum_item", "union_item", "trait_item", "type_item"}); }
bool is_function(Node node) { return node.is_any({"function_item", "function_signature_item"}); }

Node owner_of(Node function) {
  const Node body = function.parent();
  return body.is("declaration_list") && body.parent().is_any({"impl_item", "trait_item"}) ? body.parent() : Node();
}

Node trait_of(Node implementation) { return implementation.is("impl_item") ? implementation.get("trait") : Node(); }

Thing Crate::thing_of(const Model& model, Node item) const {
  return {.kind = Thing::item, .where = modules_.module_of(model, item), .name = std::string(item.get("name").text())};
}

Things Crate::find(const Model& model, Node at, const std::vector<std::string>& path) {
  auto whole = path;
  // use a::Name; inside of a function.
  for (Node block = at.around({"block"}); block; block = block.around({"block"})) {
    const Block& says = said_in(model, block);
    if (says.all || says.types.contains(path.front())) return {{.kind = Thing::unknown}};
    const auto taken = says.taken.find(path.front());
    if (taken == says.taken.end() || whole != path) continue;
    whole = taken->second;
    whole.insert(whole.end(), path.begin() + 1, path.end());
  }
  return modules_.find(modules_.module_of(model, at), whole);
}

const Crate::Block& Crate::said_in(const Model& model, Node block) {
  const auto [slot, first] = blocks_.try_emplace({&model, block.id()});
  Block& says = slot->second;
  for (const Node child : first ? block.children() : Children(Node())) {
    if (is_type(child)) says.types.emplace(child.get("name").text());
    if (!child.is("use_declaration")) continue;
    for (const paths::Taken& taken : paths::taken_by(child)) {
      says.all = says.all || taken.as == "*";
      says.taken.try_emplace(taken.as, taken.path);
    }
  }
  return says;
}

std::vector<At> Crate::items(const Thing& thing) {
  const auto [slot, first] = items_.try_emplace(thing);
  const Model* model = first && thing.kind == Thing::item ? project_.model(thing.where.file) : nullptr;
  for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
    const Node node = model->tree->node(id);
    const bool named =
        (is_type(node) || is_function(node) || node.is_any({"const_item", "static_item"})) && node.get("name").text() == thing.name;
    if (named && !node.around({"block", "impl_item", "trait_item"}) && modules_.module_of(*model, node) == thing.where)
      slot->second.push_back({model, node});
  }
  return slot->second;
}

std::vector<std::pair<Thing, At>> Crate::types(const std::string& name) {
  std::vector<std::pair<Thing, At>> out;
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    if (text == nullptr || !contains_word(text->text, name)) {
      project_.forget(path);
      continue;
    }
    const Model* model = project_.model(path);
    for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (is_type(node) && !node.is("type_item") && node.get("name").text() == name && !node.around({"block"}))
        out.emplace_back(thing_of(*model, node), At{model, node});
    }
  }
  return out;
}

const std::vector<const Model*>* Crate::mentioning(const std::string& word, const std::string& other) {
  if (scanned_ > kMaxBytesScanned) return nullptr;
  const auto [slot, first] = mentioning_.try_emplace({word, other});
  if (!first) return &slot->second;
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    if (text == nullptr) continue;
    if ((scanned_ += text->text.size()) > kMaxBytesScanned) return nullptr;
    const bool both = contains_word(text->text, word) && contains_word(text->text, other);
    const Model* model = both ? project_.model(path) : nullptr;
    if (model != nullptr) slot->second.push_back(model);
    if (model == nullptr) project_.forget(path);
  }
  return &slot->second;
}

}  // namespace argosy::code::impls
