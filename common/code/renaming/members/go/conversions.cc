// Structs of Go that are converted into each other: their fields must have the same names.
#include <algorithm>
#include <vector>

#include "common/code/places.h"
#include "common/code/renaming/members/go/search.h"

namespace argosy::code::go_members {
namespace {

std::vector<std::string_view> field_names(Node literal) {
  std::vector<std::string_view> out;
  for (Node field : literal.child("field_declaration_list").children())
    for (Node token : field.children())
      if (token.field() == "name" && token.is("field_identifier")) out.push_back(token.text());
  return out;
}

}  // namespace

// Twin(value): allowed while both structs have the same fields.
void Search::check_conversions() {
  const Node home = types_.underlying({.kind = Type::known, .model = wanted_.model, .node = wanted_.klass}).node;
  const auto names = field_names(home);
  std::vector<Node> twins;
  std::vector<std::string_view> words{wanted_.klass.get("name").text()};
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const Model* model = text != nullptr && contains_word(text->text, wanted_.name) ? project_.model(path) : nullptr;
    for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (!node.is("struct_type") || node == home || field_names(node) != names) continue;
      twins.push_back(node);
      if (node.parent().is("type_spec")) words.push_back(node.parent().get("name").text());
    }
  }
  if (twins.empty()) return;
  const auto is_twin = [&](Node node) { return std::ranges::find(twins, node) != twins.end(); };
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const bool near = text != nullptr && std::ranges::any_of(words, [&](std::string_view word) { return contains_word(text->text, word); });
    const Model* model = near ? project_.model(path) : nullptr;
    for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
      const Node call = model->tree->node(id);
      if (!call.is("call_expression")) continue;
      const Type callee = expressions_.of(*model, call.get("function"));
      const Node into = callee.klass ? types_.underlying(callee).node : Node();
      if (into != home && !is_twin(into)) continue;
      const Type from = types_.underlying(expressions_.of(*model, call.get("arguments").named_child(0)));
      const bool same = from.node == into || (from.kind != Type::unknown && from.node != home && !is_twin(from.node));
      if (!same && (into == home || from.node == home || from.kind == Type::unknown)) refuse("symbol_ambiguous", *model, call);
    }
  }
}

}  // namespace argosy::code::go_members
