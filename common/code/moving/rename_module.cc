#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "common/code/languages/families.h"
#include "common/code/moving/java/java_moves.h"
#include "common/code/moving/module_move.h"
#include "common/code/moving/moving.h"
#include "common/code/moving/python/names.h"
#include "common/code/places.h"
#include "common/code/renaming/checks.h"

namespace argosy::code {
namespace {

// Files that may name a module or its path: configuration, builds.
constexpr auto kNaming = std::to_array<std::string_view>(
    {".toml", ".cfg", ".ini", ".json", ".yaml", ".yml", ".xml", ".properties", ".gradle", "Makefile", "Dockerfile", ".mk", ".sh"});

Place whole(const std::string& path) { return {.path = path, .line = 1, .column = 1, .text = ""}; }

Result<ModuleMove> find_move(const Project& project, const Rules& rules, const tasks::RenameModule& request) {
  const bool file = project.has(request.from);
  if (!file && !project.has_folder(request.from))
    return refuse("file_not_found", "there is no source or folder of sources " + request.from, "check the path", {});
  if (file && (!rules.language_of(request.from) || rules.language_of(request.from) != rules.language_of(request.to)))
    return fail_user("name_invalid", "both paths must be sources of the language", "keep the file's extension");
  // The last part is what imports write; a file of JavaScript is named as one likes.
  const auto name = module_path(request.to).substr(folder_of_path(request.to).empty() ? 0 : folder_of_path(request.to).size() + 1);
  if (request.language == "python" && (!is_importable(name) || rules.is_keyword(name)))
    return fail_user("name_invalid", "no import could name \"" + name + "\"", "use letters, digits and _");
  if (file && request.from.ends_with("__init__.py")) return fail_user("name_invalid", "an __init__.py is its package", "rename the folder");
  for (const std::string& path : project.files())
    if (path == request.to || path.starts_with(request.to + "/") || (!file && request.to.starts_with(path + "/")))
      return refuse("file_exists", request.to + " is there already", "choose another path", {whole(path)});
  return ModuleMove(request.from, request.to, !file);
}

// What the user's word lets change is rewritten, all else refused.
void mention(const std::string& path, std::string_view text, std::size_t at, const std::pair<std::string, std::string>& names, bool forced,
             Rewriter& rewriter) {
  if (forced)
    rewriter.replace(path, at, at + names.first.size(), names.second);
  else
    rewriter.refuse("name_in_string", path, text, at);
}

void look_at_other_files(const Project& project, const Rules& rules, const ModuleMove& move,
                         const std::pair<std::string, std::string>& names, bool forced, Rewriter& rewriter) {
  for (const std::string& path : project.files()) {
    const bool naming = std::ranges::any_of(kNaming, [&](std::string_view end) { return path.ends_with(end); });
    if (rules.language_of(path) || !naming) continue;
    const Decoded* text = project.text(path);
    if (text == nullptr) continue;
    for (const auto& name : {names, std::pair(move.from(), move.to())}) {
      // One word alone may be anything.
      if (name.first.find_first_of("./") == std::string::npos) continue;
      for (std::size_t at = find_word(text->text, name.first); at != std::string::npos; at = find_word(text->text, name.first, at + 1))
        mention(path, text->text, at, name, forced, rewriter);
    }
    if (!forced) project.forget(path);
  }
}

// Every import must mean afterwards what it meant before.
Result<void> check_imports(const Project& before, const Project& after, const ModuleMove& move, const ImportWriter& writer) {
  std::vector<Place> places;
  for (const std::string& path : before.sources()) {
    const Model* old = before.model(path);
    const Model* changed = old == nullptr ? nullptr : after.model(move.after(path));
    if (old == nullptr) continue;
    std::vector<std::string> wanted;
    for (const std::string& one : writer.imported(before, *old)) wanted.push_back(move.after(one));
    std::ranges::sort(wanted);
    if (changed == nullptr || wanted != writer.imported(after, *changed)) places.push_back(whole(path));
  }
  if (after.problem()) return std::unexpected(*after.problem());
  if (places.empty()) return {};
  return refuse("import_unresolved", "after the rename imports would mean something else, in {}", "choose another path", places);
}

Result<void> move_files(const SourceTree& tree, const Project& project, const ModuleMove& move, Edit& edit) {
  for (const std::string& path : project.files()) {
    if (!move.moves(path)) continue;
    auto& changed = edit.files[path];
    if (!changed) {
      ARGOSY_TRY(auto bytes, tree.read(path));
      changed = std::move(bytes);
    }
    edit.files[move.after(path)] = std::exchange(edit.files[path], std::nullopt);
    edit.renamed_from[move.after(path)] = path;
  }
  return {};
}

}  // namespace

bool ModuleMove::moves(std::string_view path) const {
  return path == from_ || (folder_ && path.starts_with(from_) && path.substr(from_.size()).starts_with('/'));
}

std::string ModuleMove::after(const std::string& path) const { return moves(path) ? to_ + path.substr(from_.size()) : path; }

std::string folder_of_path(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

Result<Edit> rename_module(const SourceTree& tree, const tasks::RenameModule& request) {
  const Rules* rules = rules_for(request.language);
  if (rules == nullptr || request.language == "go" || is_only_renamed(request.language))
    return fail_user("language_unsupported", "modules of \"" + request.language + "\" cannot be renamed",
                     "use python, javascript, typescript, tsx or java");
  if (request.language == "java") return rename_java_unit(tree, *rules, request);
  Project project(tree, *rules);
  ARGOSY_TRY_VOID(project.load());
  ARGOSY_TRY(const ModuleMove move, find_move(project, *rules, request));
  const bool forced = std::ranges::find(request.force, "strings") != request.force.end();
  const auto writer = request.language == "python" ? python_imports(project, *rules, move, {.strings = forced})
                                                   : ecmascript_imports(project, *rules, move, {.strings = forced});
  Rewriter rewriter;
  for (const std::string& path : project.sources()) {
    const Decoded* text = project.text(path);
    if (const Model* model = text == nullptr ? nullptr : project.model(path))
      writer->rewrite(*model, rewriter);
    else if (text != nullptr)
      rewriter.refuse(project.why(path)->code, path, text->text, 0);
  }
  look_at_other_files(project, *rules, move, writer->names(), forced, rewriter);
  if (project.problem()) return std::unexpected(*project.problem());
  ARGOSY_TRY_VOID(rewriter.check());

  Edit edit;
  ARGOSY_TRY_VOID(rewriter.write(project, edit));
  ARGOSY_TRY_VOID(move_files(tree, project, move, edit));
  ARGOSY_TRY_VOID(
      check_changed(tree, *rules, project, edit, [&](const Project& after) { return check_imports(project, after, move, *writer); }));
  return edit;
}

}  // namespace argosy::code
