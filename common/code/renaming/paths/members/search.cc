#include "common/code/renaming/paths/members/search.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/code/languages/rust/rust.h"
#include "common/code/places.h"
#include "common/code/renaming/outcome.h"
#include "common/code/renaming/walks.h"

namespace argosy::code::impls {
namespace {

// Methods that boxes have, too.
constexpr auto kOfBoxes =
    std::to_array<std::string_view>({"as_ref", "as_mut", "borrow", "borrow_mut", "clone", "cmp", "deref", "deref_mut", "eq", "fmt", "from",
                                     "hash", "into", "ne", "partial_cmp", "to_owned", "to_string"});

bool is_name(Node node) { return node.is_any({"identifier", "field_identifier", "shorthand_field_identifier"}); }

// value.name::<T>() and value.name(): whether a method is meant, not a field.
bool is_called(Node field_expression) {
  Node outer = field_expression.parent();
  if (outer.is("generic_function")) return true;
  return outer.is("call_expression") && field_expression.field() == "function";
}

}  // namespace

Search::Search(const Project& project, const Rules& rules, tasks::RenameSymbol request)
    : project_(project), rules_(rules), request_(std::move(request)), force_(force_of(request_)), crate_(project), typing_(crate_) {}

Findings Search::run() {
  each_source_with(project_, name(), found_.refusals, [&](const Model& model) { source(model); });
  check_attributes();
  refuse_unreadable(project_, rules_, name(), found_.refusals);
  return std::move(found_);
}

void Search::source(const Model& model) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    typing_.begin();
    if (rules_.is_string(node) && node.text().contains(name())) string(model, node);
    if (force_.comments && node.kind().ends_with("comment")) {
      for (std::size_t at = find_word(node.text(), name()); at != std::string::npos; at = find_word(node.text(), name(), at + 1))
        found_.sites.push_back({model.path, node.start() + at, node.start() + at + name().size(), request_.to, 0, false});
    }
    if (node.last_id() == id && is_name(node) && node.text() == name()) identifier(model, node);
  }
}

void Search::identifier(const Model& model, Node node) {
  const Node parent = node.parent();
  if (node.around({"macro_definition"})) return decide(model, node, Meaning::unsure);
  if (node.around({"attribute_item", "inner_attribute_item"})) return;
  // 1name: the end of a number.
  const std::string_view text = model.tree->text();
  if (node.start() > 0 && std::isalnum(static_cast<unsigned char>(text[node.start() - 1]))) return decide(model, node, Meaning::unsure);
  if (parent.is_any({"token_tree", "token_tree_pattern"})) return token(model, node);
  const bool of_member = node.is_any({"field_identifier", "shorthand_field_identifier"}) ||
                         parent.is_any({"shorthand_field_initializer", "scoped_identifier"}) ||
                         (is_function(parent) && node.field() == "name");
  if (!of_member) return;
  if (!model.tree->clean_around(node)) return refuse("syntax_broken", model, node);
  if (is_function(parent) && node.field() == "name") {
    if (!is_field() && owner_of(parent)) decide(model, node, of_declaration(model, parent));
    return;
  }
  if (parent.is("scoped_identifier")) {
    if (!is_field() && node.field() == "name") decide(model, node, behind_path(model, parent));
    return;
  }
  if (parent.is("field_expression")) {
    if (is_called(parent) != is_field()) decide(model, node, of_type(typing_.of(model, parent.get("value"))));
    return;
  }
  if (is_field()) field_name(model, node);
}

// Where a field is declared, set or taken apart.
void Search::field_name(const Model& model, Node node) {
  const Node parent = node.parent();
  if (parent.is("field_declaration")) {
    const Node type = node.around({"struct_item", "union_item", "enum_variant"});
    const bool ours = !type.is("enum_variant") && !type.around({"block"}) && crate_.thing_of(model, type) == group_;
    return decide(model, node, ours ? Meaning::ours : Meaning::other);
  }
  const auto meaning = [&](Node literal, std::string_view field) {
    Node variant;
    const Type type = typing_.literal(model, literal.get(field), &variant);
    return variant ? Meaning::other : of_type(type);
  };
  if (parent.is("field_initializer")) return decide(model, node, meaning(parent.around({"struct_expression"}), "name"));
  if (parent.is("shorthand_field_initializer")) return decide(model, node, meaning(parent.around({"struct_expression"}), "name"), "", node);
  if (!parent.is("field_pattern")) return decide(model, node, Meaning::unsure);
  const Meaning found = meaning(parent.around({"struct_pattern"}), "type");
  // { ref mut name } is a field and a variable.
  if (node.is("shorthand_field_identifier"))
    return decide(model, node, found, std::string(model.tree->text(), parent.start(), node.start() - parent.start()), node);
  decide(model, node, found);
}

Search::Meaning Search::of_declaration(const Model& model, Node function) {
  const Node owner = owner_of(function);
  if (owner.is("trait_item"))
    return of_trait_ && !owner.around({"block"}) && crate_.thing_of(model, owner) == group_ ? Meaning::ours : Meaning::other;
  const Node trait = trait_of(owner);
  const Type type = typing_.named(model, trait ? trait : owner.get("type"));
  if (type.kind == Type::unknown) return Meaning::unsure;
  if (trait)
    return of_trait_ && type.kind == Type::bounded && !type.args.empty() && type.args.front().what == group_ ? Meaning::ours
                                                                                                             : Meaning::other;
  return !of_trait_ && type.kind == Type::own && type.what == group_ ? Meaning::ours : Meaning::other;
}

Search::Meaning Search::of_type(const Type& type) {
  const bool box = type.boxed && std::ranges::find(kOfBoxes, name()) != kOfBoxes.end();
  if (box && !is_field()) return Meaning::unsure;
  switch (type.kind) {
    case Type::own:
      return of_own(type);
    case Type::bounded:
      return of_bounded(type);
    case Type::holder:
    case Type::foreign:
      return of_trait_ && spreads_ ? Meaning::unsure : Meaning::other;
    case Type::unknown:
      return Meaning::unsure;
  }
  return Meaning::unsure;
}

Search::Meaning Search::of_own(const Type& type) {
  if (is_field()) {
    if (type.what == group_) return Meaning::ours;
    return typing_.has_field(type, name()) || !typing_.derefs(type) ? Meaning::other : Meaning::unsure;
  }
  bool known = true, ours = false, other = false;
  for (const Method& method : typing_.methods(type, name(), known)) {
    if (!method.inherent && method.trait.kind == Type::unknown) return Meaning::unsure;
    const Thing& owner = method.inherent ? type.what : method.trait.what;
    (owner == group_ && method.inherent != of_trait_ ? ours : other) = true;
  }
  if (!known || (ours && other)) return Meaning::unsure;
  if (ours || other) return ours ? Meaning::ours : Meaning::other;
  // A macro may give the type the trait.
  if (of_trait_) return typing_.has_trait(type, group_) ? Meaning::ours : Meaning::unsure;
  return typing_.derefs(type) ? Meaning::unsure : Meaning::other;
}

// Of a trait's own code, a generic parameter, dyn and impl.
Search::Meaning Search::of_bounded(const Type& type) {
  if (is_field()) return Meaning::unsure;
  bool known = true, ours = false, other = false;
  for (const Method& method : typing_.methods(type, name(), known)) (of_trait_ && method.trait.what == group_ ? ours : other) = true;
  if (ours || other) return ours && other ? Meaning::unsure : ours ? Meaning::ours : Meaning::other;
  // A trait that asks for others has their methods, too.
  for (const Type& trait : type.args)
    for (const At& item : crate_.items(trait.what))
      if (item.node.get("bounds")) return Meaning::unsure;
  return type.open || (of_trait_ && spreads_) ? Meaning::unsure : Meaning::other;
}

Search::Meaning Search::behind_path(const Model& model, Node node) {
  const Node before = node.get("path");
  if (before.is("bracketed_type")) {
    const Node inner = before.named_child(0);
    if (!inner.is("qualified_type")) return of_type(typing_.named(model, inner));
    return of_type(typing_.named(model, inner.get("alias")));
  }
  return before ? behind(model, node, paths::parts_of(before)) : Meaning::other;
}

Search::Meaning Search::behind(const Model& model, Node at, const std::vector<std::string>& path) {
  if (path.front() == "<") return Meaning::unsure;
  if (path.front() != "Self") {
    const Things things = crate_.find(model, at, path);
    const bool module = !things.empty() && std::ranges::all_of(things, [](const Thing& thing) { return thing.kind == Thing::module; });
    if (module) return Meaning::other;
  }
  const Type type = typing_.path(model, at, path);
  // Enum::name
  for (const At& item : type.kind == Type::own ? crate_.items(type.what) : std::vector<At>())
    for (NodeId id = item.node.id(); id <= item.node.last_id(); ++id)
      if (const Node node = item.node.tree().node(id); node.is("enum_variant") && node.get("name").text() == name()) return Meaning::other;
  return of_type(type);
}

// #[serde(default = "Type::name")], #[getter(name)]
void Search::string(const Model& model, Node node) {
  if (!node.around({"attribute"}) || node.around({"attribute"}).named_child(0).text() == "doc") return;
  const auto text = content_of(node.text());
  if (text != name() && !text.ends_with("::" + name())) return;
  const std::size_t at = node.start() + find_word(node.text(), name());
  if (force_.strings)
    found_.sites.push_back({model.path, at, at + name().size(), request_.to, 0, false});
  else
    found_.refusals.push_back({"name_in_string", place_at(model.path, *model.tree, at)});
}

// `before`: what a pattern writes before the variable that keeps its name; `from`: the token of such a variable.
void Search::decide(const Model& model, Node node, Meaning meaning, const std::string& before, Node from) {
  if (meaning == Meaning::other) return;
  if (meaning == Meaning::unsure && !force_.attributes) return refuse("receiver_unresolved", model, node);
  const std::size_t start = node.start() - before.size();
  const std::string text = from ? request_.to + ": " + before + name() : request_.to;
  found_.sites.push_back({model.path, start, node.end(), text, 0, meaning == Meaning::ours});
}

void Search::refuse(std::string_view code, const Model& model, Node node) {
  found_.refusals.push_back({std::string(code), place_at(model.path, *model.tree, node.start())});
}

}  // namespace argosy::code::impls
