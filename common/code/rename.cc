#include "common/code/rename.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "common/code/languages/families.h"
#include "common/code/overlay.h"
#include "common/code/places.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/definitions.h"
#include "common/code/renaming/mentions.h"
#include "common/code/renaming/sites.h"

namespace argosy::code {
namespace {

// Which refusal is told when there are several kinds: what must be mended first.
struct Reason {
  std::string_view code, message, hint;
};
constexpr auto kReasons = std::to_array<Reason>({
    {"syntax_broken", "the name stands in code that does not parse, in {}", "mend the syntax first"},
    {"source_too_large", "the name stands in files that are too large to parse, in {}", "exclude them, or rename by hand"},
    {"source_too_deep", "the name stands in files that are nested too deeply, in {}", "exclude them, or rename by hand"},
    {"source_unreadable", "the name stands in files that cannot be read as source, in {}", "exclude them, or rename by hand"},
    {"symbol_ambiguous", "the name may mean the symbol or something else, in {}", "make the code unambiguous first"},
    {"receiver_unresolved", "the name stands behind a receiver or an import that cannot be resolved, in {}",
     "if these mean the symbol, add \"force\": [\"attributes\"]"},
    {"name_in_string", "strings may name the symbol, in {}", "if these mean the symbol, add \"force\": [\"strings\"]"},
    {"language_unsupported", "files that cannot be read here mention the name, in {}", "change or remove these files first"},
});

Force force_of(const tasks::RenameSymbol& request) {
  const auto has = [&](std::string_view word) { return std::ranges::find(request.force, word) != request.force.end(); };
  return {.strings = has("strings"), .comments = has("comments"), .attributes = has("attributes")};
}

Result<void> check_refusals(const std::vector<Refusal>& refusals) {
  if (refusals.empty()) return {};
  for (const Reason& reason : kReasons) {
    std::vector<Place> places;
    for (const Refusal& refusal : refusals)
      if (refusal.code == reason.code) places.push_back(refusal.place);
    if (!places.empty()) return refuse(std::string(reason.code), std::string(reason.message), std::string(reason.hint), places);
  }
  return refuse(refusals.front().code, "the name cannot be decided in {}", "rename by hand", {refusals.front().place});
}

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

// The files with the sites written into them, in their own encodings.
Result<Edit> write_sites(const Project& project, const std::vector<Site>& sites) {
  Edit edit;
  for (std::size_t i = 0; i < sites.size();) {
    const std::string& path = sites[i].path;
    const Decoded* source = project.text(path);
    std::string text;
    std::size_t done = 0;
    for (; i < sites.size() && sites[i].path == path; ++i) {
      if (sites[i].start < done) continue;  // a string's mention inside a longer one
      text.append(source->text, done, sites[i].start - done).append(sites[i].text);
      done = sites[i].end;
    }
    text.append(source->text, done);
    auto bytes = encode(text, source->encoding);
    if (!bytes) return fail_user("name_invalid", "the encoding of " + path + " has no such characters", "use ASCII letters, digits and _");
    edit.files[path] = *std::move(bytes);
  }
  return edit;
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
                     "use python, javascript, typescript, tsx, go or java");
  ARGOSY_TRY_VOID(check_names(*rules, request));
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
  const Overlay changed(tree, edit);
  Project after(changed, *rules);
  ARGOSY_TRY_VOID(after.load());
  ARGOSY_TRY_VOID(check_syntax(project, after, edit));
  Target renamed = *std::move(target);
  renamed.name = request.to;
  ARGOSY_TRY_VOID(check_meaning(after, *rules, edit, std::move(renamed), found));
  return edit;
}

}  // namespace argosy::code
