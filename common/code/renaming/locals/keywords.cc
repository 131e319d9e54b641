#include "common/code/renaming/locals/keywords.h"

#include "common/code/places.h"

namespace argosy::code {
namespace {

std::string_view last_part(Node callee) {
  return callee.is("attribute") ? callee.get("attribute").text() : callee.is("identifier") ? callee.text() : std::string_view();
}

Node keyword_of(Node call, std::string_view name) {
  for (Node argument : call.get("arguments").children())
    if (argument.is("keyword_argument") && argument.get("name").text() == name) return argument.get("name");
  return {};
}

// Whether the identifier is only called, defined or imported here.
bool is_plain_use(Node identifier) {
  const Node parent = identifier.parent();
  if (parent.is("function_definition") && identifier.field() == "name") return true;
  if (parent.is("keyword_argument") && identifier.field() == "name") return true;
  if (parent.is("dotted_name") || parent.is("aliased_import")) return true;
  const Node callee = parent.is("attribute") && identifier.field() == "attribute" ? parent : identifier;
  return callee.parent().is("call") && callee.field() == "function";
}

}  // namespace

bool KeywordSearch::is_method() const { return function_.around({"function_definition", "class_definition"}).is("class_definition"); }

bool KeywordSearch::is_constructor() const { return is_method() && (called() == "__init__" || called() == "__new__"); }

void KeywordSearch::run(std::string_view new_name, Force force, Findings& found) {
  check_decorators(found);
  find_other_uses();
  const auto refuse = [&](const Model& model, Node at) {
    found.refusals.push_back({"receiver_unresolved", place_at(model.path, *model.tree, at.start())});
  };
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const Model* model = text != nullptr && (contains_word(text->text, name_) || contains_word(text->text, called()) || is_constructor())
                             ? project_.model(path)
                             : nullptr;
    if (model == nullptr) continue;
    for (NodeId id = 0; id < model->tree->size(); ++id) {
      const Node call = model->tree->node(id);
      if (!call.is("call")) continue;
      const Node keyword = keyword_of(call, name_), splat = call.get("arguments").child("dictionary_splat");
      if (!keyword && !splat) continue;
      const Meaning meaning = meaning_of(*model, call);
      if (meaning == Meaning::other || (meaning == Meaning::unknown && !may_be_ours(call))) continue;
      const bool sure = meaning == Meaning::ours;
      if (keyword && (sure || force.attributes))
        found.sites.push_back({path, keyword.start(), keyword.end(), std::string(new_name), 0, sure});
      else if (keyword)
        refuse(*model, keyword);
      else if (!force.attributes && (sure || last_part(call.get("function")) == called()))
        refuse(*model, splat);
    }
  }
}

// Whatever hands the function out by the names of its parameters, or spells them in a string.
void KeywordSearch::check_decorators(Findings& found) const {
  const auto refuse = [&](std::string code, Node at) {
    found.refusals.push_back({std::move(code), place_at(home_.path, *home_.tree, at.start())});
  };
  if (called().starts_with("test")) refuse("receiver_unresolved", function_.get("name"));
  if (!function_.parent().is("decorated_definition")) return;
  for (Node child : function_.parent().children()) {
    if (!child.is("decorator")) continue;
    if (child.text().find("fixture") != std::string_view::npos) refuse("receiver_unresolved", child);
    for (NodeId id = child.id(); id <= child.last_id(); ++id)
      if (const Node node = child.tree().node(id); node.is("string_content") && contains_word(node.text(), name_))
        refuse("name_in_string", node);
  }
}

void KeywordSearch::find_other_uses() {
  handed_on_ = function_.parent().is("decorated_definition");
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const Model* model = !handed_on_ && text != nullptr && contains_word(text->text, called()) ? project_.model(path) : nullptr;
    for (NodeId id = 0; model != nullptr && id < model->tree->size() && !handed_on_; ++id) {
      const Node node = model->tree->node(id);
      handed_on_ = node.is("identifier") && node.text() == called() && !is_plain_use(node);
    }
  }
}

KeywordSearch::Meaning KeywordSearch::meaning_of(const Model& model, Node call) {
  const Value value = values_.of(model, call.get("function"));
  switch (value.kind) {
    case Value::function:
      return value.node == function_ ? Meaning::ours : Meaning::other;
    case Value::klass: {
      if (!is_constructor()) return Meaning::other;
      if (value.node == function_.around({"class_definition"})) return Meaning::ours;
      return value.node.get("superclasses") ? Meaning::unknown : Meaning::other;
    }
    case Value::foreign:
      // partial(f, name=1)
      for (NodeId id = call.get("arguments").id(); id <= call.get("arguments").last_id(); ++id)
        if (const Node node = call.tree().node(id); node.is("identifier") && node.text() == called()) return Meaning::unknown;
      return Meaning::other;
    case Value::nothing:
    case Value::module:
      return Meaning::other;
    case Value::thing:
    case Value::unknown:
      break;
  }
  return Meaning::unknown;
}

// Of a call whose callee nobody knows.
bool KeywordSearch::may_be_ours(Node call) const {
  return handed_on_ || is_constructor() || last_part(call.get("function")) == called() ||
         contains_word(call.get("arguments").text(), called());
}

}  // namespace argosy::code
