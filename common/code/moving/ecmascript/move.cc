#include "common/code/moving/ecmascript/move.h"

#include <algorithm>

#include "common/code/moving/ecmascript/symbol_move.h"
#include "common/code/moving/module_move.h"
#include "common/code/moving/move_checks.h"
#include "common/code/overlay.h"
#include "common/code/places.h"
#include "common/code/refactor/imports/unused.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/definitions.h"
#include "common/code/renaming/mentions.h"
#include "common/code/renaming/outcome.h"

namespace argosy::code::es {
namespace {

Place begin_of(const std::string& path) { return {.path = path, .line = 1, .column = 1, .text = ""}; }

// "use client": what stands before a file's first statement changes all that is in it.
std::vector<std::string> directives_of(const Model& model) {
  std::vector<std::string> out;
  for (Node child : model.tree->root().children()) {
    if (child.is_any({"comment", "hash_bang_line"})) continue;
    if (!child.is("expression_statement") || !child.named_child(0).is("string")) break;
    if (const auto text = content_of(child.named_child(0).text()); text != "use strict") out.emplace_back(text);
  }
  return out;
}

Result<void> check_files(const Project& project, const Rules& rules, const tasks::MoveSymbol& request, const Model& home) {
  const auto language = rules.language_of(request.to);
  const bool there = project.has(request.to);
  const Model* target = there ? project.model(request.to) : nullptr;
  if (!language || (*language == Language::javascript) != (home.tree->language() == Language::javascript) || (there && target == nullptr))
    return fail_user("name_invalid", request.to + " is no source of the same language that parses", "keep the file's extension");
  for (const std::string& path : {request.from, request.to})
    if (path.ends_with(".d.ts") || path.ends_with(".d.mts") || path.ends_with(".d.cts") || path.ends_with(".cjs") || path.ends_with(".cts"))
      return fail_user("name_invalid", path + " is a file of declarations or of CommonJS", "move it by hand");
  for (const Model* model : {&home, target})
    if (model != nullptr && !is_es_module(*model) && !model->tree->root().text().empty())
      return refuse("import_unresolved", "{} neither imports nor exports as ECMAScript does", "make it a module first",
                    {begin_of(model->path)});
  const auto own = directives_of(home);
  if (own != (target == nullptr ? std::vector<std::string>() : directives_of(*target)))
    return refuse("name_invalid", "the files begin with different directives, in {}", "choose a file with the same ones",
                  {begin_of(home.path)});
  return {};
}

// import_cycle: files that load each other now and did not before. One that was there before bears functions and types, which exist
// before anything runs, but nothing else.
Result<void> check_loading(const Project& before, const Project& after, const tasks::MoveSymbol& request, bool hoisted, const Edit& edit) {
  const auto loaded = loaded_by(after, request.to);
  std::vector<Place> places;
  for (const auto& [path, bytes] : edit.files) {
    if (path == request.to || !loaded.contains(path) || !loaded_by(after, path).contains(request.to)) continue;
    const bool old = before.has(request.to) && loaded_by(before, request.to).contains(path) && loaded_by(before, path).contains(request.to);
    if (!old || !hoisted) places.push_back(begin_of(path));
  }
  if (places.empty()) return {};
  return refuse("import_cycle", request.to + " would import what imports it, in {}", "move what it needs with it", places);
}

// The new file has no place that the grammar cannot read unless it had it before.
Result<void> check_new_file(const Project& before, const Project& after, const std::string& path) {
  const Model* model = after.model(path);
  const Model* old = before.has(path) ? before.model(path) : nullptr;
  if (model != nullptr && model->tree->errors().size() <= (old == nullptr ? 0 : old->tree->errors().size())) return {};
  return refuse("syntax_broken", "{} would not parse", "choose another file", {begin_of(path)});
}

// Imports that only the symbol used go from its old file. `edit` as it is so far.
Result<void> tidy(const SourceTree& tree, const Rules& rules, const std::string& path, const std::vector<Taken>& taken, Edit& edit) {
  const Overlay changed(tree, edit);
  Project project(changed, rules);
  ARGOSY_TRY_VOID(project.load());
  const Model* home = project.model(path);
  if (home == nullptr) return {};
  const auto asked = [&](const Binding& binding) {
    return std::ranges::any_of(taken, [&](const Taken& one) { return one.name == binding.name.text(); });
  };
  const auto unused = unused_imports(project, rules, {home}, asked);
  const auto& names = unused.at(path);
  if (names.empty()) return {};
  ARGOSY_TRY(auto tidied, rewrite(project, {{path, without_imports(*home, names)}}));
  for (auto& [changed_path, bytes] : tidied.files) edit.files[changed_path] = std::move(bytes);
  return {};
}

Result<Target> target_of(const Project& project, const Rules& rules, const tasks::MoveSymbol& request) {
  ARGOSY_TRY(
      Target target,
      find_target(
          project, rules,
          {.language = request.language, .from = request.name, .to = request.name, .kind = {}, .paths = {request.from}, .force = {}}));
  if (target.modules.size() != 1)
    return fail_user("symbol_ambiguous", "a file of declarations describes \"" + request.name + "\"", "move it by hand, in both files");
  return target;
}

}  // namespace

Result<Edit> move_symbol(const SourceTree& tree, const Rules& rules, const tasks::MoveSymbol& request) {
  Project project(tree, rules);
  ARGOSY_TRY_VOID(project.load());
  const Model* home = project.has(request.from) ? project.model(request.from) : nullptr;
  if (home == nullptr) return refuse("file_not_found", "there is no source " + request.from + " that parses", "check the path", {});
  ARGOSY_TRY(const MovedPiece piece, find_piece(*home, request.name));
  ARGOSY_TRY_VOID(check_files(project, rules, request, *home));
  ARGOSY_TRY(Target target, target_of(project, rules, request));

  Resolver resolver(project, rules, std::move(target));
  const bool forced = std::ranges::find(request.force, "strings") != request.force.end();
  Findings found = SiteSearch(project, rules, resolver, request.name, {}).run();
  const std::vector<Site> uses = found.sites;
  MentionSearch(project, rules, resolver, request.name, {.strings = forced}).run(found);
  if (project.problem()) return std::unexpected(*project.problem());
  ARGOSY_TRY_VOID(check_refusals(found.refusals));
  if (const Model* there = project.has(request.to) ? project.model(request.to) : nullptr)
    if (const auto* taken = there->find(kRootScope, request.name); taken != nullptr && resolver.of_root(*there) != Verdict::ours)
      return refuse("name_taken", "\"" + request.name + "\" is already taken in {}", "choose another file",
                    {place_at(request.to, there->tree->text(), taken->front().name.start())});

  Rewriter rewriter;
  SymbolMove move(project, rules, request, piece, resolver, rewriter);
  const std::string created = move.run(uses);
  ARGOSY_TRY_VOID(rewriter.check());
  Edit edit;
  ARGOSY_TRY_VOID(rewriter.write(project, edit));
  if (!created.empty()) edit.files[request.to] = created;
  ARGOSY_TRY_VOID(tidy(tree, rules, request.from, move.taken(), edit));
  ARGOSY_TRY_VOID(check_changed(tree, rules, project, edit, [&](const Project& after) -> Result<void> {
    ARGOSY_TRY_VOID(check_new_file(project, after, request.to));
    ARGOSY_TRY_VOID(check_loading(project, after, request, piece.hoisted, edit));
    return check_uses(project, after, rules, request, uses);
  }));
  return edit;
}

}  // namespace argosy::code::es
