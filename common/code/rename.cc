#include "common/code/rename.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/code/languages/families.h"
#include "common/code/places.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/definitions.h"
#include "common/code/renaming/linked/linked.h"
#include "common/code/renaming/linked/members/search.h"
#include "common/code/renaming/locals/locals.h"
#include "common/code/renaming/members/members.h"
#include "common/code/renaming/mentions.h"
#include "common/code/renaming/outcome.h"
#include "common/code/renaming/paths/members/search.h"
#include "common/code/renaming/paths/paths.h"
#include "common/code/renaming/sites.h"
#include "common/code/renaming/typed/flow.h"

namespace argosy::code {
namespace {

// name_invalid when other modules use the symbol and would no longer see it.
Result<void> check_visible(const Project& project, const Rules& rules, const Target& target, const std::vector<Site>& sites,
                           const std::string& to) {
  if (rules.is_visible_outside(to)) return {};
  std::vector<Place> places;
  for (const Site& site : sites) {
    const Model* model = site.proven ? project.model(site.path) : nullptr;
    if (model != nullptr && !target.modules.contains(rules.module_of(*model)))
      places.push_back(place_at(site.path, model->tree->text(), site.start));
  }
  if (places.empty()) return {};
  return refuse("name_invalid", "other packages would not see \"" + to + "\", which they use in {}", "keep the first letter a capital",
                places);
}

// Files that are named after the symbol follow it.
Result<void> move_files(const Project& project, const Rules& rules, const Target& target, const tasks::RenameSymbol& request, Edit& edit) {
  std::vector<std::pair<std::string, std::string>> moves;
  for (const auto& [path, bytes] : edit.files) {
    const Model* model = rules.language_of(path) ? project.model(path) : nullptr;
    if (model == nullptr || !target.modules.contains(rules.module_of(*model)) || model->find(kRootScope, request.from) == nullptr) continue;
    if (std::string to = rules.moved_path(path, request.from, request.to); !to.empty()) moves.emplace_back(path, std::move(to));
  }
  for (auto& [from, to] : moves) {
    if (project.has(to))
      return refuse("name_taken", "the file of \"" + request.to + "\" is there already", "choose another name", {{to, 1, 1, ""}});
    edit.files[to] = std::exchange(edit.files[from], std::nullopt);
    edit.renamed_from[to] = from;
  }
  return {};
}

}  // namespace

Result<Edit> rename_symbol(const SourceTree& tree, const tasks::RenameSymbol& request) {
  const Rules* rules = rules_for(request.language);
  if (rules == nullptr)
    return fail_user("language_unsupported", "\"" + request.language + "\" cannot be renamed in",
                     "use python, javascript, typescript, tsx, go, java, c, cpp or rust");
  ARGOSY_TRY_VOID(check_names(*rules, request));
  if (request.kind == "variable") return rename_local(tree, *rules, request);
  const bool member = request.kind == "method" || request.kind == "attribute";
  if (member && (request.language == "c" || request.language == "cpp"))
    return typed::rename(tree, *rules, request, [&](const Project& project, const tasks::RenameSymbol& asked) {
      return std::make_unique<fields::Search>(project, *rules, asked);
    });
  if (member && request.language == "rust")
    return typed::rename(tree, *rules, request, [&](const Project& project, const tasks::RenameSymbol& asked) {
      return std::make_unique<impls::Search>(project, *rules, asked);
    });
  if (member) return rename_member(tree, *rules, request);
  if (request.language == "c" || request.language == "cpp") return rename_linked(tree, *rules, request);
  if (request.language == "rust") return rename_item(tree, *rules, request);
  Project project(tree, *rules);
  ARGOSY_TRY_VOID(project.load());

  auto target = find_target(project, *rules, request);
  if (project.problem()) return std::unexpected(*project.problem());
  if (!target) return std::unexpected(std::move(target.error()));

  Resolver resolver(project, *rules, *target);
  const Force force = force_of(request);
  Findings found = SiteSearch(project, *rules, resolver, request.to, force).run();
  MentionSearch(project, *rules, resolver, request.to, force).run(found);
  std::ranges::sort(found.sites, {}, [](const Site& site) { return std::tie(site.path, site.start); });
  if (project.problem()) return std::unexpected(*project.problem());
  ARGOSY_TRY_VOID(check_refusals(found.refusals));
  ARGOSY_TRY_VOID(check_visible(project, *rules, *target, found.sites, request.to));
  ARGOSY_TRY_VOID(check_free(project, *rules, resolver, found, request.to));

  ARGOSY_TRY(Edit edit, write_sites(project, found.sites));
  ARGOSY_TRY_VOID(move_files(project, *rules, *target, request, edit));
  ARGOSY_TRY_VOID(check_changed(tree, *rules, project, edit, [&](const Project& after) -> Result<void> {
    Target renamed = *std::move(target);
    renamed.name = request.to;
    return check_meaning(after, *rules, edit, std::move(renamed), found);
  }));
  return edit;
}

}  // namespace argosy::code
