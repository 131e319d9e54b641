#include "common/code/moving/move_checks.h"

#include <map>

#include "common/code/moving/python/cycles.h"
#include "common/code/places.h"

namespace argosy::code {

Result<void> check_cycles(const Project& before, const Project& after, const Rules& rules, const tasks::MoveSymbol& request,
                          const Edit& edit) {
  const auto loaded = loaded_with(after, rules, request.to);
  std::vector<Place> places;
  for (const auto& [path, bytes] : edit.files) {
    // The edges that are new all begin or end in the new file.
    if (path == request.to || !loaded.contains(path) || !loaded_with(after, rules, path).contains(request.to)) continue;
    const bool old = before.has(request.to) && loaded_with(before, rules, request.to).contains(path) &&
                     loaded_with(before, rules, path).contains(request.to);
    if (!old) places.push_back({.path = path, .line = 1, .column = 1, .text = ""});
  }
  if (places.empty()) return {};
  return refuse("import_cycle", request.to + " would import what imports it, in {}", "move what it needs with it", places);
}

Result<void> check_uses(const Project& before, const Project& after, const Rules& rules, const tasks::MoveSymbol& request,
                        const std::vector<Site>& sites_before) {
  const auto count = [&](const Project& project, const std::vector<Site>& sites) {
    std::map<std::string, int> uses;
    for (const Site& site : sites) {
      const Model* model = project.model(site.path);
      const Node node = model->tree->at(static_cast<std::uint32_t>(site.start), static_cast<std::uint32_t>(site.end));
      const bool moved = site.path == request.from || site.path == request.to;
      // What was reached through the module is a plain name afterwards.
      const Role role = rules.use(project, *model, node).role;
      if (node.parent().is("export_specifier")) continue;  // export { name }: the definition says it where it is now
      if (role == Role::name || role == Role::shorthand || role == Role::member) ++uses[moved ? "" : site.path];
    }
    return uses;
  };
  Resolver resolver(after, rules, {.name = request.name, .modules = {request.to}});
  const Findings found = SiteSearch(after, rules, resolver, request.name, {}).run();
  const auto wanted = count(before, sites_before), actual = count(after, found.sites);
  std::vector<Place> places;
  for (const auto& [path, uses] : wanted)
    if (const auto hit = actual.find(path); hit == actual.end() || hit->second != uses)
      places.push_back({.path = path.empty() ? request.to : path, .line = 1, .column = 1, .text = ""});
  if (places.empty()) return {};
  return refuse("import_unresolved", "after the move the name would mean something else, in {}", "move it by hand", places);
}

}  // namespace argosy::code
