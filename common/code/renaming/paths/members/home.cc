// The type or trait that a request names, who shares its method, and what its attributes make of its names.
#include <algorithm>
#include <array>

#include "common/code/places.h"
#include "common/code/renaming/paths/members/search.h"
#include "common/core/text.h"

namespace argosy::code::impls {
namespace {

// Attributes and derived traits that no name of a member goes into.
constexpr auto kPlainAttributes = std::to_array<std::string_view>({"doc",
                                                                   "allow",
                                                                   "warn",
                                                                   "deny",
                                                                   "forbid",
                                                                   "expect",
                                                                   "cfg",
                                                                   "inline",
                                                                   "cold",
                                                                   "must_use",
                                                                   "deprecated",
                                                                   "non_exhaustive",
                                                                   "repr",
                                                                   "track_caller",
                                                                   "test",
                                                                   "async_trait",
                                                                   "rustfmt",
                                                                   "automatically_derived",
                                                                   "target_feature",
                                                                   "default"});
constexpr auto kPlainDerives =
    std::to_array<std::string_view>({"Debug", "Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash", "Default"});

bool in(std::span<const std::string_view> words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool is_plain(Node attribute) {
  const Node path = attribute.named_child(0);
  const auto first = paths::parts_of(path).front();
  if (first != "derive") return in(kPlainAttributes, first);
  const Node list = attribute.get("arguments");
  for (const Node child : list ? list.children() : Children(Node()))
    if (child.is_any({"identifier", "scoped_identifier"}) && !in(kPlainDerives, child.text())) return false;
  return true;
}

}  // namespace

Result<void> Search::find() {
  const std::string last = request_.in.substr(request_.in.rfind('.') + 1), in = "\"" + request_.in + "\"";
  std::vector<Place> places, without;
  std::set<Thing> homes;
  for (const auto& [thing, item] : crate_.types(last)) {
    const bool allowed = request_.paths.empty() ||
                         std::ranges::any_of(request_.paths, [&](const auto& glob) { return text::path_matches(glob, item.model->path); });
    if (!allowed) continue;
    const Type own{.kind = Type::own, .what = thing};
    const Type type = item.node.is("trait_item") ? Type{.kind = Type::bounded, .args = {own}} : own;
    bool known = true;
    typing_.begin();
    const bool declares =
        is_field() ? type.kind == Type::own && typing_.has_field(type, name()) : !typing_.methods(type, name(), known).empty();
    const Place place = place_at(item.model->path, *item.model->tree, item.node.get("name").start());
    (declares ? places : without).push_back(place);
    if (!declares) continue;
    homes.insert(thing);
    home_ = type;
  }
  if (homes.size() > 1)
    return argosy::code::refuse("symbol_ambiguous", in + " is declared in {}", "name the one that is meant with \"paths\"", places);
  if (homes.empty()) {
    const std::string what = "no type or trait " + in + " that declares the " + request_.kind + " \"" + name() + "\"";
    if (without.empty()) return argosy::code::refuse("symbol_not_found", what, "check the spelling and the language", {});
    return argosy::code::refuse("symbol_not_found", what + "; it is in {}", "name the one that declares it; check the kind", without);
  }
  group_ = *homes.begin();
  of_trait_ = home_.kind == Type::bounded;
  if (is_field()) return {};
  bool known = true;
  const auto methods = typing_.methods(home_, name(), known);
  if (!known) return argosy::code::refuse("project_too_large", "too many sources name " + in, "rename something rarer", {});
  return join_trait(methods);
}

// A method that the type has of a trait is the trait's.
Result<void> Search::join_trait(const std::vector<Method>& methods) {
  std::vector<Place> places, foreign;
  bool inherent = false;
  std::set<Thing> traits;
  for (const Method& method : methods) {
    places.push_back(place_at(method.at.model->path, *method.at.model->tree, method.at.node.get("name").start()));
    if (!method.inherent && method.trait.kind != Type::own) foreign.push_back(places.back());
    if (method.inherent)
      inherent = true;
    else
      traits.insert(method.trait.what);
  }
  if (!foreign.empty())
    return argosy::code::refuse("receiver_unresolved", "\"" + name() + "\" is a method of a trait from outside, in {}", "it keeps its name",
                                foreign);
  if (traits.size() + (inherent ? 1 : 0) > 1)
    return argosy::code::refuse("symbol_ambiguous", "\"" + name() + "\" is several methods of one type, in {}", "rename them by hand",
                                places);
  if (inherent) return {};
  of_trait_ = true;
  group_ = *traits.begin();
  home_ = {.kind = Type::bounded, .args = {{.kind = Type::own, .what = group_}}};
  const auto* models = crate_.mentioning("impl", group_.name);
  if (models == nullptr) return argosy::code::refuse("project_too_large", "too many sources name the trait", "rename something rarer", {});
  for (const Model* model : *models)
    for (NodeId id = 0; id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (!trait_of(node)) continue;
      typing_.begin();
      const Type trait = typing_.named(*model, trait_of(node));
      if (trait.kind != Type::bounded || trait.args.empty() || trait.args.front().what != group_) continue;
      implementations_.push_back({model, node});
      const Type type = typing_.named(*model, node.get("type"));
      if (type.kind == Type::own)
        implementors_.push_back(type);
      else
        spreads_ = true;
    }
  return {};
}

// Macros that are put on a type may read the names of its members: what is stored, sent or called from outside is called after them.
void Search::check_attributes() {
  const auto methods = [&](Node owner, const Model& model) {
    look_at_attributes(model, owner);
    const Node body = owner.get("body");
    for (const Node child : body ? body.children() : Children(Node()))
      if (is_function(child) && child.get("name").text() == name()) look_at_attributes(model, child);
  };
  if (is_field() || of_trait_) {
    for (const At& item : crate_.items(group_)) {
      if (of_trait_) methods(item.node, *item.model);
      if (is_field()) look_at_attributes(*item.model, item.node);
      const Node body = is_field() ? item.node.get("body") : Node();
      for (const Node child : body ? body.children() : Children(Node()))
        if (child.is("field_declaration") && child.get("name").text() == name()) look_at_attributes(*item.model, child);
    }
    for (const At& block : implementations_) methods(block.node, *block.model);
    return;
  }
  bool known = true;
  typing_.begin();
  for (const Method& method : typing_.methods(home_, name(), known)) methods(owner_of(method.at.node), *method.at.model);
}

void Search::look_at_attributes(const Model& model, Node item) {
  for (Node before = item.previous(); before.is_any({"attribute_item", "line_comment", "block_comment"}); before = before.previous()) {
    const Node attribute = before.is("attribute_item") ? before.named_child(0) : Node();
    if (!attribute || is_plain(attribute)) continue;
    if (is_field() ? force_.strings : force_.attributes) continue;
    refuse(is_field() ? "name_in_string" : "receiver_unresolved", model, attribute);
  }
}

std::vector<Place> Search::declared(const std::string& name) {
  std::vector<Place> out;
  typing_.begin();
  const auto add = [&](const Type& type) {
    bool known = true;
    for (const Method& method : typing_.methods(type, name, known))
      out.push_back(place_at(method.at.model->path, *method.at.model->tree, method.at.node.get("name").start()));
  };
  if (!is_field()) {
    add(home_);
    for (const Type& type : implementors_) add(type);
    return out;
  }
  for (const At& item : crate_.items(group_)) {
    const Node body = item.node.get("body");
    for (const Node child : body ? body.children() : Children(Node()))
      if (child.is("field_declaration") && child.get("name").text() == name)
        out.push_back(place_at(item.model->path, *item.model->tree, child.get("name").start()));
  }
  return out;
}

}  // namespace argosy::code::impls
