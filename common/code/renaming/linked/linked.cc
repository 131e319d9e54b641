#include "common/code/renaming/linked/linked.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "common/code/places.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/linked/conditions.h"
#include "common/code/renaming/linked/groups.h"
#include "common/code/renaming/outcome.h"
#include "common/code/renaming/walks.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

using linked::Meaning, linked::Mention, linked::Symbol, linked::Wanted;

// Files that build the project may define macros for it and list the names that it exports.
bool is_build_file(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  return name.starts_with("Makefile") || name.starts_with("CMakeLists") || name.starts_with("configure") || name.starts_with("meson") ||
         name == "SConstruct" || name == "BUILD" || name.ends_with(".cmake") || name.ends_with(".mk") || name.ends_with(".am") ||
         name.ends_with(".bazel") || name.ends_with(".in") || name.ends_with(".vcxproj");
}

struct Outcome {
  Symbol symbol;
  Findings found;
};

// Reads the whole project once for one name.
class Reading {
 public:
  Reading(const Project& project, const Rules& rules, Wanted wanted, std::string new_name, Force force)
      : project_(project), rules_(rules), wanted_(std::move(wanted)), new_name_(std::move(new_name)), force_(force) {}

  Result<Outcome> run() {
    parse();
    if (project_.problem()) return std::unexpected(*project_.problem());
    std::vector<linked::Declaration> declarations;
    std::set<std::string> spaces;
    for (const Model* model : models_)
      for (linked::Declaration& d : linked::declarations_of(*model, wanted_.name)) {
        spaces.insert(d.space);
        declarations.push_back(std::move(d));
      }
    for (const Model* model : models_)
      for (linked::Declaration& d : linked::definitions_from_outside(*model, wanted_.name, spaces)) declarations.push_back(std::move(d));
    const linked::Includes includes(project_);
    ARGOSY_TRY(out_.symbol, linked::find_symbol(project_, includes, models_, declarations, wanted_));

    std::vector<linked::Conditions> conditions;
    for (const Node name : out_.symbol.names) conditions.push_back(linked::conditions_around(name));
    declared_.emplace(std::move(conditions));
    const linked::Macros macros(project_);
    linked::Spaces meanings(project_, wanted_.name, models_, spaces);
    linked::MentionsIn mentions(macros, meanings, wanted_.name);
    for (const Model* model : models_)
      for (const Mention& mention : mentions.of(*model)) decide(mention);
    for (Place& place : macros.makers(wanted_.name)) out_.found.refusals.push_back({"symbol_ambiguous", std::move(place)});
    other_files();
    comments();
    if (project_.problem()) return std::unexpected(*project_.problem());
    std::ranges::sort(out_.found.sites, {}, [](const Site& site) { return std::tie(site.path, site.start); });
    return std::move(out_);
  }

 private:
  void parse() {
    each_source_with(project_, wanted_.name, out_.found.refusals, [&](const Model& model) { models_.push_back(&model); });
  }

  void decide(const Mention& mention) {
    const Symbol& symbol = out_.symbol;
    const std::string& path = mention.model->path;
    const bool near = symbol.files.contains(path);
    const Meaning::Kind kind = mention.meaning.kind;
    if (mention.text) return in_text(mention, near);
    if (!near && kind == Meaning::other) return;
    const bool cpp = mention.model->tree->language() == Language::cpp;
    if (symbol.macro && near && mention.replaced) return of_macro(mention);
    if (mention.condition && !symbol.macro) return;  // asks for a macro
    if (!cpp && kind != Meaning::unsure && !(mention.tag ? symbol.tags : symbol.ordinary)) return;
    if (near && kind == Meaning::declared && mention.meaning.space == symbol.space) return replace(mention);
    if (kind == Meaning::unsure && (near || symbol.visible)) return refuse(mention, mention.code);
    if (near && kind == Meaning::free && !cpp) return replace(mention);
    // Nothing that it includes says what it is: a header that is made by the build, or one whose path nobody told.
    const bool nowhere = !near && !declares(path) && symbol.visible && (kind == Meaning::free || mention.meaning.space == symbol.space);
    if (nowhere || symbol.unclear.contains(path)) refuse(mention, "receiver_unresolved");
  }

  void in_text(const Mention& mention, bool near) {
    if (out_.symbol.macro || !out_.symbol.ordinary || !(near || out_.symbol.visible)) return;
    if (force_.strings)
      replace(mention, false);
    else
      refuse(mention, "name_in_string");
  }

  // The preprocessor knows no scopes: the name stands for the macro wherever it is written.
  void of_macro(const Mention& mention) {
    const bool called = !out_.symbol.function_macro || mention.called || mention.condition;
    if (mention.meaning.kind == Meaning::declared || mention.meaning.kind == Meaning::free) return replace(mention);
    if (mention.meaning.kind == Meaning::unsure) return refuse(mention, mention.code);
    if (called) refuse(mention, "symbol_ambiguous");
  }

  bool declares(const std::string& path) const {
    return std::ranges::any_of(
        models_, [&](const Model* model) { return model->path == path && !linked::declarations_of(*model, wanted_.name).empty(); });
  }

  void replace(const Mention& mention, bool proven = true) {
    if (mention.quoted && !force_.strings) return refuse(mention, "name_in_string");
    // Where its own declaration is left out, the name is somebody else's.
    const auto at = static_cast<std::uint32_t>(mention.at);
    const Node token = mention.model->tree->at(at, at + static_cast<std::uint32_t>(wanted_.name.size()));
    if (proven && !mention.condition && !declared_->under(linked::conditions_around(token))) return refuse(mention, "receiver_unresolved");
    out_.found.sites.push_back({mention.model->path, mention.at, mention.at + wanted_.name.size(), new_name_, 0, proven});
  }

  void refuse(const Mention& mention, std::string_view code) {
    if (code == "receiver_unresolved" && force_.attributes) return replace(mention, false);
    out_.found.refusals.push_back({std::string(code), place_at(mention.model->path, *mention.model->tree, mention.at)});
  }

  void other_files() {
    const bool global = out_.symbol.visible || out_.symbol.macro;
    for (const std::string& path : project_.files()) {
      if (rules_.language_of(path)) continue;
      const bool unreadable =
          std::ranges::any_of(rules_.unreadable_extensions(), [&](std::string_view end) { return path.ends_with(end); });
      if (!unreadable && !(global && is_build_file(path))) continue;
      const Decoded* text = project_.text(path);
      const std::size_t known = out_.found.refusals.size();
      for (std::size_t at = text == nullptr ? std::string::npos : written(text->text, 0); at != std::string::npos;
           at = written(text->text, at + 1)) {
        // More of one file than are told say nothing new, and each is looked for from the file's beginning.
        if (out_.found.refusals.size() > known + kMaxPlaces) break;
        if (unreadable || !force_.strings)
          out_.found.refusals.push_back({unreadable ? "language_unsupported" : "name_in_string", place_at(path, text->text, at)});
        else
          out_.found.sites.push_back({path, at, at + wanted_.name.size(), new_name_, 0, false});
      }
      if (text == nullptr || written(text->text, 0) == std::string::npos) project_.forget(path);
    }
  }

  // Of a file that is no source: -DNAME, too.
  std::size_t written(std::string_view text, std::size_t from) const {
    const std::size_t word = find_word(text, wanted_.name, from, true), option = find_word(text, "D" + wanted_.name, from, true);
    const bool given = option != std::string_view::npos && option > 0 && text[option - 1] == '-';
    return given ? std::min(word, option + 1) : word;
  }

  void comments() {
    if (!force_.comments) return;
    std::set<std::string> touched;
    for (const Site& site : out_.found.sites) touched.insert(site.path);
    for (const Model* model : models_)
      for (NodeId id = 0; touched.contains(model->path) && id < model->tree->size(); ++id)
        if (const Node node = model->tree->node(id); node.is("comment"))
          for (std::size_t at = find_word(node.text(), wanted_.name); at != std::string::npos;
               at = find_word(node.text(), wanted_.name, at + 1))
            replace({.model = model, .at = node.start() + at}, false);
  }

  const Project& project_;
  const Rules& rules_;
  Wanted wanted_;
  std::string new_name_;
  Force force_;
  std::vector<const Model*> models_;
  std::optional<linked::Declared> declared_;
  Outcome out_;
};

// name_taken: in the changed tree the new name must stand for the symbol where it was written, and nowhere else.
Result<void> check_linked_meaning(const Project& after, const Rules& rules, const tasks::RenameSymbol& request, const Outcome& before) {
  const std::string message = "after the rename \"" + request.to + "\" would mean something else in {}", hint = "choose another name";
  const Wanted wanted{request.to, request.kind, [&](const std::string& path) { return before.symbol.homes.contains(path); }};
  auto back = Reading(after, rules, wanted, request.to, force_of(request)).run();
  if (after.problem()) return std::unexpected(*after.problem());
  if (!back) return refuse("name_taken", message, hint, {});
  if (before.symbol.rivals.empty() && !back->symbol.rivals.empty())
    return refuse("name_taken", "\"" + request.to + "\" is already taken in {}", hint, back->symbol.rivals);
  std::set<std::pair<std::string, std::size_t>> expected, actual;
  std::map<std::string, std::size_t> grown;
  for (const Site& site : before.found.sites) {
    if (site.proven) expected.emplace(site.path, site.start + grown[site.path]);
    grown[site.path] += site.text.size() - (site.end - site.start);
  }
  for (const Site& site : back->found.sites)
    if (site.proven) actual.emplace(site.path, site.start);
  std::vector<std::pair<std::string, std::size_t>> differing;
  std::ranges::set_symmetric_difference(expected, actual, std::back_inserter(differing));
  std::vector<Place> places;
  for (const auto& [path, at] : differing) places.push_back(place_at(path, after.text(path)->text, at));
  for (const Refusal& refusal : back->found.refusals)
    if (refusal.code == "symbol_ambiguous") places.push_back(refusal.place);
  if (places.empty()) return {};
  return refuse("name_taken", message, hint, places);
}

}  // namespace

Result<Edit> rename_linked(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request) {
  Project project(tree, rules);
  ARGOSY_TRY_VOID(project.load());
  const Wanted wanted{request.from, request.kind, [&](const std::string& path) {
                        return request.paths.empty() ||
                               std::ranges::any_of(request.paths, [&](const auto& glob) { return text::path_matches(glob, path); });
                      }};
  auto outcome = Reading(project, rules, wanted, request.to, force_of(request)).run();
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  ARGOSY_TRY_VOID(check_refusals(outcome->found.refusals));
  ARGOSY_TRY(Edit edit, write_sites(project, outcome->found.sites));
  ARGOSY_TRY_VOID(check_changed(tree, rules, project, edit,
                                [&](const Project& after) { return check_linked_meaning(after, rules, request, *outcome); }));
  return edit;
}

}  // namespace argosy::code
