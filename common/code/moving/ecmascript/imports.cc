// How JavaScript and TypeScript write imports: paths as strings, mostly relative to the file.
#include <algorithm>
#include <memory>

#include "common/code/moving/ecmascript/specifiers.h"
#include "common/code/moving/module_move.h"

namespace argosy::code {
namespace {

class EcmaScriptImports final : public ImportWriter {
 public:
  EcmaScriptImports(const Project& project, const Rules& rules, const ModuleMove& move, Force force)
      : project_(project), rules_(rules), move_(move), force_(force) {}

  void rewrite(const Model& model, Rewriter& rewriter) override {
    for (NodeId id = 0; id < model.tree->size(); ++id)
      if (const Node node = model.tree->node(id); node.is("string")) string(model, node, rewriter);
  }

  std::vector<std::string> imported(const Project& project, const Model& model) const override {
    std::set<std::string> out;
    for (NodeId id = 0; id < model.tree->size(); ++id) {
      const Node node = model.tree->node(id);
      if (!node.is("string") || !is_import(model, node)) continue;
      for (const std::string& module : project.resolve(model, content_of(node.text()))) out.insert(module);
    }
    return {out.begin(), out.end()};
  }

  std::pair<std::string, std::string> names() const override { return {}; }

 private:
  // require, import, jest.mock, vi.mock: all read the string as an import does.
  bool is_import(const Model& model, Node string) const {
    if (rules_.string_use(model, string).kind == StringUse::path) return true;
    if (!string.parent().is("arguments") || string.parent().named_child(0) != string) return false;
    const auto callee = string.parent().parent().get("function").text();
    return callee == "require.resolve" || callee.starts_with("jest.") || callee.starts_with("vi.");
  }

  void string(const Model& model, Node node, Rewriter& rewriter) {
    const auto content = content_of(node.text());
    const bool import = is_import(model, node);
    if (content.empty() || (!import && (!es::is_relative(content) || content.find_first_not_of("./") == std::string_view::npos))) return;
    const bool moved = move_.moves(model.path);
    const auto& modules = project_.resolve(model, content);
    const bool meant = std::ranges::any_of(modules, [&](const std::string& one) { return move_.moves(one); });
    if (!es::is_relative(content)) {
      // Of an alias or a package nobody knows here how its new path is written.
      if (meant) rewriter.refuse("import_unresolved", model, node);
      return;
    }
    const auto raw = es::joined(folder_of_path(model.path), content.substr(0, content.find('?')));
    const std::string target = modules.size() == 1 && modules.front() != kUnknownModule ? modules.front()
                               : raw && project_.has(*raw)                              ? *raw
                                                                                        : "";
    if (target.empty() || !raw) {
      if (import && (moved || meant)) rewriter.refuse("import_unresolved", model, node);
      return;
    }
    if (!moved && !meant && !move_.moves(target)) return;
    const auto written = es::respelled(move_target(model), *raw, target, move_.after(target));
    if (!written) return rewriter.refuse("import_unresolved", model, node);
    const auto query = content.find('?');
    const std::string text = *written + std::string(query == std::string_view::npos ? "" : content.substr(query));
    if (es::joined(move_target(model), text) == es::joined(move_target(model), content)) return;  // as good as it was
    if (!import && !force_.strings) return rewriter.refuse("name_in_string", model, node);
    const std::size_t start = node.start() + static_cast<std::size_t>(content.data() - node.text().data());
    rewriter.replace(model.path, start, start + content.size(), text);
  }

  std::string move_target(const Model& model) const { return folder_of_path(move_.after(model.path)); }

  const Project& project_;
  const Rules& rules_;
  const ModuleMove& move_;
  Force force_;
};

}  // namespace

std::unique_ptr<ImportWriter> ecmascript_imports(const Project& project, const Rules& rules, const ModuleMove& move, Force force) {
  return std::make_unique<EcmaScriptImports>(project, rules, move, force);
}

}  // namespace argosy::code
