// The class that a request names, and those that share its member: a virtual one is one member in all that inherit from each other.
#include <algorithm>

#include "common/code/places.h"
#include "common/code/renaming/linked/members/search.h"
#include "common/core/text.h"

namespace argosy::code::fields {
namespace {

// "C", "B.C": the class's path or the end of it.
bool is_called(const std::string& path, const std::string& wanted) {
  std::string dotted;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path.compare(i, 2, "::") == 0) ++i;
    dotted += path[i] == ':' ? '.' : path[i];
  }
  return dotted == wanted || dotted.ends_with("." + wanted);
}

}  // namespace

Result<void> Search::find() {
  const std::string last = request_.in.substr(request_.in.rfind('.') + 1);
  std::vector<Place> places, without;
  std::set<RecordId> homes;
  for (const TypeName& type : world_.types(last)) {
    const bool allowed = request_.paths.empty() ||
                         std::ranges::any_of(request_.paths, [&](const auto& glob) { return text::path_matches(glob, type.model->path); });
    if (!allowed || !is_called(type.path, request_.in)) continue;
    Node body = type.value.is("type_definition") ? type.value.get("type") : type.value;
    if (!is_record(body) || !body.get("body")) continue;
    const RecordId id = world_.record(*type.model, body);
    const auto own = world_.at(id).members.find(name());
    const bool declares = own != world_.at(id).members.end() && std::ranges::any_of(own->second, [&](const Member& member) {
                            return member.function == (request_.kind == "method");
                          });
    const Place place = place_at(type.model->path, *type.model->tree, type.name.start());
    if (!declares) without.push_back(place);
    if (declares && homes.insert(id).second) places.push_back(place);
  }
  const std::string in = "\"" + request_.in + "\"";
  if (homes.size() > 1)
    return argosy::code::refuse("symbol_ambiguous", in + " is defined in {}", "name the one that is meant with \"paths\"", places);
  if (homes.empty()) {
    const std::string what = "no class or struct " + in + " that declares the " + request_.kind + " \"" + name() + "\" itself";
    if (without.empty()) return argosy::code::refuse("symbol_not_found", what, "check the spelling and the language", {});
    return argosy::code::refuse("symbol_not_found", what + "; it is in {}", "name the class that declares it; check the kind", without);
  }
  if (world_.at(*homes.begin()).templated)
    return argosy::code::refuse("receiver_unresolved", in + " is a template, of which others may be made in {}", "rename it by hand",
                                places);
  return join_family(*homes.begin());
}

Result<void> Search::join_family(RecordId home) {
  std::vector<RecordId> open{home};
  family_ = {home};
  const auto add = [&](RecordId id) {
    if (family_.insert(id).second) open.push_back(id);
  };
  while (!open.empty()) {
    const RecordId id = open.back();
    open.pop_back();
    typing_.begin();
    for (const Type& base : typing_.bases(id))
      if (base.kind == Type::record && base.around.empty()) add(base.id);
    for (const RecordId heir : heirs_of(id)) add(heir);
    if (const auto own = world_.at(id).members.find(name()); own != world_.at(id).members.end())
      is_virtual_ = is_virtual_ || std::ranges::any_of(own->second, &Member::is_virtual);
  }
  if (!is_family_known_)
    return argosy::code::refuse("project_too_large", "too many sources name the classes of \"" + request_.in + "\"",
                                "rename something rarer, or narrow the repository", {});
  group_ = {home};
  for (const RecordId id : family_)
    if (is_virtual_ && world_.at(id).members.contains(name())) group_.insert(id);
  return {};
}

std::vector<RecordId> Search::heirs_of(RecordId id) {
  std::vector<RecordId> out;
  const std::string& path = world_.at(id).path;
  const std::string last = path.substr(path.rfind(':') + 1);
  const auto* files = last.empty() || world_.at(id).model->tree->language() == Language::c ? nullptr : world_.mentioning(last);
  if (files == nullptr) {
    is_family_known_ = is_family_known_ && (last.empty() || world_.at(id).model->tree->language() == Language::c);
    return out;
  }
  for (const std::string& file : *files) {
    const Model* model = project_.model(file);
    for (NodeId at = 0; model != nullptr && at < model->tree->size(); ++at) {
      const Node node = model->tree->node(at);
      const Node clause = is_record(node) && node.get("body") ? node.child("base_class_clause") : Node();
      if (!clause) continue;
      typing_.begin();
      const RecordId heir = world_.record(*model, node);
      const auto bases = typing_.bases(heir);
      if (std::ranges::any_of(bases, [&](const Type& base) { return base.kind == Type::record && base.id == id; })) out.push_back(heir);
    }
  }
  return out;
}

// Whether a class may be an heir that was not found: behind another name of its base, or of what a template is given.
bool Search::may_override(RecordId id) {
  if (!is_virtual_ || family_.contains(id)) return false;
  std::vector<RecordId> open{id};
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (i >= kMaxBases) return true;
    for (const Type& base : typing_.bases(open[i])) {
      // What the standard library makes inherits from nothing that it is given.
      if (base.kind == Type::unknown && base.around.empty()) return true;
      if (base.kind != Type::record) continue;
      if (family_.contains(base.id)) return true;
      if (std::ranges::find(open, base.id) == open.end()) open.push_back(base.id);
    }
  }
  return false;
}

// A class from outside may have a method of the name already, and call it.
void Search::check_bases() {
  if (force_.attributes || request_.kind != "method") return;
  for (const RecordId id : group_) {
    std::vector<RecordId> open{id};
    for (std::size_t i = 0; i < open.size(); ++i) {
      typing_.begin();
      for (const Type& base : typing_.bases(open[i])) {
        const Record& heir = world_.at(open[i]);
        const Node name = heir.nodes.front().get("name");
        if (base.kind != Type::record || world_.at(base.id).templated)
          refuse("receiver_unresolved", *heir.model, (name ? name : heir.nodes.front()).start());
        else if (std::ranges::find(open, base.id) == open.end())
          open.push_back(base.id);
      }
    }
  }
}

std::vector<Place> Search::declared(const std::string& name) {
  std::vector<Place> out;
  for (const RecordId id : family_) {
    const auto own = world_.at(id).members.find(name);
    if (own == world_.at(id).members.end()) continue;
    for (const Member& member : own->second)
      out.push_back(place_at(world_.at(id).model->path, *world_.at(id).model->tree, member.name.start()));
  }
  return out;
}

}  // namespace argosy::code::fields
