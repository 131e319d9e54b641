#include "common/code/renaming/linked/members/search.h"

#include <algorithm>
#include <utility>

#include "common/code/binding/values.h"
#include "common/code/places.h"
#include "common/code/renaming/linked/readable.h"
#include "common/code/renaming/outcome.h"
#include "common/code/renaming/walks.h"

namespace argosy::code::fields {
namespace {

bool is_name(Node node) { return node.is_any({"identifier", "field_identifier"}); }

// The declaration that the token names, in the body of a class. Null where it names something else.
Node declaration_of(Node node) {
  Node part = node.parent();
  while (part.kind().ends_with("declarator") || part.is("attributed_declarator")) part = part.parent();
  return part.is_any({"field_declaration", "declaration", "function_definition"}) ? part : Node();
}

}  // namespace

Search::Search(const Project& project, const Rules& rules, tasks::RenameSymbol request)
    : project_(project), rules_(rules), request_(std::move(request)), force_(force_of(request_)), world_(project), typing_(world_) {}

Findings Search::run() {
  each_source_with(project_, name(), found_.refusals, [&](const Model& model) { source(model); });
  check_bases();
  other_files();
  return std::move(found_);
}

void Search::source(const Model& model) {
  if (force_.comments) comments(model);
  const linked::Readable readable(model, name());
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (node.last_id() != id) continue;
    if (node.is("preproc_arg")) {
      if (contains_word(node.text(), name())) directive(model, node);
    } else if (is_name(node) && node.text() == name()) {
      typing_.begin();
      if (!readable.at(node))
        decide(model, node.start(), Meaning::unsure, "syntax_broken");
      else
        identifier(model, node);
    }
  }
}

void Search::identifier(const Model& model, Node node) {
  if (node.parent().is("preproc_def") || node.parent().is("preproc_function_def")) return refuse("symbol_ambiguous", model, node.start());
  if (node.parent().is_any({"preproc_params", "preproc_ifdef", "preproc_defined", "preproc_elifdef"})) return;
  const Meaning found = meaning(model, node);
  if (found != Meaning::ours) return decide(model, node.start(), found, "receiver_unresolved");
  const linked::Mark mark = world_.macros().mark_of(node);
  if (mark == linked::Mark::glued) return refuse("symbol_ambiguous", model, node.start());
  if (mark == linked::Mark::quoted && !force_.strings) return refuse("name_in_string", model, node.start());
  decide(model, node.start(), found, {});
}

Search::Meaning Search::meaning(const Model& model, Node node) {
  Node parent = node.parent();
  const Node declaration = declaration_of(node);
  const Node body = declaration ? declaration.around({"field_declaration_list", "compound_statement", "declaration_list"}) : Node();
  if (declaration && body.is("field_declaration_list") && is_record(body.parent())) {
    // Also of a nameless struct inside of the class.
    for (const RecordId id : group_)
      if (std::ranges::any_of(world_.at(id).members.at(name()), [&](const Member& m) { return m.name == node; })) return Meaning::ours;
    const RecordId id = world_.record(model, body.parent());
    const auto own = world_.at(id).members.find(name());
    if (own == world_.at(id).members.end()) return Meaning::other;
    const auto listed = std::ranges::find(own->second, node, &Member::name);
    if (listed == own->second.end()) return Meaning::other;
    return listed->function && may_override(id) ? Meaning::unsure : of_record(id);
  }
  if (parent.is("template_method")) parent = parent.parent();
  if (parent.is("field_expression") && parent.get("argument") != node)
    return of_type(typing_.owner(model, parent.get("argument"), parent.get("operator").text()));
  if (parent.is("offsetof_expression")) return of_type(typing_.named(model, parent.get("type")));
  if (parent.is("field_initializer")) {
    const auto classes = typing_.around(model, node);
    return classes.empty() ? Meaning::unsure : of_type(classes.front());
  }
  if (parent.is("field_designator")) {
    const Node pair = parent.parent();
    if (!pair.is("initializer_pair")) return Meaning::unsure;
    // .a.b = 1 sets a member of the member.
    if (parent.previous().is_any({"field_designator", "subscript_designator"}) || parent.next().is("field_designator"))
      return Meaning::unsure;
    return of_type(typing_.of_list(model, pair.parent()));
  }
  if (parent.is("qualified_identifier") && node.field() == "name") return behind_path(model, parent);
  if (node.is("field_identifier")) return Meaning::unsure;
  return plain(model, node);
}

Search::Meaning Search::of_type(const Type& type) {
  if (type.kind == Type::foreign) return Meaning::other;
  return type.kind == Type::record && type.around.empty() ? of_record(type.id) : Meaning::unsure;
}

Search::Meaning Search::of_record(RecordId id) {
  const Had had = typing_.member(id, name());
  if (had.kind == Had::unsure) return Meaning::unsure;
  return had.kind == Had::member && group_.contains(had.owner) ? Meaning::ours : Meaning::other;
}

// C::name, where C may be a namespace, too.
Search::Meaning Search::behind_path(const Model& model, Node path) {
  while (path.parent().is("qualified_identifier")) path = path.parent();
  auto parts = parts_of(path);
  parts.pop_back();
  if (parts.back().empty() || parts.front() == "std") return Meaning::other;
  if (world_.types(parts.back()).empty() && parts.size() > 1) return Meaning::other;
  return of_type(typing_.path(model, path, parts, false));
}

// A name alone: in the code of the class it is the member, unless something nearer has it.
Search::Meaning Search::plain(const Model& model, Node node) {
  const bool c = model.tree->language() == Language::c;
  const Found hit = look_up(model, node, name(), c ? Space::value : Space::both);
  const Node opener = hit.bindings == nullptr ? Node() : model.scopes[hit.scope].node;
  const bool local =
      hit.bindings != nullptr && hit.scope != kRootScope && !opener.is_any({"namespace_definition", "field_declaration_list"});
  if (c) return given_to_macro(model, node, hit.bindings != nullptr);
  for (const Type& klass : typing_.around(model, node)) {
    if (klass.kind != Type::record) {
      if (local) break;
      return Meaning::unsure;
    }
    const Node inner = world_.at(klass.id).nodes.front();
    const bool nearer = local && &inner.tree() == model.tree && opener.contains(inner);
    if (local && !nearer) break;
    const Had had = typing_.member(klass.id, name());
    if (had.kind == Had::unsure) return Meaning::unsure;
    if (had.kind == Had::member) return group_.contains(had.owner) ? Meaning::ours : Meaning::other;
  }
  return given_to_macro(model, node, hit.bindings != nullptr);
}

// CONTAINER_OF(p, struct T, name): an argument may be the name of a member.
Search::Meaning Search::given_to_macro(const Model& model, Node node, bool bound) {
  for (Node list = node.around({"argument_list"}); list; list = list.around({"argument_list"})) {
    const Node callee = list.parent().get("function");
    if (!callee.is("identifier")) continue;
    const bool whole = node.parent() == list, known = world_.macros().knows(callee.text());
    // Deep inside of an argument only what nothing explains may be a member: MACRO(x, name[0]), SLOT(name()).
    if (!whole && (bound || is_explained(model, node, name()))) return Meaning::other;
    if (!whole && !known) {
      // What a function is given that stands in no header here is common.
      const bool like_macro = std::ranges::none_of(callee.text(), [](unsigned char c) { return std::islower(c); });
      const bool called = node.parent().is("call_expression");
      if ((called && !like_macro) || is_explained(model, callee, std::string(callee.text()))) continue;
      return Meaning::unsure;
    }
    if (known && world_.macros().takes_member(callee.text(), linked::place_in(list, node))) return Meaning::unsure;
    if (known && whole) return Meaning::other;
    if (known) continue;
    // A name that nothing here explains, given to what nothing here explains.
    return bound || is_explained(model, node, name()) ? Meaning::other : Meaning::unsure;
  }
  return Meaning::other;
}

// Whether there is a type of that name, or the file sees a function, variable or constant of it.
bool Search::is_explained(const Model& model, Node at, const std::string& name) {
  const Space space = model.tree->language() == Language::c ? Space::value : Space::both;
  if (look_up(model, at, name, space).bindings != nullptr) return true;
  if (!world_.types(name).empty()) return true;
  const auto* known = world_.globals(name, world_.seen_by(model.path), model.path);
  return known != nullptr && !known->empty();
}

// The body of a macro: what stands behind a point there is taken of nobody knows what.
void Search::directive(const Model& model, Node argument) {
  const Node definition = argument.parent();
  if (!definition.is_any({"preproc_def", "preproc_function_def"})) return;
  for (const Node parameter : definition.get("parameters") ? definition.get("parameters").children() : Children(Node()))
    if (parameter.text() == name()) return;
  const auto tokens = linked::tokens_of(argument.text());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text != name()) continue;
    const bool taken = i > 0 && (tokens[i - 1].text == "." || tokens[i - 1].text == "->" || tokens[i - 1].text == "##");
    const bool c = model.tree->language() == Language::c;
    const bool possible = taken || !c || world_.macros().may_name_member(definition.get("name").text());
    if (possible) decide(model, argument.start() + tokens[i].at, Meaning::unsure, "receiver_unresolved");
  }
}

void Search::other_files() {
  for (const std::string& path : project_.files()) {
    if (rules_.language_of(path)) continue;
    const bool unreadable = std::ranges::any_of(rules_.unreadable_extensions(), [&](std::string_view end) { return path.ends_with(end); });
    const Decoded* text = unreadable ? project_.text(path) : nullptr;
    if (text == nullptr) continue;
    const std::size_t at = find_word(text->text, name(), 0, true);
    if (at != std::string::npos) found_.refusals.push_back({"language_unsupported", place_at(path, text->text, at)});
    project_.forget(path);
  }
}

void Search::comments(const Model& model) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (!node.is("comment")) continue;
    for (std::size_t at = find_word(node.text(), name()); at != std::string::npos; at = find_word(node.text(), name(), at + 1))
      found_.sites.push_back({model.path, node.start() + at, node.start() + at + name().size(), request_.to, 0, false});
  }
}

void Search::decide(const Model& model, std::size_t at, Meaning meaning, std::string_view code) {
  if (meaning == Meaning::other) return;
  if (meaning == Meaning::unsure && (code != "receiver_unresolved" || !force_.attributes)) return refuse(code, model, at);
  found_.sites.push_back({model.path, at, at + name().size(), request_.to, 0, meaning == Meaning::ours});
}

void Search::refuse(std::string_view code, const Model& model, std::size_t at) {
  found_.refusals.push_back({std::string(code), place_at(model.path, *model.tree, at)});
}

}  // namespace argosy::code::fields
