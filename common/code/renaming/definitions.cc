#include "common/code/renaming/definitions.h"

#include <algorithm>

#include "common/code/languages/families.h"
#include "common/code/places.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

struct Candidate {
  std::string module;
  bool allowed = false;   // by the request's paths
  bool fallback = false;  // only for an import that may fail
  bool export_only = false;
  std::vector<std::string> described;  // Rules::described_by
  std::vector<Binding> bindings;
  std::vector<Place> places;
};

bool fits(std::string_view kind, const Binding& binding) {
  if (kind.empty()) return true;
  const bool function = binding.kind == BindingKind::function, klass = binding.kind == BindingKind::klass;
  if (kind == "function") return function;
  if (kind == "class") return klass;
  return !klass && (!function || !binding.value.is_any({"function_definition", "function_declaration", "generator_function_declaration"}));
}

Place place_of(const Model& model, Node node) { return place_at(model.path, *model.tree, node.start()); }

class DefinitionSearch {
 public:
  DefinitionSearch(const Project& project, const Rules& rules, const tasks::RenameSymbol& request)
      : project_(project), rules_(rules), request_(request) {}

  Result<Target> run() {
    for (const std::string& path : project_.sources()) {
      const Decoded* text = project_.text(path);
      if (text == nullptr || !contains_word(text->text, request_.from)) {
        project_.forget(path);
        continue;
      }
      const Model* model = project_.model(path);
      if (model == nullptr) continue;
      if (!may_define(request_.language, *rules_.language_of(path)) && rules_.described_by(project_, path).empty()) continue;
      const bool allowed =
          request_.paths.empty() || std::ranges::any_of(request_.paths, [&](const auto& glob) { return text::path_matches(glob, path); });
      look(*model, allowed);
    }
    return choose();
  }

 private:
  // Whether it comes from another module: import, const { name } = m, const name = require("m").
  bool is_taken(const Model& model, const Binding& binding) const {
    if (binding.kind == BindingKind::import || binding.source == Source::member) return true;
    if (binding.source != Source::expression) return false;
    Shape shape = rules_.shape(model, binding.value);
    while (shape.kind == Shape::member || shape.kind == Shape::same) shape = rules_.shape(model, shape.node);
    return shape.kind == Shape::module;
  }

  void look(const Model& model, bool allowed) {
    std::vector<Binding> defining;
    if (const auto* bindings = model.find(kRootScope, request_.from)) {
      for (const Binding& binding : *bindings) {
        if (is_taken(model, binding)) continue;
        if (binding.kind == BindingKind::variable && binding.source != Source::expression && binding.source != Source::part) continue;
        if (fits(request_.kind, binding))
          defining.push_back(binding);
        else
          elsewhere_.push_back(place_of(model, binding.name));
      }
    }
    if (!defining.empty()) {
      Candidate& candidate = candidate_for(rules_.module_of(model), allowed);
      candidate.fallback =
          std::ranges::any_of(*model.find(kRootScope, request_.from), [&](const Binding& b) { return is_taken(model, b); });
      for (const Binding& binding : defining) {
        candidate.places.push_back(place_of(model, binding.name));
        candidate.bindings.push_back(binding);
      }
      return;
    }
    for (const Export& entry : model.exports) {
      if (entry.name != request_.from || !entry.variable.empty() || entry.from || !rules_.shape(model, entry.value).is_definition())
        continue;
      Candidate& candidate = candidate_for(rules_.module_of(model), allowed);
      candidate.export_only = true;
      candidate.places.push_back(place_of(model, entry.token));
    }
    remember_inner(model);
  }

  Candidate& candidate_for(const std::string& module, bool allowed) {
    auto hit = std::ranges::find(candidates_, module, &Candidate::module);
    if (hit == candidates_.end())
      hit = candidates_.insert(
          hit, Candidate{.module = module, .described = rules_.described_by(project_, module), .bindings = {}, .places = {}});
    hit->allowed = hit->allowed || allowed;
    return *hit;
  }

  // Methods and inner functions of that name: what the user may have meant.
  void remember_inner(const Model& model) {
    for (const Scope& scope : model.scopes) {
      if (&scope == &model.scopes.front()) continue;
      const auto hit = scope.variables.find(request_.from);
      if (hit == scope.variables.end()) continue;
      for (const Binding& binding : hit->second)
        if (binding.kind == BindingKind::function || binding.kind == BindingKind::klass)
          elsewhere_.push_back(place_of(model, binding.name));
    }
  }

  Result<Target> choose() {
    // What stands in for a failed import of the name is no second symbol, unless nothing else defines it.
    const auto stands_alone = [](const Candidate& c) { return c.allowed && !c.fallback; };
    if (std::ranges::any_of(candidates_, stands_alone)) std::erase_if(candidates_, [](const Candidate& c) { return c.fallback; });
    std::ranges::sort(candidates_, {}, [](const Candidate& c) { return std::pair(!c.described.empty(), c.module); });
    const auto meant = std::ranges::find(candidates_, true, &Candidate::allowed);
    if (meant == candidates_.end()) return not_found();
    Target target{.name = request_.from, .modules = {meant->module}};
    if (meant->export_only) target.exports_only = target.modules;

    std::vector<Place> places;
    std::size_t symbols = 0;
    for (const Candidate& candidate : candidates_) {
      if (&candidate != &*meant && describes(candidate, target)) {
        target.modules.insert(candidate.module);
        if (candidate.export_only) target.exports_only.insert(candidate.module);
      } else if (candidate.allowed) {
        places.insert(places.end(), candidate.places.begin(), candidate.places.end());
        ++symbols;
      }
    }
    const std::string name = "\"" + request_.from + "\"";
    if (symbols > 1) return refuse("symbol_ambiguous", name + " is defined in {}", "name the one that is meant with \"paths\"", places);
    if (std::ranges::any_of(meant->bindings, [&](const Binding& b) { return rules_.is_injected(b); }))
      return refuse("receiver_unresolved", name + " is handed out by the names of parameters, in {}",
                    "rename it by hand, with the parameters that ask for it", meant->places);
    if (rules_.is_defined_twice(meant->bindings))
      return refuse("symbol_ambiguous", name + " is defined twice, in {}",
                    "remove one definition, or name the one that is meant with \"paths\"", meant->places);
    return target;
  }

  // A stub or a file of declarations says the same again of what its sources offer.
  bool describes(const Candidate& candidate, const Target& target) const {
    Resolver resolver(project_, rules_, target);
    return std::ranges::any_of(candidate.described, [&](const std::string& module) { return resolver.of_module(module) == Verdict::ours; });
  }

  std::unexpected<Error> not_found() {
    for (const Candidate& candidate : candidates_) elsewhere_.insert(elsewhere_.end(), candidate.places.begin(), candidate.places.end());
    const std::string what =
        "no top-level " + (request_.kind.empty() ? "function, class or constant" : request_.kind) + " \"" + request_.from + "\"";
    if (elsewhere_.empty()) return refuse("symbol_not_found", what, "check the spelling and the language", {});
    return refuse("symbol_not_found", what + " there; the name stands otherwise in {}",
                  "only a symbol of a file's top level can be renamed; check kind and paths", elsewhere_);
  }

  const Project& project_;
  const Rules& rules_;
  const tasks::RenameSymbol& request_;
  std::vector<Candidate> candidates_;
  std::vector<Place> elsewhere_;
};

}  // namespace

Result<Target> find_target(const Project& project, const Rules& rules, const tasks::RenameSymbol& request) {
  return DefinitionSearch(project, rules, request).run();
}

}  // namespace argosy::code
