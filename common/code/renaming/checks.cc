#include "common/code/renaming/checks.h"

#include <algorithm>

#include "common/code/overlay.h"
#include "common/code/places.h"
#include "common/code/renaming/mentions.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMaxIdentifier = 255;

bool is_identifier(std::string_view name) {
  if (name.empty() || name.size() > kMaxIdentifier || !text::is_utf8(name)) return false;
  if (std::isdigit(static_cast<unsigned char>(name.front()))) return false;
  return std::ranges::all_of(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

Result<void> check_names(const Rules& rules, const tasks::RenameSymbol& request) {
  for (const std::string& name : {request.from, request.to}) {
    if (!is_identifier(name))
      return fail_user("name_invalid", "\"" + text::ellipsize(name, 80) + "\" is not an identifier", "use letters, digits and _");
    if (rules.is_keyword(name)) return fail_user("name_invalid", "\"" + name + "\" is a word of the language", "choose another name");
  }
  if (request.from == request.to) return fail_user("name_invalid", "the new name is the old one", "choose another name");
  return {};
}

Result<void> check_free(const Project& project, const Rules& rules, Resolver& resolver, const Findings& found,
                        const std::string& new_name) {
  std::vector<Place> taken;
  for (const std::string& path : project.sources()) {
    const Decoded* text = project.text(path);
    if (text == nullptr || !contains_word(text->text, new_name)) continue;
    const Model* model = project.model(path);
    if (model == nullptr) continue;
    const bool gains = resolver.of_root(*model) == Verdict::ours || resolver.of_module(rules.module_of(*model)) == Verdict::ours;
    const bool through_star = std::ranges::any_of(model->star_imports, [&](const std::string& star) {
      const auto& modules = project.resolve(*model, star);
      return std::ranges::any_of(modules, [&](const std::string& module) { return resolver.of_module(module) == Verdict::ours; });
    });
    if (!gains && !through_star) continue;
    if (const auto* bindings = model->find(kRootScope, new_name))
      taken.push_back(place_at(path, text->text, bindings->front().name.start()));
    for (const std::string& import : model->plain_imports)
      if (import == new_name || import.ends_with("/" + new_name)) taken.push_back(place_at(path, text->text, text->text.find(import)));
    for (const Export& entry : model->exports)
      if (entry.name == new_name) taken.push_back(place_at(path, text->text, entry.token.start()));
  }
  for (const Site& site : found.sites) {
    const Model* model = site.proven ? project.model(site.path) : nullptr;
    if (model == nullptr || resolver.of_module(rules.module_of(*model)) != Verdict::ours) continue;
    if (const std::string inner = rules.submodule(project, rules.module_of(*model), new_name); !inner.empty())
      taken.push_back({inner, 1, 1, ""});
  }
  if (taken.empty()) return {};
  return refuse("name_taken", "\"" + new_name + "\" is already taken in {}", "choose another name", taken);
}

Result<void> check_syntax(const Project& before, const Project& after, const Edit& edit) {
  for (const auto& [path, bytes] : edit.files) {
    const auto moved = edit.renamed_from.find(path);
    const Model* old = before.parsed(moved == edit.renamed_from.end() ? path : moved->second);
    if (!bytes || old == nullptr) continue;  // gone, or no source: configuration that the user's word let us change
    const Model* changed = after.model(path);
    if (changed != nullptr && changed->tree->errors().size() <= old->tree->errors().size()) continue;
    const std::size_t where = changed == nullptr ? 0 : changed->tree->node(changed->tree->errors().front()).start();
    return refuse("syntax_broken", "the renamed file would not parse", "choose another name",
                  {place_at(path, after.text(path)->text, where)});
  }
  return {};
}

Result<void> check_changed(const SourceTree& tree, const Rules& rules, const Project& before, const Edit& edit,
                           const std::function<Result<void>(const Project& after)>& holds) {
  const Overlay changed(tree, edit);
  Project after(changed, rules);
  ARGOSY_TRY_VOID(after.load());
  ARGOSY_TRY_VOID(check_syntax(before, after, edit));
  return holds(after);
}

Result<void> check_meaning(const Project& project, const Rules& rules, const Edit& edit, Target renamed, const Findings& found) {
  Resolver resolver(project, rules, std::move(renamed));
  Findings back = SiteSearch(project, rules, resolver, resolver.target().name, {}).run();
  MentionSearch(project, rules, resolver, resolver.target().name, {}).run(back);
  std::set<std::pair<std::string, std::size_t>> expected, actual;
  std::map<std::string, std::ptrdiff_t> moved;  // by how much the text has shifted so far, per file
  std::map<std::string, std::string> new_path;
  for (const auto& [to, from] : edit.renamed_from) new_path[from] = to;
  for (const Site& site : found.sites) {
    const auto hit = new_path.find(site.path);
    std::ptrdiff_t& shift = moved[site.path];
    if (site.proven)
      expected.emplace(hit == new_path.end() ? site.path : hit->second,
                       static_cast<std::size_t>(static_cast<std::ptrdiff_t>(site.start + site.name_at) + shift));
    shift += static_cast<std::ptrdiff_t>(site.text.size()) - static_cast<std::ptrdiff_t>(site.end - site.start);
  }
  for (const Site& site : back.sites)
    if (site.proven) actual.emplace(site.path, site.start);
  std::vector<std::pair<std::string, std::size_t>> differing;
  std::ranges::set_symmetric_difference(expected, actual, std::back_inserter(differing));
  std::vector<Place> places;
  for (const auto& [path, at] : differing) {
    const Decoded* text = project.text(path);
    const auto old = edit.renamed_from.find(path);
    if (text != nullptr) places.push_back(place_at(old == edit.renamed_from.end() ? path : old->second, text->text, at));
  }
  if (project.problem()) return std::unexpected(*project.problem());
  if (differing.empty()) return {};
  return refuse("name_taken", "after the rename \"" + resolver.target().name + "\" would mean something else in {}", "choose another name",
                places);
}

}  // namespace argosy::code
