#include "common/code/renaming/typed/flow.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "common/code/places.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/outcome.h"

namespace argosy::code::typed {
namespace {

using Spots = std::set<std::pair<std::string, std::size_t>>;

// Where the proven sites lie after they were written.
Spots written(const std::vector<Site>& sites) {
  Spots out;
  std::map<std::string, std::size_t> grown;
  for (const Site& site : sites) {
    std::size_t& shift = grown[site.path];
    if (site.proven) out.emplace(site.path, site.start + site.name_at + shift);
    shift += site.text.size() - (site.end - site.start);
  }
  return out;
}

// name_taken: in the changed tree the new name must mean the member where it was written, and nowhere else.
Result<void> check_after(const Project& after, const tasks::RenameSymbol& request, const Make& make, const std::vector<Site>& sites) {
  tasks::RenameSymbol back = request;
  back.from = request.to;
  back.force.clear();
  const auto search = make(after, back);
  const std::string message = "after the rename \"" + request.to + "\" would mean something else in {}", hint = "choose another name";
  if (!search->find()) return refuse("name_taken", message, hint, {});
  Spots actual;
  for (const Site& site : search->run().sites)
    if (site.proven) actual.emplace(site.path, site.start + site.name_at);
  if (after.problem()) return std::unexpected(*after.problem());
  std::vector<std::pair<std::string, std::size_t>> differing;
  std::ranges::set_symmetric_difference(written(sites), actual, std::back_inserter(differing));
  std::vector<Place> places;
  for (const auto& [path, at] : differing) {
    if (const Model* model = after.parsed(path))
      places.push_back(place_at(path, *model->tree, at));
    else if (const Decoded* text = after.text(path))
      places.push_back(place_at(path, text->text, at));
  }
  if (differing.empty()) return {};
  return refuse("name_taken", message, hint, places);
}

}  // namespace

Result<Edit> rename(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request, const Make& make) {
  Project project(tree, rules);
  ARGOSY_TRY_VOID(project.load());
  const auto search = make(project, request);
  const auto home = search->find();
  if (project.problem()) return std::unexpected(*project.problem());
  if (!home) return std::unexpected(home.error());
  Findings found = search->run();
  if (project.problem()) return std::unexpected(*project.problem());
  std::ranges::sort(found.sites, {}, [](const Site& site) { return std::tie(site.path, site.start); });
  ARGOSY_TRY_VOID(check_refusals(found.refusals));
  if (const auto taken = search->declared(request.to); !taken.empty())
    return refuse("name_taken", "\"" + request.to + "\" is already taken in {}", "choose another name", taken);

  ARGOSY_TRY(Edit edit, write_sites(project, found.sites));
  ARGOSY_TRY_VOID(
      check_changed(tree, rules, project, edit, [&](const Project& after) { return check_after(after, request, make, found.sites); }));
  return edit;
}

}  // namespace argosy::code::typed
