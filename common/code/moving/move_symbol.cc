#include <algorithm>
#include <map>
#include <utility>

#include "common/code/languages/families.h"
#include "common/code/moving/ecmascript/move.h"
#include "common/code/moving/java/java_moves.h"
#include "common/code/moving/module_move.h"
#include "common/code/moving/move_checks.h"
#include "common/code/moving/moving.h"
#include "common/code/moving/python/definition.h"
#include "common/code/moving/python/names.h"
#include "common/code/places.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/definitions.h"
#include "common/code/renaming/mentions.h"
#include "common/code/renaming/outcome.h"

namespace argosy::code {
namespace {

class SymbolMove {
 public:
  SymbolMove(const Project& project, const Rules& rules, const tasks::MoveSymbol& request, MovedDefinition definition)
      : project_(project), rules_(rules), request_(request), definition_(definition) {
    target_ = project.has(request.to) ? project.model(request.to) : nullptr;
  }

  // Notes every change but those of a new file, whose text comes back.
  // `exported`: the old file lists it in its __all__.
  std::string run(const std::vector<Site>& uses, bool exported, Rewriter& rewriter) {
    still_used_ = exported;
    for (const Need& need : needs_of(rules_, project_, definition_, request_.name, rewriter)) bring(need, rewriter);
    if (target_ != nullptr)
      for (const std::string& name : builtins_of(rules_, project_, definition_))
        if (const auto* taken = target_->find(kRootScope, name)) rewriter.refuse("name_taken", *target_, taken->front().name);
    std::map<std::string, std::vector<Node>> by_file;
    for (const Site& site : uses) {
      const Model* model = project_.model(site.path);
      by_file[site.path].push_back(model->tree->at(static_cast<std::uint32_t>(site.start), static_cast<std::uint32_t>(site.end)));
    }
    for (const auto& [path, nodes] : by_file) importer(*project_.model(path), nodes, rewriter);
    leave(rewriter);
    return arrive(rewriter);
  }

 private:
  std::string to_path() const { return module_path(request_.to); }

  // How a file that writes the old file as `text` writes the new one.
  std::string spelled(const std::string& text, const std::string& importer) const {
    if (text.starts_with('.')) return relative_name(folder_of_path(importer), to_path());
    return absolute_name(text, module_path(request_.from), to_path());
  }

  // How a file imports another where no import shows a style: with dots inside one package, else from the root.
  std::string plain_spelling(const std::string& importer, const std::string& module) const {
    const std::string folder = folder_of_path(importer);
    const bool packaged =
        project_.has(folder + "/__init__.py") && module_path(module).starts_with(folder_of_path(module_path(folder + "/x")) + "/");
    if (packaged) return relative_name(folder, module_path(module));
    return rules_.dotted_name(project_, module);
  }

  // What the definition needs is imported where it goes.
  void bring(const Need& need, Rewriter& rewriter) {
    std::string line;
    if (need.binding->kind == BindingKind::import) {
      line = import_line(need);
    } else {
      line = "from " + plain_spelling(request_.to, request_.from) + " import " + need.name;
    }
    if (line.empty()) return rewriter.refuse("import_unresolved", *definition_.model, need.use);
    if (const auto* there = target_ == nullptr ? nullptr : target_->find(kRootScope, need.name)) {
      if (is_same(*there, need)) return;
      return rewriter.refuse("name_taken", *target_, there->front().name);
    }
    if (std::ranges::find(brought_, line) == brought_.end()) brought_.push_back(line);
  }

  bool is_same(const std::vector<Binding>& there, const Need& need) const {
    if (there.size() != 1 || there.front().kind != BindingKind::import) return false;
    const Import& has = *there.front().import;
    if (need.binding->kind != BindingKind::import)
      return has.name == need.name && project_.resolve(*target_, has.module) == std::vector{request_.from};
    const Import& wanted = *need.binding->import;
    const auto& a = project_.resolve(*target_, has.module);
    const auto& b = project_.resolve(*definition_.model, wanted.module);
    return has.name == wanted.name && a == b && (!a.empty() || has.module == wanted.module);
  }

  // The old file's import of one name as the new file must write it; empty when it is conditional or cannot be.
  std::string import_line(const Need& need) const {
    const Model& model = *definition_.model;
    for (const PythonImport& one : python_import_statements(model)) {
      for (const auto& name : one.names) {
        if (!name.node.contains(need.binding->name)) continue;
        if (!one.statement.parent().is("module")) return {};
        if (!one.is_from()) return "import " + std::string(name.node.text());
        std::string module = dotted_text(one.module);
        if (module.starts_with('.')) {
          const auto& found = project_.resolve(model, module);
          if (found.size() != 1) return {};
          module = relative_name(folder_of_path(request_.to), module_path(found.front()));
        }
        return "from " + module + " import " + std::string(name.node.text());
      }
    }
    return {};
  }

  void importer(const Model& model, const std::vector<Node>& nodes, Rewriter& rewriter) {
    const auto statements = python_import_statements(model);
    bool names = false;
    std::vector<Node> members;
    for (const Node& node : nodes) {
      if (model.path == request_.from && definition_.contains(node.start())) continue;
      const Use use = rules_.use(project_, model, node);
      if (use.role == Role::import_name) {
        for (const PythonImport& one : statements)
          for (std::size_t i = 0; i < one.names.size(); ++i)
            if (one.names[i].node.contains(node)) import(model, one, i, rewriter);
      } else if (use.role == Role::member) {
        members.push_back(node.parent());
      } else {
        names = true;
      }
    }
    through_module(model, members, rewriter);
    if (model.path == request_.from) still_used_ = still_used_ || names;
    if (model.path == request_.to) used_there_ = names || !members.empty();
  }

  // old.name becomes name, with an import of its own.
  void through_module(const Model& model, const std::vector<Node>& members, Rewriter& rewriter) const {
    if (members.empty()) return;
    for (const Scope& scope : model.scopes)
      if (scope.variables.contains(request_.name) && model.path != request_.to)
        return rewriter.refuse("name_taken", model, scope.variables.at(request_.name).front().name);
    for (const Node& member : members) {
      const bool assigned = member.field() == "left" || member.parent().is("delete_statement");
      if (assigned || model.path == request_.from) return rewriter.refuse("import_unresolved", model, member);
      rewriter.replace(model, member, request_.name);
    }
    if (model.path == request_.to) return;
    const std::size_t at = behind_imports(model);
    rewriter.replace(model.path, at, at,
                     "from " + plain_spelling(model.path, request_.to) + " import " + request_.name + ending_of(model.tree->text()));
  }

  // from old import a, name
  void import(const Model& model, const PythonImport& one, std::size_t index, Rewriter& rewriter) {
    const std::string text = dotted_text(one.module);
    if (project_.resolve(model, text) != std::vector{request_.from}) return;  // through another file, which follows itself
    const std::string& source = model.tree->text();
    const auto& names = one.names;
    if (model.path == request_.to) {
      // What it imported it now has.
      const auto end = source.find('\n', one.statement.end());
      if (names[index].alias || !one.statement.parent().is("module")) return rewriter.refuse("import_unresolved", model, names[index].node);
      if (names.size() == 1)
        return rewriter.replace(model.path, one.statement.start(), end == std::string::npos ? source.size() : end + 1, "");
      return take_out(model, one, index, "", rewriter);
    }
    const std::string written = spelled(text, model.path);
    if (written.empty()) return rewriter.refuse("import_unresolved", model, one.module);
    if (names.size() == 1) return rewriter.replace(model, one.module, written);
    take_out(model, one, index, "from " + written + " import " + std::string(names[index].node.text()), rewriter);
  }

  // Takes a name out of a statement of several, and puts a statement behind it.
  void take_out(const Model& model, const PythonImport& one, std::size_t index, const std::string& added, Rewriter& rewriter) {
    const std::string& source = model.tree->text();
    const auto& names = one.names;
    const std::size_t start = index + 1 < names.size() ? names[index].node.start() : names[index - 1].node.end();
    const std::size_t end = index + 1 < names.size() ? names[index + 1].node.start() : names[index].node.end();
    const std::size_t line = one.statement.start() == 0 ? 0 : source.rfind('\n', one.statement.start() - 1) + 1;
    const std::string indent = source.substr(line, one.statement.start() - line);
    const auto behind = std::string_view(source).substr(one.statement.end(), source.find('\n', one.statement.end()) - one.statement.end());
    if (source.substr(start, end - start).contains('#') || indent.find_first_not_of(" \t") != std::string::npos || behind.contains(';'))
      return rewriter.refuse("import_unresolved", model, names[index].node);
    rewriter.replace(model.path, start, end, "");
    if (added.empty()) return;
    const std::size_t after = one.statement.end() + behind.size();
    const std::size_t at = after > 0 && after <= source.size() && behind.ends_with('\r') ? after - 1 : after;
    rewriter.replace(model.path, at, at, ending_of(source) + indent + added);
  }

  // The definition goes from its old file, with the blank lines behind it where others stand before it; what still uses it there imports
  // it.
  void leave(Rewriter& rewriter) const {
    const Model& model = *definition_.model;
    const std::string& text = model.tree->text();
    std::size_t end = definition_.end;
    const auto above = std::string_view(text).substr(0, definition_.start);
    const bool alone = above.empty() || above.ends_with("\n\n") || above.ends_with("\n\r\n");
    while (alone && end < text.size() && (text[end] == '\n' || text[end] == '\r')) ++end;
    rewriter.replace(model.path, definition_.start, end, "");
    if (!still_used_) return;
    const std::string line = "from " + plain_spelling(request_.from, request_.to) + " import " + request_.name + ending_of(text);
    const std::size_t at = behind_imports(model);
    if (at > definition_.start) return rewriter.refuse("import_unresolved", model, definition_.statement);
    rewriter.replace(model.path, at, at, at == definition_.start ? line + ending_of(text) + ending_of(text) : line);
  }

  std::string arrive(Rewriter& rewriter) const {
    const std::string& source = definition_.model->tree->text();
    const std::string ending = ending_of(target_ != nullptr && target_->tree->text().contains('\n') ? target_->tree->text() : source);
    std::string imports, block;
    for (const std::string& line : brought_) imports += line + ending;
    for (const char c : source.substr(definition_.start, definition_.end - definition_.start))
      if (c == '\n')
        block += ending;
      else if (c != '\r')
        block += c;
    if (!block.ends_with(ending)) block += ending;
    if (target_ == nullptr) return imports + (imports.empty() ? "" : ending + ending) + block;

    const std::string& text = target_->tree->text();
    const std::size_t head = behind_imports(*target_);
    const std::string gap = ending + ending, start = text.empty() || text.ends_with('\n') ? "" : ending;
    const std::size_t last = text.size();
    if (used_there_ && head < last) {
      // Whatever uses it while the file loads must find it.
      rewriter.replace(request_.to, head, head, imports + gap + block);
    } else if (head == last) {
      rewriter.replace(request_.to, last, last, start + imports + (text.empty() && imports.empty() ? "" : gap) + block);
    } else {
      if (!imports.empty()) rewriter.replace(request_.to, head, head, imports);
      rewriter.replace(request_.to, last, last, start + gap + block);
    }
    return {};
  }

  const Project& project_;
  const Rules& rules_;
  const tasks::MoveSymbol& request_;
  MovedDefinition definition_;
  const Model* target_ = nullptr;
  std::vector<std::string> brought_;
  bool still_used_ = false, used_there_ = false;
};

}  // namespace

Result<Edit> move_symbol(const SourceTree& tree, const tasks::MoveSymbol& request) {
  const Rules* rules = rules_for(request.language);
  if (rules == nullptr || request.language == "go" || is_only_renamed(request.language))
    return fail_user("language_unsupported", "symbols of \"" + request.language + "\" cannot be moved",
                     "use python, javascript, typescript, tsx or java");
  if (request.language == "java") return move_java_type(tree, *rules, request);
  if (request.language != "python") return es::move_symbol(tree, *rules, request);
  Project project(tree, *rules);
  ARGOSY_TRY_VOID(project.load());
  const Model* home = project.has(request.from) ? project.model(request.from) : nullptr;
  if (home == nullptr) return refuse("file_not_found", "there is no source " + request.from + " that parses", "check the path", {});
  if (!request.to.ends_with(".py") || (project.has(request.to) && project.model(request.to) == nullptr))
    return fail_user("name_invalid", request.to + " is no source of Python that parses", "use a file that ends in .py");
  ARGOSY_TRY(const MovedDefinition definition, find_definition(*home, request.name));
  ARGOSY_TRY(
      Target target,
      find_target(
          project, *rules,
          {.language = request.language, .from = request.name, .to = request.name, .kind = {}, .paths = {request.from}, .force = {}}));
  if (target.modules.size() != 1)
    return fail_user("symbol_ambiguous", "a stub describes \"" + request.name + "\"", "move it by hand, in both files");

  Resolver resolver(project, *rules, std::move(target));
  const bool forced = std::ranges::find(request.force, "strings") != request.force.end();
  Findings found = SiteSearch(project, *rules, resolver, request.name, {}).run();
  const std::vector<Site> uses = found.sites;
  MentionSearch(project, *rules, resolver, request.name, {.strings = forced}).run(found);
  if (project.problem()) return std::unexpected(*project.problem());
  ARGOSY_TRY_VOID(check_refusals(found.refusals));
  if (const Model* there = project.has(request.to) ? project.model(request.to) : nullptr)
    if (const auto* taken = there->find(kRootScope, request.name); taken != nullptr && taken->front().kind != BindingKind::import)
      return refuse("name_taken", "\"" + request.name + "\" is already taken in {}", "choose another file",
                    {place_at(request.to, there->tree->text(), taken->front().name.start())});

  Rewriter rewriter;
  const bool exported = std::ranges::any_of(found.sites, [&](const Site& site) {
    return site.proven && site.path == request.from &&
           std::ranges::none_of(uses, [&](const Site& use) { return use.path == site.path && use.start == site.start; });
  });
  const std::string created = SymbolMove(project, *rules, request, definition).run(uses, exported, rewriter);
  ARGOSY_TRY_VOID(rewriter.check());
  Edit edit;
  ARGOSY_TRY_VOID(rewriter.write(project, edit));
  if (!created.empty()) edit.files[request.to] = created;
  ARGOSY_TRY_VOID(check_changed(tree, *rules, project, edit, [&](const Project& after) -> Result<void> {
    ARGOSY_TRY_VOID(check_cycles(project, after, *rules, request, edit));
    return check_uses(project, after, *rules, request, uses);
  }));
  return edit;
}

}  // namespace argosy::code
