#include "common/code/renaming/locals/locals.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "common/code/languages/families.h"
#include "common/code/languages/rust/rust.h"
#include "common/code/places.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/linked/local_macros.h"
#include "common/code/renaming/locals/keywords.h"
#include "common/code/renaming/outcome.h"
#include "common/code/renaming/owners.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

struct Variable {
  const Model* model = nullptr;
  ScopeId scope = kRootScope;
  Node owner;  // the function
};

// The function that a scope belongs to; null for a class's own scope, for the file's, and for a type's.
Node function_around(Node node) {
  for (; node; node = node.parent()) {
    if (is_class_node(node) || node.is_any({"function_type", "method_elem", "constructor_type", "call_signature", "construct_signature",
                                            "function_signature", "method_signature", "abstract_method_signature"}))
      return {};
    if (is_function_node(node) && naming_token(node)) return node;
  }
  return {};
}

Place place_of(const Model& model, Node node) { return place_at(model.path, *model.tree, node.start()); }

Result<Variable> find_variable(const Project& project, const Rules& rules, const tasks::RenameSymbol& request) {
  std::vector<Variable> variables;
  std::vector<Place> places, elsewhere;
  for (const std::string& path : project.sources()) {
    const Decoded* text = project.text(path);
    const bool allowed =
        request.paths.empty() || std::ranges::any_of(request.paths, [&](const auto& glob) { return text::path_matches(glob, path); });
    if (!allowed || text == nullptr || !contains_word(text->text, request.from) ||
        !may_define(request.language, *rules.language_of(path))) {
      project.forget(path);
      continue;
    }
    const Model* model = project.model(path);
    for (ScopeId id = 1; model != nullptr && id < model->scopes.size(); ++id) {
      const auto* bindings = model->find(id, request.from);
      const Node owner = bindings == nullptr ? Node() : function_around(model->scopes[id].node);
      if (!owner) continue;
      const bool own =
          std::ranges::none_of(*bindings, [](const Binding& b) { return b.kind == BindingKind::import || b.kind == BindingKind::klass; });
      const bool meant = own && is_called(owner, request.in);
      (meant ? places : elsewhere).push_back(place_of(*model, bindings->front().name));
      if (meant) variables.push_back({model, id, owner});
    }
  }
  if (variables.size() == 1) return variables.front();
  if (variables.size() > 1)
    return refuse("symbol_ambiguous", "\"" + request.in + "\" has several variables \"" + request.from + "\", in {}",
                  "write more of the function's name (Class.f), or name its file with \"paths\"", places);
  if (elsewhere.empty())
    return refuse("symbol_not_found", "no function \"" + request.in + "\" with a variable \"" + request.from + "\"",
                  "check the spelling and the language", {});
  return refuse("symbol_not_found", "no function \"" + request.in + "\" with a variable \"" + request.from + "\"; others have one, in {}",
                "name the function around it", elsewhere);
}

// Where a variable of a scope is written.
class LocalSearch {
 public:
  LocalSearch(const Project& project, const Rules& rules, const Model& model, ScopeId scope, std::string name, std::string new_name,
              Force force)
      : project_(project),
        rules_(rules),
        model_(model),
        scope_(scope),
        name_(std::move(name)),
        new_name_(std::move(new_name)),
        force_(force) {}

  Findings run() {
    const Node around = model_.scopes[scope_].node;
    for (NodeId id = around.id(); id <= around.last_id(); ++id) {
      const Node node = model_.tree->node(id);
      if (node.last_id() == id && rules_.is_identifier(node) && node.text() == name_) identifier(node);
      if (model_.tree->language() == Language::rust && rules_.is_string(node)) captured(node);
    }
    return std::move(found_);
  }

 private:
  void identifier(Node node) {
    if (!model_.tree->clean_around(node)) return refuse("syntax_broken", node);
    const Use use = rules_.local_use(project_, model_, node);
    const auto bound = model_.bound_at.find(node.id());
    bool mine = bound != model_.bound_at.end() && bound->second == scope_;
    if (bound == model_.bound_at.end()) {
      if (use.role == Role::unsure) return refuse("symbol_ambiguous", node);
      if (use.role != Role::name && use.role != Role::shorthand && use.role != Role::destructured) return;
      const Found hit = look_up(model_, node, name_, use.space);
      mine = hit.bindings != nullptr && hit.scope == scope_;
      if (hit.blurred || (mine && use.doubtful)) return refuse("symbol_ambiguous", node);
    }
    if (!mine) return;
    const bool keyed = use.role == Role::shorthand || use.role == Role::destructured;
    const std::string before = keyed ? name_ + ": " : "";
    found_.sites.push_back({model_.path, node.start(), node.end(), before + new_name_, before.size(), true});
  }

  // println!("{name}")
  void captured(Node string) {
    const Found hit = look_up(model_, string, name_, Space::value);
    if (hit.bindings == nullptr || hit.scope != scope_) return;
    const rust::Captures captures = rust::captures(project_, string, name_);
    for (const std::uint32_t at : captures.at)
      if (captures.sure || force_.strings)
        found_.sites.push_back({model_.path, at, at + name_.size(), new_name_, 0, true});
      else
        found_.refusals.push_back({"name_in_string", place_at(model_.path, *model_.tree, at)});
  }

  void refuse(std::string code, Node node) { found_.refusals.push_back({std::move(code), place_of(model_, node)}); }

  const Project& project_;
  const Rules& rules_;
  const Model& model_;
  ScopeId scope_;
  std::string name_, new_name_;
  Force force_;
  Findings found_;
};

// Calls that reach variables by their names' text.
void check_lookups(const Variable& variable, Findings& found) {
  for (NodeId id = variable.owner.id(); id <= variable.owner.last_id(); ++id) {
    const Node node = variable.model->tree->node(id);
    if (!node.is_any({"call", "call_expression"})) continue;
    const auto callee = node.get("function").text();
    if (callee == "locals" || callee == "vars" || callee == "eval" || callee == "exec")
      found.refusals.push_back({"name_in_string", place_of(*variable.model, node)});
  }
}

// A parameter of TypeScript may declare a field, too.
void check_fields(const Variable& variable, std::string_view name, Findings& found) {
  for (const Binding& binding : *variable.model->find(variable.scope, name)) {
    const Node parameter = binding.name.parent();
    if (parameter.child("accessibility_modifier") || parameter.child("readonly") || parameter.child("override_modifier"))
      found.refusals.push_back({"symbol_ambiguous", place_of(*variable.model, binding.name)});
  }
}

bool is_inside(const Model& model, ScopeId inner, ScopeId outer) {
  while (inner != outer && inner != kRootScope) inner = model.scopes[inner].parent;
  return inner == outer;
}

// name_taken: the function has such a variable where the renamed one is; in Java also around it or within its reach.
Result<void> check_own_names(const Variable& variable, const std::string& to) {
  const Model& model = *variable.model;
  std::vector<Place> taken;
  for (ScopeId id = 1; id < model.scopes.size(); ++id) {
    const auto* bindings = model.find(id, to);
    if (bindings == nullptr || !variable.owner.contains(model.scopes[id].node)) continue;
    const bool nested = is_inside(model, id, variable.scope) || is_inside(model, variable.scope, id);
    if (id == variable.scope || (nested && model.tree->language() == Language::java))
      taken.push_back(place_of(model, bindings->front().name));
  }
  if (taken.empty()) return {};
  return refuse("name_taken", "\"" + to + "\" is already taken in {}", "choose another name", taken);
}

// name_taken: in the changed file the variable must be written where it was put, and nowhere else.
Result<void> check_local_meaning(const Project& after, const Rules& rules, const Variable& variable, const std::string& to, Force force,
                                 const std::vector<Site>& sites) {
  const Model* model = after.model(variable.model->path);
  if (model == nullptr || model->scopes.size() != variable.model->scopes.size())
    return refuse("syntax_broken", "the renamed file would not parse", "choose another name", {});
  std::set<std::size_t> expected, actual;
  std::size_t grown = 0;
  for (const Site& site : sites) {
    if (site.path != model->path) continue;
    if (model->scopes[variable.scope].node.start() <= site.start + grown) {
      // Calls that name a parameter are no uses of the variable, even inside the function.
      const Node token = variable.model->tree->at(static_cast<std::uint32_t>(site.start), static_cast<std::uint32_t>(site.end));
      if (!(token.parent().is("keyword_argument") && token.field() == "name")) expected.insert(site.start + site.name_at + grown);
    }
    grown += site.text.size() - (site.end - site.start);
  }
  const Findings back = LocalSearch(after, rules, *model, variable.scope, to, to, force).run();
  for (const Site& site : back.sites) actual.insert(site.start);
  std::vector<std::size_t> differing;
  std::ranges::set_symmetric_difference(expected, actual, std::back_inserter(differing));
  std::vector<Place> places;
  for (const Refusal& refusal : back.refusals)
    if (refusal.code == "name_in_string") places.push_back(refusal.place);
  if (differing.empty() && places.empty()) return {};
  for (const std::size_t at : differing) places.push_back(place_at(model->path, *model->tree, at));
  return refuse("name_taken", "after the rename \"" + to + "\" would mean something else in {}", "choose another name", places);
}

}  // namespace

Result<Edit> rename_local(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request) {
  Project project(tree, rules);
  ARGOSY_TRY_VOID(project.load());
  auto variable = find_variable(project, rules, request);
  if (project.problem()) return std::unexpected(*project.problem());
  if (!variable) return std::unexpected(std::move(variable.error()));
  const Model& model = *variable->model;
  const Force force = force_of(request);

  Findings found = LocalSearch(project, rules, model, variable->scope, request.from, request.to, force).run();
  if (!force.strings) check_lookups(*variable, found);
  check_fields(*variable, request.from, found);
  const auto& bindings = *model.find(variable->scope, request.from);
  const bool parameter = std::ranges::any_of(bindings, [](const Binding& b) { return b.kind == BindingKind::parameter; });
  const Language language = model.tree->language();
  if (language == Language::c || language == Language::cpp)
    for (const std::string& name : {request.from, request.to}) linked::check_macros(project, model, variable->owner, name, force, found);
  if (parameter && language == Language::python && variable->owner.is("function_definition") &&
      variable->owner == model.scopes[variable->scope].node)
    KeywordSearch(project, rules, model, variable->owner, request.from).run(request.to, force, found);
  std::ranges::sort(found.sites, {}, [](const Site& site) { return std::tie(site.path, site.start); });
  if (project.problem()) return std::unexpected(*project.problem());
  ARGOSY_TRY_VOID(check_refusals(found.refusals));
  ARGOSY_TRY_VOID(check_own_names(*variable, request.to));

  ARGOSY_TRY(Edit edit, write_sites(project, found.sites));
  ARGOSY_TRY_VOID(check_changed(tree, rules, project, edit, [&](const Project& after) {
    return check_local_meaning(after, rules, *variable, request.to, force, found.sites);
  }));
  return edit;
}

}  // namespace argosy::code
