#include "common/code/renaming/members/classes.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "common/code/renaming/owners.h"

namespace argosy::code {

Classes::Classes(const Project& project, const Rules& rules, Resolve resolve, const Model& model, Node klass)
    : project_(project), rules_(rules), resolve_(std::move(resolve)) {
  add(model, klass);
  // One generation after the other, so that a wide family costs no more readings than a small one.
  for (Id from = 0; from < all_.size() && !is_too_large();) {
    const Id end = all_.size();
    std::set<std::string, std::less<>> names;
    for (Id id = from; id < end; ++id)
      if (is_class_node(all_[id].node) && naming_token(all_[id].node)) names.emplace(naming_token(all_[id].node).text());
    if (!read_heirs(names)) return;
    for (; from < end; ++from)
      if (const auto heirs = heirs_.find(key_of(all_[from].node)); heirs != heirs_.end())
        for (const auto& [where, heir] : heirs->second) add(*where, heir);
  }
}

// Whether that is so; then no verdict may stand on the family.
bool Classes::is_too_large() const {
  if (all_.size() <= kMaxFamily && read_ <= kMaxHeirBytes) return false;
  project_.give_up("the class has too many relatives");
  return true;
}

Classes::Id Classes::find(Node klass) const {
  const auto hit = ids_.find(key_of(klass));
  return hit == ids_.end() ? kNone : hit->second;
}

Classes::Id Classes::enter(const Model& model, Node klass) {
  const auto [slot, fresh] = ids_.try_emplace(key_of(klass), all_.size());
  if (fresh) all_.push_back({.model = &model, .node = klass});
  return slot->second;
}

// The class and all above it.
void Classes::add(const Model& model, Node klass) {
  const Id before = all_.size();
  enter(model, klass);
  for (Id id = before; id < all_.size() && all_.size() <= kMaxFamily; ++id) add_bases(id);
}

void Classes::add_bases(Id id) {
  const Class one = all_[id];
  for (const Node base : rules_.bases(one.node)) {
    const Value value = resolve_(*one.model, base);
    if (value.kind == Value::klass && value.model != nullptr && is_class_node(value.node)) {
      const Id found = enter(*value.model, value.node);
      all_[id].bases.push_back(found);
      all_[found].heirs.push_back(id);
    } else {
      all_[id].foreign_bases.push_back(base);
    }
  }
}

// Indexes the files that write one of the names; false: too much of it.
bool Classes::read_heirs(const std::set<std::string, std::less<>>& names) {
  const auto is_letter = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
  };
  const auto has_one = [&](std::string_view text) {
    if (names.size() == 1) return contains_word(text, *names.begin());
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t start = at;
      while (at < text.size() && is_letter(text[at])) ++at;
      if (at > start && names.contains(text.substr(start, at - start))) return true;
      at += at == start ? 1 : 0;
    }
    return false;
  };
  if (names.empty()) return true;
  for (const std::string& path : project_.sources()) {
    if (const Model* known = project_.parsed(path); known != nullptr && indexed_.contains(known)) continue;
    const Decoded* text = project_.text(path);
    if (text == nullptr) continue;
    read_ += text->text.size();
    if (is_too_large()) return false;
    const Model* model = has_one(text->text) ? project_.model(path) : nullptr;
    if (model != nullptr) index(*model);
  }
  return true;
}

// Notes the classes of the file by what they inherit.
void Classes::index(const Model& model) {
  indexed_.insert(&model);
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (!is_class_node(node) && !rules_.is_nameless_class(node)) continue;
    for (const Node base : rules_.bases(node))
      if (const Value value = resolve_(model, base); value.kind == Value::klass && value.node)
        heirs_[key_of(value.node)].emplace_back(&model, node);
  }
}

std::set<Classes::Id> Classes::ancestors(const std::set<Id>& of) const {
  std::set<Id> out;
  std::vector<Id> open(of.begin(), of.end());
  while (!open.empty()) {
    const Id next = open.back();
    open.pop_back();
    for (const Id base : all_[next].bases)
      if (out.insert(base).second) open.push_back(base);
  }
  return out;
}

std::set<Classes::Id> Classes::descendants(const std::set<Id>& of) const {
  std::set<Id> out;
  std::vector<Id> open(of.begin(), of.end());
  while (!open.empty()) {
    const Id next = open.back();
    open.pop_back();
    for (const Id heir : all_[next].heirs)
      if (out.insert(heir).second) open.push_back(heir);
  }
  return out;
}

std::vector<Node> Classes::declarations(Id id, std::string_view member) const {
  const Model* model = all_[id].model;
  const Node node = all_[id].node;
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
  std::set<Id> seen = descendants({id});
  seen.insert(id);
  seen.merge(ancestors(seen));
  std::erase_if(seen, [&](Id one) { return !declares(one); });
  return seen;
}

std::set<Classes::Id> Classes::sharing(const std::set<Id>& start, const std::function<bool(Id)>& declares) const {
  std::set<Id> out = start, below, above;
  std::vector<Id> open(start.begin(), start.end());
  const auto reach = [&](Id id, bool is_below) {
    if (!(is_below ? below : above).insert(id).second) return;
    if (is_below || !below.contains(id)) open.push_back(id);
    if (!out.contains(id) && declares(id)) out.insert(id);
  };
  while (!open.empty()) {
    const Id id = open.back();
    open.pop_back();
    for (const Id base : all_[id].bases) reach(base, false);
    if (!out.contains(id) && !below.contains(id)) continue;
    for (const Id heir : all_[id].heirs) reach(heir, true);
  }
  return out;
}

}  // namespace argosy::code
