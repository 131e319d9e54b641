#include "common/code/moving/java/java_moves.h"

#include <algorithm>

#include "common/code/moving/java/arrival.h"
#include "common/code/moving/java/relocation.h"
#include "common/code/places.h"
#include "common/code/renaming/checks.h"

namespace argosy::code {
namespace {

using java::Cargo;
using java::Relocation;
using java::Type;

Place place_of(const Model& model, Node node) { return place_at(model.path, *model.tree, node.start()); }

// The unit that something is taken out of, or that something is put into.
Result<const Model*> unit_at(const Project& project, const std::string& path) {
  const Model* model = project.has(path) && path.ends_with(".java") ? project.model(path) : nullptr;
  if (project.problem()) return std::unexpected(*project.problem());
  if (model == nullptr && project.why(path) != nullptr) return std::unexpected(*project.why(path));
  if (model == nullptr) return refuse("file_not_found", "there is no source of Java " + path, "check the path; one file at a time", {});
  if (!model->tree->errors().empty())
    return refuse("syntax_broken", path + " does not parse", "mend the syntax first",
                  {place_of(*model, model->tree->node(model->tree->errors().front()))});
  return model;
}

Result<void> check_file_name(const Type& type, const std::string& to) {
  const std::string wanted = type.name() + ".java";
  if (!type.is_public() || to == wanted || to.ends_with("/" + wanted)) return {};
  return refuse("name_invalid", "the public class \"" + type.name() + "\" must lie in a file " + wanted,
                "keep the file's name here; rename_symbol renames a class and its file", {place_of(*type.model, type.node.get("name"))});
}

// What the whole unit becomes where it goes.
Result<void> move_unit(const SourceTree& tree, const Project& project, const Rules& rules, const Cargo& cargo, Relocation& relocation,
                       Edit& edit) {
  const Model& home = *cargo.home;
  if (cargo.leaves_package())
    for (Node child : home.tree->root().child("package_declaration").children())
      if (child.is_any({"scoped_identifier", "identifier"})) relocation.inside.push_back({child.start(), child.end(), cargo.package});
  ARGOSY_TRY(Decoded source, java::changed_text(tree, {}, home.path));
  source.text = rewritten(source.text, relocation.inside);
  ARGOSY_TRY(source.text, java::with_imports(project, rules, cargo.to, std::move(source.text), relocation.needed));
  ARGOSY_TRY_VOID(java::put(cargo.to, source, edit));
  edit.files[home.path] = std::nullopt;
  edit.renamed_from[cargo.to] = home.path;
  return {};
}

Result<Edit> relocate(const SourceTree& tree, const Project& project, const Rules& rules, const Cargo& cargo, bool forced) {
  Rewriter rewriter;
  Relocation relocation(project, rules, cargo, {.strings = forced});
  ARGOSY_TRY_VOID(relocation.run(rewriter));
  std::optional<java::Arrival> arrival;
  if (!cargo.whole) {
    const bool there = project.has(cargo.to);
    arrival.emplace(rules, cargo, relocation, there ? project.model(cargo.to) : nullptr);
    arrival->run(rewriter);
  }
  if (project.problem()) return std::unexpected(*project.problem());
  ARGOSY_TRY_VOID(rewriter.check());

  Edit edit;
  ARGOSY_TRY_VOID(rewriter.write(project, edit));
  ARGOSY_TRY_VOID(java::add_imports(tree, project, rules, relocation.imports, edit));
  if (arrival) {
    ARGOSY_TRY_VOID(arrival->write(tree, project, edit));
  } else {
    ARGOSY_TRY_VOID(move_unit(tree, project, rules, cargo, relocation, edit));
  }
  ARGOSY_TRY_VOID(check_changed(tree, rules, project, edit, [&](const Project& after) -> Result<void> {
    if (const auto moved = unit_at(after, cargo.to); !moved) return std::unexpected(moved.error());
    return relocation.check(after);
  }));
  return edit;
}

bool forces_strings(const std::vector<std::string>& force) { return std::ranges::find(force, "strings") != force.end(); }

}  // namespace

Result<Edit> rename_java_unit(const SourceTree& tree, const Rules& rules, const tasks::RenameModule& request) {
  Project project(tree, rules);
  ARGOSY_TRY_VOID(project.load());
  if (project.has_folder(request.from))
    return fail_user("name_invalid", request.from + " is a folder: of Java one file is moved at a time", "name its files one by one");
  ARGOSY_TRY(const Model* home, unit_at(project, request.from));
  if (project.has(request.to))
    return refuse("file_exists", request.to + " is there already", "choose another path", {{request.to, 1, 1, ""}});
  Cargo cargo{.home = home, .types = java::types_of(*home), .to = request.to, .package = {}};
  ARGOSY_TRY(cargo.package, java::package_at(rules, *home, request.to));
  if (cargo.types.empty()) return fail_user("name_invalid", request.from + " has no class", "rename_file moves any file");
  for (const Type& type : cargo.types) ARGOSY_TRY_VOID(check_file_name(type, request.to));
  return relocate(tree, project, rules, cargo, forces_strings(request.force));
}

Result<Edit> move_java_type(const SourceTree& tree, const Rules& rules, const tasks::MoveSymbol& request) {
  Project project(tree, rules);
  ARGOSY_TRY_VOID(project.load());
  ARGOSY_TRY(const Model* home, unit_at(project, request.from));
  const auto types = java::types_of(*home);
  const auto type = std::ranges::find(types, request.name, &Type::name);
  if (type == types.end())
    return refuse("symbol_not_found", "no top-level type \"" + request.name + "\" in " + request.from, "check name and path", {});
  ARGOSY_TRY_VOID(check_file_name(*type, request.to));
  Cargo cargo{.home = home, .types = {*type}, .leaves_strings = true, .to = request.to, .package = {}};
  ARGOSY_TRY(cargo.package, java::package_at(rules, *home, request.to));
  cargo.whole = types.size() == 1 && !project.has(request.to);
  if (!cargo.whole) {
    if (project.has(request.to)) {
      ARGOSY_TRY(const Model* target, unit_at(project, request.to));
      if (target->package != cargo.package)
        return fail_user("name_invalid", request.to + " says that its package is \"" + target->package + "\"", "mend that first");
    }
    ARGOSY_TRY_VOID(java::find_text(cargo));
  }
  return relocate(tree, project, rules, cargo, forces_strings(request.force));
}

}  // namespace argosy::code
