// How Python writes imports: dotted from a root, or with dots from the file's own package.
#include <algorithm>
#include <memory>
#include <set>

#include "common/code/binding/values.h"
#include "common/code/moving/module_move.h"
#include "common/code/moving/python/names.h"
#include "common/code/moving/python/statements.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

class PythonImports final : public ImportWriter {
 public:
  PythonImports(const Project& project, const Rules& rules, const ModuleMove& move, Force force)
      : project_(project), rules_(rules), values_(project, rules), move_(move), force_(force) {
    const std::string old_path = module_path(move.from()), new_path = module_path(move.to());
    const std::string dotted = rules.dotted_name(project, move.is_folder() ? move.from() + "/__init__.py" : move.from());
    const std::string root = old_path.substr(0, old_path.size() - dotted.size());
    names_ = {dotted, new_path.starts_with(root) ? dotted_of(new_path.substr(root.size())) : ""};
  }

  void rewrite(const Model& model, Rewriter& rewriter) override {
    for (const PythonImport& one : python_import_statements(model)) {
      if (one.is_from())
        from(model, one, rewriter);
      else
        plain(model, one, rewriter);
    }
    for (NodeId id = 0; id < model.tree->size(); ++id) {
      const Node node = model.tree->node(id);
      if (node.is("attribute")) attribute(model, node, rewriter);
      if (node.is("string_content")) string(model, node, rewriter);
    }
  }

  std::vector<std::string> imported(const Project& project, const Model& model) const override {
    std::set<std::string> out;
    for (const PythonImport& one : python_import_statements(model)) {
      const auto& packages = one.is_from() ? project.resolve(model, dotted_text(one.module)) : kNowhere;
      bool taken = one.star;  // something else than modules of it
      for (const auto& name : one.names) {
        const auto text = name.path.text();
        const bool inside = packages.size() == 1 && !binds(project, packages.front(), text);
        std::string inner = inside ? rules_.submodule(project, packages.front(), text) : "";
        const auto& modules = one.is_from() ? kNowhere : project.resolve(model, dotted_text(name.path));
        out.insert(modules.begin(), modules.end());
        taken = taken || inner.empty();
        if (!inner.empty()) out.insert(std::move(inner));
      }
      if (taken) out.insert(packages.begin(), packages.end());
    }
    return {out.begin(), out.end()};
  }

  std::pair<std::string, std::string> names() const override { return names_; }

 private:
  static bool binds(const Project& project, const std::string& module, std::string_view name) {
    const Model* model = project.has(module) ? project.model(module) : nullptr;
    return model != nullptr && model->find(kRootScope, name) != nullptr;
  }

  // The one module that the text means; empty: none of ours. Several of which one moves cannot be decided.
  std::string meant(const Model& model, const std::string& text, Node at, Rewriter& rewriter) {
    const auto& modules = project_.resolve(model, text);
    if (modules.size() == 1) return modules.front();
    if (std::ranges::any_of(modules, [&](const std::string& one) { return move_.moves(one); }))
      rewriter.refuse("import_unresolved", model, at);
    return {};
  }

  // The new spelling of a module that a file writes as `text`; empty: it cannot be written so.
  std::string spelled(const Model& model, const std::string& text, const std::string& module) const {
    const std::string after = module_path(move_.after(module));
    if (text.starts_with('.')) return relative_name(folder_of_path(move_.after(model.path)), after);
    return absolute_name(text, module_path(module), after);
  }

  void from(const Model& model, const PythonImport& one, Rewriter& rewriter) {
    const std::string text = dotted_text(one.module);
    const std::string module = meant(model, text, one.module, rewriter);
    const bool relative = text.starts_with('.'), moved = move_.moves(model.path);
    if (module.empty()) {
      if (relative && moved) rewriter.refuse("import_unresolved", model, one.module);
      return;
    }
    if (move_.moves(module) || (relative && moved)) {
      const std::string written = spelled(model, text, module);
      if (written.empty()) return rewriter.refuse("import_unresolved", model, one.module);
      if (written != text) rewriter.replace(model, one.module, written);
    }
    for (const auto& name : one.names) submodule(model, one, name, module, rewriter);
  }

  // from package import module
  void submodule(const Model& model, const PythonImport& one, const PythonImport::Name& name, const std::string& package,
                 Rewriter& rewriter) {
    const std::string old_name(name.path.text());
    const std::string inner = rules_.submodule(project_, package, old_name);
    const bool own = package == model.path;  // an __init__ that imports its own module binds it itself
    if (inner.empty() || !move_.moves(inner) || (!own && binds(project_, package, old_name))) return;
    const std::string after = module_path(move_.after(inner));
    const std::string package_after = move_.after(package);
    const std::string new_name = after.substr(after.rfind('/') + 1);
    if (folder_of_path(after) == module_path(package_after)) {
      if (new_name != old_name) rewriter.replace(model, name.path, name.alias ? new_name : new_name + " as " + old_name);
      return;
    }
    // It goes to another package: the statement follows when it imports nothing else.
    const std::string text = dotted_text(one.module);
    const std::string parent = folder_of_path(after);
    const std::string written = text.starts_with('.') ? relative_name(folder_of_path(move_.after(model.path)), parent)
                                                      : absolute_name(text, module_path(package), parent);
    if (one.names.size() != 1 || written.empty()) return rewriter.refuse("import_unresolved", model, name.node);
    rewriter.replace(model, one.module, written);
    if (new_name != old_name) rewriter.replace(model, name.path, name.alias ? new_name : new_name + " as " + old_name);
  }

  void plain(const Model& model, const PythonImport& one, Rewriter& rewriter) {
    for (const auto& name : one.names) {
      const std::string text = dotted_text(name.path);
      const std::string module = meant(model, text, name.path, rewriter);
      if (module.empty() || !move_.moves(module)) continue;
      const std::string written = spelled(model, text, module);
      if (written.empty()) {
        rewriter.refuse("import_unresolved", model, name.path);
      } else if (name.alias || text.contains('.')) {
        // `import a.b` binds a, which must stay.
        const bool same_root = written.substr(0, written.find('.')) == text.substr(0, text.find('.'));
        if (!name.alias && (!same_root || !written.contains('.'))) return rewriter.refuse("import_unresolved", model, name.path);
        rewriter.replace(model, name.path, written);
      } else if (written.contains('.') || written != text) {
        rewriter.replace(model, name.path, written + " as " + text);
      }
    }
  }

  // package.module, reached through the package.
  void attribute(const Model& model, Node node, Rewriter& rewriter) {
    const Node token = node.get("attribute");
    const std::string path = module_path(move_.from());
    const auto last = std::string_view(path).substr(path.rfind('/') + 1);
    if (token.text() != last) return;
    const Value package = values_.of(model, node.get("object"));
    if (package.kind != Value::module) return;
    for (const std::string& one : package.modules) {
      const std::string inner = rules_.submodule(project_, one, last);
      if (inner.empty() || !move_.moves(inner) || binds(project_, one, last)) continue;
      const std::string after = module_path(move_.after(inner));
      const auto imports = python_import_statements(model);
      if (folder_of_path(after) == folder_of_path(path)) return rewriter.replace(model, token, after.substr(after.rfind('/') + 1));
      // It was written out as the import has it.
      for (const PythonImport& statement : imports)
        for (const auto& name : statement.names)
          if (!statement.is_from() && !name.alias && dotted_text(name.path) == dotted_text(node))
            return rewriter.replace(model, node, absolute_name(dotted_text(node), path, after));
      return rewriter.refuse("receiver_unresolved", model, node);
    }
  }

  void string(const Model& model, Node content, Rewriter& rewriter) {
    const StringUse use = rules_.string_use(model, content.parent());
    if (use.kind == StringUse::documentation) return;
    const auto& [old_name, new_name] = names_;
    const auto text = content.text();
    for (std::size_t at = find_word(text, old_name); at != std::string_view::npos; at = find_word(text, old_name, at + 1)) {
      const bool whole_path = at == 0 || text[at - 1] != '.';
      const bool followed = at + old_name.size() < text.size() && text[at + old_name.size()] == '.';
      const bool loads = content.parent().parent().is("argument_list") && at == 0 && loads_modules(content.parent().parent().parent());
      // One word alone is a module only where something loads modules.
      if (!whole_path || !(old_name.contains('.') || loads) || (at != 0 && !followed && !old_name.contains('.'))) continue;
      const std::size_t start = content.start() + at;
      if (force_.strings && !new_name.empty())
        rewriter.replace(model.path, start, start + old_name.size(), new_name);
      else
        rewriter.refuse("name_in_string", model.path, model.tree->text(), start);
    }
  }

  static bool loads_modules(Node call) {
    const auto callee = call.get("function").text();
    for (const std::string_view name : {"import_module", "__import__", "patch", "find_spec", "import_string", "run_module", "importorskip"})
      if (callee == name || callee.ends_with("." + std::string(name))) return true;
    return callee.find("patch") != std::string_view::npos;
  }

  static inline const std::vector<std::string> kNowhere;
  const Project& project_;
  const Rules& rules_;
  Values values_;
  const ModuleMove& move_;
  Force force_;
  std::pair<std::string, std::string> names_;
};

}  // namespace

std::unique_ptr<ImportWriter> python_imports(const Project& project, const Rules& rules, const ModuleMove& move, Force force) {
  return std::make_unique<PythonImports>(project, rules, move, force);
}

}  // namespace argosy::code
