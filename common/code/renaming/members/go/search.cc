#include "common/code/renaming/members/go/search.h"

#include <algorithm>
#include <utility>

#include "common/code/places.h"
#include "common/code/renaming/walks.h"

namespace argosy::code::go_members {

Search::Search(const Project& project, const Rules& rules, WantedMember wanted)
    : project_(project), rules_(rules), wanted_(std::move(wanted)), types_(project, rules), expressions_(types_) {}

// What the wanted type itself declares.
std::vector<Declaration> Search::own() {
  const Type home{.kind = Type::known, .model = wanted_.model, .node = wanted_.klass};
  std::vector<Declaration> out;
  for (const Declaration& one : types_.select(home, wanted_.name, wanted_.klass).found) {
    const Node owner = one.token.parent();
    const bool field = owner.is("field_declaration");
    const bool within = owner.is("method_declaration") ? types_.receiver(*one.model, owner).node == wanted_.klass
                                                       : one.model == wanted_.model && wanted_.klass.contains(one.token);
    if (within && field == (wanted_.kind == "attribute")) out.push_back(one);
  }
  return out;
}

bool Search::declares() { return !own().empty(); }

Findings Search::run() {
  gather();
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    if (text == nullptr) continue;
    if (text->text.find(wanted_.name) == std::string::npos) {
      project_.forget(path);
    } else if (const Model* model = project_.model(path)) {
      source(*model);
    } else if (contains_word(text->text, wanted_.name)) {
      found_.refusals.push_back({project_.why(path)->code, place_at(path, text->text, find_word(text->text, wanted_.name))});
    }
  }
  for (const Type& owner : owners_)
    if (owner.is("type_spec") && types_.is_declared_twice(owner)) refuse("symbol_ambiguous", *owner.model, owner.node.get("name"));
  check_sight();
  if (!wanted_.force.strings) check_templates();
  if (!wanted_.force.attributes) {
    check_outside();
    if (wanted_.kind == "attribute") check_conversions();
  }
  refuse_unreadable(project_, rules_, wanted_.name, found_.refusals);
  return std::move(found_);
}

std::vector<Place> Search::declarations_near(std::string_view name) {
  std::vector<Place> out;
  for (const Type& owner : owners_)
    for (const Declaration& one : types_.select(owner, name, owner.node).found)
      out.push_back(place_at(one.model->path, *one.model->tree, one.token.start()));
  return out;
}

void Search::source(const Model& model) {
  follow(model);
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (rules_.is_string(node)) string(model, node);
    if (node.is("comment") && rules_.is_directive(node) && contains_word(node.text(), wanted_.name)) refuse("name_in_string", model, node);
    if (node.is_any({"field_identifier", "identifier"}) && node.text() == wanted_.name) identifier(model, node);
  }
}

void Search::identifier(const Model& model, Node node) {
  const Meaning found = meaning(model, node);
  if (found == Meaning::other) return;
  if (!model.tree->clean_around(node)) return refuse("syntax_broken", model, node);
  if (found == Meaning::unsure && !wanted_.force.attributes) return refuse("receiver_unresolved", model, node);
  found_.sites.push_back({model.path, node.start(), node.end(), wanted_.new_name, 0, found == Meaning::ours});
}

Search::Meaning Search::meaning(const Model& model, Node node) {
  const Node parent = node.parent();
  if (parent.is("ERROR")) return Meaning::unsure;
  if (node.field() == "name" && parent.is_any({"method_declaration", "method_elem", "field_declaration"}))
    return is_group({&model, node}) ? Meaning::ours : Meaning::other;
  if (parent.is("selector_expression") && node.field() == "field") {
    const Type operand = expressions_.of(model, parent.get("operand"));
    if (operand.kind == Type::package || !operand.may_hold_ours()) return Meaning::other;
    if (operand.kind == Type::unknown || operand.kind == Type::foreign) return Meaning::unsure;
    return of(types_.select(operand, wanted_.name, node));
  }
  const Node keyed = parent.is("literal_element") && parent.field() == "key" ? parent.parent() : Node();
  if (!keyed.is("keyed_element") || wanted_.kind != "attribute") return Meaning::other;
  const Type type = types_.underlying(expressions_.of_literal(model, keyed.parent()));
  if (type.kind == Type::unknown || type.kind == Type::parameter) return Meaning::unsure;
  return type.is("struct_type") ? of(types_.select(type, wanted_.name, node)) : Meaning::other;
}

Search::Meaning Search::of(const Selection& selection) const {
  if (selection.found.empty()) return selection.lost ? Meaning::unsure : Meaning::other;
  const auto ours = std::ranges::count_if(selection.found, [&](const Declaration& one) { return is_group(one); });
  if (ours == 0) return Meaning::other;
  return selection.open || selection.lost || std::cmp_not_equal(ours, selection.found.size()) ? Meaning::unsure : Meaning::ours;
}

bool Search::is_group(const Declaration& one) const { return grouped_.contains({&one.token.tree(), one.token.id()}); }

// ExampleT_name documents the method: the Go tool refuses it when that is gone.
void Search::follow(const Model& model) {
  if (!model.path.ends_with("_test.go")) return;
  for (const Type& owner : owners_) {
    const std::string module = rules_.module_of(*owner.model), here = rules_.module_of(model);
    if (here != module && here != module + "_test") continue;
    const std::string before = "Example" + std::string(owner.node.get("name").text()) + "_", example = before + wanted_.name;
    for (const auto& [name, bindings] : model.scopes.front().variables)
      if (name == example || name.starts_with(example + "_"))
        for (const Binding& binding : bindings)
          found_.sites.push_back(
              {model.path, binding.name.start() + before.size(), binding.name.start() + example.size(), wanted_.new_name, 0, false});
  }
}

void Search::refuse(std::string code, const Model& model, Node node) {
  found_.refusals.push_back({std::move(code), place_at(model.path, *model.tree, node.start())});
}

}  // namespace argosy::code::go_members
