// How JavaScript and TypeScript write imports: paths as strings, mostly relative to the file.
#include <algorithm>
#include <array>
#include <memory>

#include "common/code/moving/module_move.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr auto kEndings =
    std::to_array<std::string_view>({".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"});

std::string_view ending_of(std::string_view path) {
  const auto hit = std::ranges::find_if(kEndings, [&](std::string_view ending) { return path.ends_with(ending); });
  return hit == kEndings.end() ? std::string_view() : *hit;
}

std::string without_ending(std::string_view path) { return std::string(path.substr(0, path.size() - ending_of(path).size())); }

bool is_relative(std::string_view specifier) {
  return specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../");
}

// The path that a relative specifier writes, or nothing when it leaves the repository.
std::optional<std::string> joined(const std::string& folder, std::string_view specifier) {
  std::vector<std::string_view> parts;
  const std::string whole = folder + "/" + std::string(specifier);
  for (const auto part : text::split(whole, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  std::string out;
  for (const auto part : parts) out += (out.empty() ? "" : "/") + std::string(part);
  return out;
}

std::string relative(const std::string& folder, const std::string& path) {
  const auto from = folder.empty() ? std::vector<std::string_view>() : text::split(folder, '/');
  const auto to = path.empty() ? std::vector<std::string_view>() : text::split(path, '/');
  std::size_t common = 0;
  while (common < from.size() && common < to.size() && from[common] == to[common]) ++common;
  std::string out = common == from.size() ? "." : "..";
  for (std::size_t i = common + 1; i < from.size(); ++i) out += "/..";
  for (std::size_t i = common; i < to.size(); ++i) out += "/" + std::string(to[i]);
  return out;
}

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
    if (content.empty() || (!import && (!is_relative(content) || content.find_first_not_of("./") == std::string_view::npos))) return;
    const bool moved = move_.moves(model.path);
    const auto& modules = project_.resolve(model, content);
    const bool meant = std::ranges::any_of(modules, [&](const std::string& one) { return move_.moves(one); });
    if (!is_relative(content)) {
      // Of an alias or a package nobody knows here how its new path is written.
      if (meant) rewriter.refuse("import_unresolved", model, node);
      return;
    }
    const auto raw = joined(folder_of_path(model.path), content.substr(0, content.find('?')));
    const std::string target = modules.size() == 1 && modules.front() != kUnknownModule ? modules.front()
                               : raw && project_.has(*raw)                              ? *raw
                                                                                        : "";
    if (target.empty() || !raw) {
      if (import && (moved || meant)) rewriter.refuse("import_unresolved", model, node);
      return;
    }
    if (!moved && !meant && !move_.moves(target)) return;
    const auto written = spelled(model, *raw, target);
    if (!written) return rewriter.refuse("import_unresolved", model, node);
    const auto query = content.find('?');
    const std::string text = *written + std::string(query == std::string_view::npos ? "" : content.substr(query));
    if (joined(move_target(model), text) == joined(move_target(model), content)) return;  // as good as it was
    if (!import && !force_.strings) return rewriter.refuse("name_in_string", model, node);
    const std::size_t start = node.start() + static_cast<std::size_t>(content.data() - node.text().data());
    rewriter.replace(model.path, start, start + content.size(), text);
  }

  std::string move_target(const Model& model) const { return folder_of_path(move_.after(model.path)); }

  // The new path in the old one's style: with or without extension, with the extension of what is built of it, by its folder.
  std::optional<std::string> spelled(const Model& model, const std::string& raw, const std::string& target) const {
    const std::string after = move_.after(target), folder = move_target(model);
    if (raw == target) return relative(folder, after);
    if (without_ending(target) == raw) return relative(folder, without_ending(after));
    if (without_ending(target) == (raw.empty() ? "index" : raw + "/index")) {
      const std::string plain = without_ending(after);
      const bool index = plain == "index" || plain.ends_with("/index");
      return relative(folder, index ? folder_of_path(plain) : plain);
    }
    if (!ending_of(raw).empty() && without_ending(target) == without_ending(raw))
      return relative(folder, without_ending(after) + std::string(ending_of(raw)));
    return std::nullopt;
  }

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
