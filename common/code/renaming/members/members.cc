#include "common/code/renaming/members/members.h"

#include <algorithm>
#include <utility>

#include "common/code/places.h"
#include "common/code/renaming/members/receivers.h"
#include "common/code/renaming/owners.h"
#include "common/code/renaming/walks.h"

namespace argosy::code {

MemberSearch::MemberSearch(const Project& project, const Rules& rules, WantedMember wanted)
    : project_(project),
      rules_(rules),
      values_(project, rules),
      classes_(
          project, rules, [this](const Model& model, Node base) { return values_.of(model, base); }, *wanted.model, wanted.klass),
      kind_(std::move(wanted.kind)),
      name_(std::move(wanted.name)),
      new_name_(std::move(wanted.new_name)),
      force_(wanted.force) {
  group_.insert(classes_.find(wanted.klass));
  // Whoever shares an object with one of the group is of the group.
  group_ = classes_.sharing(group_, [this](Classes::Id one) { return has_own(one); });
}

bool MemberSearch::has_own(Classes::Id id) {
  const auto [slot, fresh] = own_.try_emplace(id);
  if (fresh) slot->second = !classes_.declarations(id, name_).empty();
  return slot->second;
}

std::set<Classes::Id> MemberSearch::declaring(Classes::Id id) {
  return classes_.declaring(id, [this](Classes::Id one) { return has_own(one); });
}

// Whether one of the declarations is of that kind: only a method is called by its own right.
bool MemberSearch::declares() {
  const auto tokens = classes_.declarations(0, name_);
  return std::ranges::any_of(tokens, [&](Node token) {
    const bool method = is_function_node(token.parent()) && token.field() == "name";
    return method == (kind_ == "method");
  });
}

// A receiver whose class has heirs may bring another declaration into the group: then all is looked at again.
Findings MemberSearch::run() {
  do {
    grew_ = false;
    found_ = {};
    meanings_.clear();
    each_source_with(project_, name_, found_.refusals, [&](const Model& model) { source(model); });
  } while (grew_);
  check_bases();
  refuse_unreadable(project_, rules_, name_, found_.refusals);
  return std::move(found_);
}

std::vector<Place> MemberSearch::declarations_near(std::string_view name) {
  std::set<Classes::Id> near = group_;
  near.merge(classes_.ancestors(group_));
  near.merge(classes_.descendants(group_));
  std::vector<Place> out;
  for (const Classes::Id id : near)
    for (const Node token : classes_.declarations(id, name))
      out.push_back(place_at(classes_.at(id).model->path, *classes_.at(id).model->tree, token.start()));
  return out;
}

void MemberSearch::source(const Model& model) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (rules_.is_string(node)) string(model, node);
    if (node.last_id() == id && rules_.is_identifier(node) && node.text() == name_) identifier(model, node);
  }
}

void MemberSearch::identifier(const Model& model, Node node) {
  if (const Node klass = rules_.declared_in(model, node)) {
    const Meaning meaning = of_class(klass);
    // What no class implements by name may still be implemented by shape.
    if (meaning == Meaning::other && klass.is("interface_declaration")) return refuse("receiver_unresolved", model, node);
    if (meaning == Meaning::ours && rules_.names_parameter(node) && !force_.attributes) return refuse("symbol_ambiguous", model, node);
    if (meaning == Meaning::ours && node.parent().is_any({"required_parameter", "optional_parameter"}))
      return refuse("symbol_ambiguous", model, node);
    return decide(model, node, meaning);
  }
  const Use use = rules_.use(project_, model, node);
  if (!model.tree->clean_around(node)) return refuse("syntax_broken", model, node);
  if (use.role == Role::unsure) return decide(model, node, Meaning::unsure);
  if (use.role == Role::member) return decide(model, node, of_receiver(model, use.object));
  // { name } taken of an object: the variable keeps its name.
  if (use.role == Role::destructured) return decide(model, node, of_receiver(model, use.object), ": " + name_);
  if (use.role != Role::name) return;
  // The class's own code sees its members as names while it is made.
  const Found found = look_up(model, node, name_, use.space);
  const Node scope = found.bindings == nullptr ? Node() : model.scopes[found.scope].node;
  if (scope.is("class_definition")) decide(model, node, found.blurred ? Meaning::unsure : of_class(scope));
}

void MemberSearch::string(const Model& model, Node node) {
  const auto content = content_of(node.text());
  if (content != name_) return;
  const auto report = [&](bool sure) {
    const std::size_t start = node.start() + static_cast<std::size_t>(content.data() - node.text().data());
    if (sure || force_.strings)
      found_.sites.push_back({model.path, start, start + name_.size(), new_name_, 0, sure});
    else
      refuse("name_in_string", model, node);
  };
  const Node list = node.around({"assignment"});
  if (list.get("left").text() == "__slots__")
    if (const Node klass = list.around({"class_definition", "function_definition"}); of_class(klass) == Meaning::ours) return report(true);
  const StringUse use = rules_.string_use(model, node);
  switch (use.kind) {
    case StringUse::documentation:
    case StringUse::path:
    case StringUse::annotation:
    case StringUse::exported_name:
      return;
    case StringUse::lookup:
      if (!use.receiver || of_receiver(model, use.receiver) != Meaning::other) report(false);
      return;
    case StringUse::argument:
      if (of_receiver(model, use.receiver) == Meaning::ours) return report(false);
      [[fallthrough]];
    case StringUse::text:
      if (has_unknown_lookup(model)) report(false);
  }
}

// Whether the file takes members by strings that are not written there, of what may be one of our objects.
bool MemberSearch::has_unknown_lookup(const Model& model) {
  return std::ranges::any_of(rules_.computed_lookups(model),
                             [&](Node receiver) { return receiver && of_receiver(model, receiver) == Meaning::ours; });
}

// What a class takes from outside may have the member already, and call it.
void MemberSearch::check_bases() {
  if (force_.attributes) return;
  std::set<Classes::Id> near = group_;
  near.merge(classes_.ancestors(group_));
  for (const Classes::Id id : near)
    for (const Node base : classes_.at(id).foreign_bases)
      if (!rules_.is_plain_base(base)) refuse("receiver_unresolved", *classes_.at(id).model, base);
}

MemberSearch::Meaning MemberSearch::of_receiver(const Model& model, Node object) {
  const Owner owner = rules_.owner_of(object);
  if (owner.kind == Owner::unsure) return Meaning::unsure;
  if (owner.kind == Owner::bases) return of_class(owner.klass);
  const Value value = values_.of(model, object);
  const bool known_class = (value.kind == Value::thing || value.kind == Value::klass) && value.model != nullptr;
  if (known_class && value.node) return of_class(value.node);
  if (value.kind == Value::module || value.kind == Value::nothing || value.kind == Value::function) return Meaning::other;
  return is_surely_foreign(model, rules_, values_, object) ? Meaning::other : Meaning::unsure;
}

MemberSearch::Meaning MemberSearch::of_class(Node klass) {
  const Classes::Id id = klass ? classes_.find(klass) : Classes::kNone;
  if (id != Classes::kNone) return of_id(id);
  // What is only described by its shape may be one of ours.
  return klass.is_any({"interface_declaration", "type_alias_declaration"}) ? Meaning::unsure : Meaning::other;
}

MemberSearch::Meaning MemberSearch::of_id(Classes::Id id) {
  const auto [slot, fresh] = meanings_.try_emplace(id, Meaning::other);
  if (!fresh) return slot->second;
  auto found = declaring(id);
  const bool ours = std::ranges::any_of(found, [&](Classes::Id one) { return group_.contains(one); });
  if (!ours) return Meaning::other;
  slot->second = Meaning::ours;
  const std::size_t before = group_.size();
  group_.merge(found);
  grew_ = grew_ || group_.size() > before;
  return Meaning::ours;
}

void MemberSearch::decide(const Model& model, Node node, Meaning meaning, const std::string& after) {
  if (meaning == Meaning::other) return;
  if (meaning == Meaning::unsure && !force_.attributes) return refuse("receiver_unresolved", model, node);
  found_.sites.push_back({model.path, node.start(), node.end(), new_name_ + after, 0, meaning == Meaning::ours});
}

void MemberSearch::refuse(std::string code, const Model& model, Node node) {
  found_.refusals.push_back({std::move(code), place_at(model.path, *model.tree, node.start())});
}

}  // namespace argosy::code
