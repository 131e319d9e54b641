#include <algorithm>
#include <tuple>
#include <utility>

#include "common/code/languages/families.h"
#include "common/code/places.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/members/members.h"
#include "common/code/renaming/outcome.h"
#include "common/code/renaming/owners.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

struct Home {
  const Model* model = nullptr;
  Node klass;
};

WantedMember wanted_by(const tasks::RenameSymbol& request, const Model& model, Node klass) {
  return {.model = &model, .klass = klass, .kind = request.kind, .name = request.from, .new_name = request.to, .force = force_of(request)};
}

Result<Home> find_class(const Project& project, const Rules& rules, const tasks::RenameSymbol& request) {
  const std::string last = request.in.substr(request.in.rfind('.') + 1);
  std::vector<Home> homes;
  std::vector<Place> places, without;
  for (const std::string& path : project.sources()) {
    const Decoded* text = project.text(path);
    const bool allowed =
        request.paths.empty() || std::ranges::any_of(request.paths, [&](const auto& glob) { return text::path_matches(glob, path); });
    const bool named =
        allowed && text != nullptr && contains_word(text->text, last) && may_define(request.language, *rules.language_of(path));
    const Model* model = named ? project.model(path) : nullptr;
    for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (!is_class_node(node) || !naming_token(node) || !is_called(node, request.in)) continue;
      const bool declares = find_member(project, rules, wanted_by(request, *model, node))->declares();
      (declares ? places : without).push_back(place_at(path, *model->tree, naming_token(node).start()));
      if (declares) homes.push_back({model, node});
    }
  }
  if (homes.size() == 1) return homes.front();
  if (homes.size() > 1)
    return refuse("symbol_ambiguous", "\"" + request.in + "\" is defined in {}", "name the one that is meant with \"paths\"", places);
  const std::string what = "no class \"" + request.in + "\" that declares the " + request.kind + " \"" + request.from + "\" itself";
  if (without.empty()) return refuse("symbol_not_found", what, "check the spelling and the language", {});
  return refuse("symbol_not_found", what + "; the class is in {}", "name the class that declares it; check the kind", without);
}

Result<void> check_member_names(const Rules& rules, const tasks::RenameSymbol& request) {
  if (!rules.knows_members())
    return fail_user("language_unsupported", "methods and attributes of " + request.language + " cannot be renamed",
                     "use python, javascript, typescript, tsx, java or go");
  if (rules.is_special_member(request.from) || rules.is_special_member(request.to))
    return fail_user("name_invalid", "the language gives such names a meaning of their own", "rename by hand");
  return {};
}

// name_taken: in the changed tree, the member must be written where it was put, and nowhere else.
Result<void> check_member_meaning(const Project& after, const Rules& rules, const Home& home, const tasks::RenameSymbol& request,
                                  const std::vector<Site>& sites) {
  const Model* model = after.model(home.model->path);
  const Node klass = model == nullptr ? Node() : model->tree->node(home.klass.id());
  std::set<std::pair<std::string, std::size_t>> expected, actual;
  std::map<std::string, std::size_t> grown;
  for (const Site& site : sites) {
    std::size_t& shift = grown[site.path];
    if (site.proven) expected.emplace(site.path, site.start + site.name_at + shift);
    shift += site.text.size() - (site.end - site.start);
  }
  std::vector<Place> places;
  if (klass && is_class_node(klass)) {
    WantedMember renamed = wanted_by(request, *model, klass);
    renamed.name = request.to;
    renamed.force = {};
    for (const Site& site : find_member(after, rules, std::move(renamed))->run().sites)
      if (site.proven) actual.emplace(site.path, site.start);
    if (after.problem()) return std::unexpected(*after.problem());
    std::vector<std::pair<std::string, std::size_t>> differing;
    std::ranges::set_symmetric_difference(expected, actual, std::back_inserter(differing));
    for (const auto& [path, at] : differing) {
      const Model* where = after.parsed(path);
      places.push_back(where != nullptr ? place_at(path, *where->tree, at) : place_at(path, after.text(path)->text, at));
    }
  } else {
    places.push_back(place_at(home.model->path, *home.model->tree, home.klass.start()));
  }
  if (places.empty()) return {};
  return refuse("name_taken", "after the rename \"" + request.to + "\" would mean something else in {}", "choose another name", places);
}

}  // namespace

Result<Edit> rename_member(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request) {
  ARGOSY_TRY_VOID(check_member_names(rules, request));
  Project project(tree, rules);
  ARGOSY_TRY_VOID(project.load());
  auto home = find_class(project, rules, request);
  if (project.problem()) return std::unexpected(*project.problem());
  if (!home) return std::unexpected(std::move(home.error()));

  const auto search = find_member(project, rules, wanted_by(request, *home->model, home->klass));
  Findings found = search->run();
  std::ranges::sort(found.sites, {}, [](const Site& site) { return std::tie(site.path, site.start); });
  if (project.problem()) return std::unexpected(*project.problem());
  ARGOSY_TRY_VOID(check_refusals(found.refusals));
  if (const auto taken = search->declarations_near(request.to); !taken.empty())
    return refuse("name_taken", "\"" + request.to + "\" is already taken in {}", "choose another name", taken);

  ARGOSY_TRY(Edit edit, write_sites(project, found.sites));
  ARGOSY_TRY_VOID(check_changed(tree, rules, project, edit,
                                [&](const Project& after) { return check_member_meaning(after, rules, *home, request, found.sites); }));
  return edit;
}

}  // namespace argosy::code
