#include "common/code/renaming/members/classes.h"

#include <algorithm>
#include <utility>

#include "common/code/renaming/owners.h"

namespace argosy::code {

Classes::Classes(const Project& project, const Rules& rules, Resolve resolve, const Model& model, Node klass)
    : project_(project), rules_(rules), resolve_(std::move(resolve)) {
  add(model, klass);
  for (Id id = 0; id < all_.size(); ++id)
    if (is_class_node(all_[id].node) && naming_token(all_[id].node)) add_heirs(naming_token(all_[id].node).text());
}

Classes::Id Classes::find(Node klass) const {
  const auto hit = std::ranges::find(all_, klass, &Class::node);
  return hit == all_.end() ? kNone : static_cast<Id>(hit - all_.begin());
}

Classes::Id Classes::add(const Model& model, Node klass) {
  if (const Id known = find(klass); known != kNone) return known;
  const Id id = all_.size();
  all_.push_back({.model = &model, .node = klass});
  for (const Node base : rules_.bases(klass)) {
    const Value value = resolve_(model, base);
    if (value.kind == Value::klass && value.model != nullptr && is_class_node(value.node)) {
      const Id found = add(*value.model, value.node);
      all_[id].bases.push_back(found);
    } else {
      all_[id].foreign_bases.push_back(base);
    }
  }
  return id;
}

// Classes of the files that write the name, if they have a base that is known already.
void Classes::add_heirs(std::string_view name) {
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const Model* model = text != nullptr && contains_word(text->text, name) ? project_.model(path) : nullptr;
    for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (!is_class_node(node) && !rules_.is_nameless_class(node)) continue;
      const auto bases = rules_.bases(node);
      const bool heir = std::ranges::any_of(bases, [&](Node base) {
        const Value value = resolve_(*model, base);
        return value.kind == Value::klass && find(value.node) != kNone;
      });
      if (heir) add(*model, node);
    }
  }
}

std::set<Classes::Id> Classes::ancestors(Id id) const {
  std::set<Id> out;
  std::vector<Id> open{id};
  while (!open.empty()) {
    const Id next = open.back();
    open.pop_back();
    for (const Id base : all_[next].bases)
      if (out.insert(base).second) open.push_back(base);
  }
  return out;
}

std::set<Classes::Id> Classes::descendants(Id id) const {
  std::set<Id> out;
  for (bool grew = true; grew;) {
    grew = false;
    for (Id other = 0; other < all_.size(); ++other) {
      const bool heir = std::ranges::any_of(all_[other].bases, [&](Id base) { return base == id || out.contains(base); });
      grew = (heir && out.insert(other).second) || grew;
    }
  }
  return out;
}

std::vector<Node> Classes::declarations(Id id, std::string_view member) const {
  const auto& [model, node, bases, foreign] = all_[id];
  std::vector<Node> out;
  for (NodeId at = node.id(); at <= node.last_id(); ++at) {
    const Node token = model->tree->node(at);
    if (token.last_id() == at && token.text() == member && rules_.is_identifier(token) && rules_.declared_in(*model, token) == node)
      out.push_back(token);
  }
  const auto set = model->members.find({node.id(), member});
  if (set != model->members.end())
    for (const Binding& binding : set->second)
      if (std::ranges::find(out, binding.name) == out.end()) out.push_back(binding.name);
  return out;
}

std::set<Classes::Id> Classes::declaring(Id id, const std::function<bool(Id)>& declares) const {
  std::set<Id> seen = ancestors(id);
  seen.insert(id);
  for (const Id heir : descendants(id)) {
    seen.insert(heir);
    seen.merge(ancestors(heir));
  }
  std::erase_if(seen, [&](Id one) { return !declares(one); });
  return seen;
}

}  // namespace argosy::code
