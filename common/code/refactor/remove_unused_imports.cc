#include "common/code/languages/families.h"
#include "common/code/places.h"
#include "common/code/refactor/imports/unused.h"
#include "common/code/refactor/refactor.h"
#include "common/code/refactor/rewrite.h"

namespace argosy::code {
namespace {

// One language family's files; what of them cannot be read is refused, since nobody could tell what it uses.
Result<void> look_through(const Project& project, const Rules& rules, const tasks::RemoveUnusedImports& request, Patches& pieces) {
  std::vector<Place> broken;
  std::vector<const Model*> models;
  // The project's own hint speaks of the name that a rename is of.
  const auto problem = [&] {
    Error error = *project.problem();
    if (error.code == "project_too_large") {
      error.message = "too many sources at once";
      error.hint = "narrow \"paths\" and go through the tree in several operations";
    }
    return std::unexpected(std::move(error));
  };
  for (const std::string& path : project.sources()) {
    if (!fits_any(request.paths, path)) continue;
    const Model* model = project.model(path);
    if (model == nullptr) {
      if (project.problem()) return problem();
      const Error& why = *project.why(path);
      return refuse(why.code, path + ": " + why.message, "narrow \"paths\"", {{path, 1, 1, ""}});
    }
    if (!model->tree->errors().empty()) {
      broken.push_back(place_at(path, model->tree->text(), model->tree->node(model->tree->errors().front()).start()));
      continue;
    }
    models.push_back(model);
  }
  const auto unused = unused_imports(project, rules, models, [](const Binding&) { return true; });
  if (project.problem()) return problem();
  for (const Model* model : models)
    if (const auto& names = unused.at(model->path); !names.empty()) pieces[model->path] = without_imports(*model, names);
  if (!broken.empty()) return refuse("syntax_broken", "files do not parse, in {}", "mend them first, or narrow \"paths\"", broken);
  return {};
}

}  // namespace

Result<Edit> remove_unused_imports(const SourceTree& tree, const tasks::RemoveUnusedImports& request) {
  Edit all;
  for (const char* family : {"python", "javascript", "java"}) {
    const Rules& rules = *rules_for(family);
    Project project(tree, rules);
    ARGOSY_TRY_VOID(project.load());
    Patches pieces;
    ARGOSY_TRY_VOID(look_through(project, rules, request, pieces));
    if (pieces.empty()) continue;
    ARGOSY_TRY(auto edit, rewrite(project, pieces));
    all.files.merge(edit.files);
  }
  if (all.files.empty()) return fail_user("nothing_to_change", "no import there is proven unused", "check \"paths\", or leave it out");
  return all;
}

}  // namespace argosy::code
