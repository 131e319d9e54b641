#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/project/imports/graph.h"
#include "common/project/text_tools.h"

namespace argosy::project::imports {
namespace {

constexpr std::array<std::string_view, 12> kEndings{"",     ".ts",  ".tsx", ".js",   ".jsx", ".mjs",
                                                    ".cjs", ".mts", ".cts", ".d.ts", ".vue", ".json"};
constexpr std::size_t kMaxPackages = 2'000;  // of workspaces, and tsconfig files

// Literals that stand after `from` or `import`, or as the first argument of a call that loads them. Comments and other strings are skipped.
class Literals {
 public:
  explicit Literals(std::string_view text) : text_(text) {}

  std::vector<std::string> find() {
    while (at_ < text_.size()) step();
    return std::move(found_);
  }

 private:
  void step() {
    const char c = text_[at_];
    const auto rest = text_.substr(at_);
    if (rest.starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (rest.starts_with("/*")) {
      const auto end = text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else if (c == '"' || c == '\'' || c == '`') {
      literal(c);
    } else if (is_word(c)) {
      const auto start = at_;
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
      word_ = text_.substr(start, at_ - start);
      is_call_ = false;
    } else {
      if (c == '(' && !is_call_) {
        is_call_ = true;
      } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
        word_ = {};
        is_call_ = false;
      }
      ++at_;
    }
  }

  void literal(char quote) {
    const auto start = ++at_;
    while (at_ < text_.size() && text_[at_] != quote && (quote == '`' || text_[at_] != '\n')) at_ += text_[at_] == '\\' ? 2 : 1;
    const auto end = std::min(at_, text_.size());
    const bool loads = is_call_ ? word_ == "require" || word_ == "import" || word_ == "mock" || word_ == "doMock" || word_ == "unmock" ||
                                      word_ == "requireActual" || word_ == "importActual"
                                : word_ == "from" || word_ == "import";
    if (loads) found_.emplace_back(text_.substr(start, end - start));
    word_ = {};
    is_call_ = false;
    at_ = end + 1;
  }

  static bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

  std::string_view text_, word_;
  bool is_call_ = false;
  std::size_t at_ = 0;
  std::vector<std::string> found_;
};

class Resolver {
 public:
  explicit Resolver(const Tree& tree) : tree_(tree) {
    std::size_t looked = 0;
    for (const auto& file : tree.files) {
      const auto name = file_name(file);
      if (name != "package.json" && name != "tsconfig.json" && name != "jsconfig.json") continue;
      if (++looked > kMaxPackages) break;
      const auto parsed = json::parse(tree.read(file));
      if (!parsed) continue;
      if (name == "package.json")
        add_package(file, *parsed);
      else
        add_paths(file, *parsed);
    }
  }

  // The file that `name` stands for in `file`; empty when it is not of this repository.
  std::string find(const std::string& file, const std::string& name) const {
    if (name.starts_with('.')) return as_file(normalized(joined(folder_of(file), name)));
    for (const auto& [start, target] : starts_)
      if (name.starts_with(start) || (start.ends_with('/') && name == start.substr(0, start.size() - 1)))
        if (auto found = as_file(normalized(target + name.substr(std::min(start.size(), name.size())))); !found.empty()) return found;
    if (const auto package = mains_.find(name); package != mains_.end()) return package->second;
    if (name.starts_with("@/") || name.starts_with("~/"))
      for (std::string folder(folder_of(file));; folder = folder_of(folder)) {
        if (auto found = as_file(normalized(joined(folder, "src/" + name.substr(2)))); !found.empty()) return found;
        if (folder.empty()) break;
      }
    return {};
  }

 private:
  std::string as_file(const std::string& path) const {
    if (path.empty()) return {};
    for (const auto ending : kEndings)
      if (const auto file = path + std::string(ending); tree_.has(file)) return file;
    // TypeScript names what will be there after it was compiled.
    for (const auto& [written, meant] : {std::pair{".js", ".ts"}, {".js", ".tsx"}, {".jsx", ".tsx"}, {".mjs", ".mts"}, {".cjs", ".cts"}})
      if (path.ends_with(written))
        if (const auto file = path.substr(0, path.size() - std::string_view(written).size()) + meant; tree_.has(file)) return file;
    for (const auto ending : kEndings)
      if (const auto file = fmt::format("{}/index{}", path, ending); !ending.empty() && tree_.has(file)) return file;
    return {};
  }

  void add_package(const std::string& file, const json::Value& package) {
    const auto name = package.string_or("name", "");
    if (name.empty()) return;
    const std::string folder(folder_of(file));
    starts_.emplace_back(name + "/", folder.empty() ? "" : folder + "/");
    for (const auto& main : {package.string_or("source", ""), package.string_or("main", ""), package.string_or("module", ""),
                             std::string("src/index"), std::string("index"), std::string("lib/index"), std::string("src/main")}) {
      const auto found = main.empty() ? std::string() : as_file(normalized(joined(folder, main)));
      if (found.empty()) continue;
      mains_.emplace(name, found);
      return;
    }
  }

  void add_paths(const std::string& file, const json::Value& config) {
    const auto* options = config.find("compilerOptions");
    if (options == nullptr) return;
    const auto base = joined(folder_of(file), options->string_or("baseUrl", "."));
    const auto* paths = options->find("paths");
    if (paths == nullptr || !paths->is_object()) return;
    for (const auto& [pattern, targets] : paths->as_object()) {
      if (!targets.is_array() || targets.as_array().empty() || !targets.as_array()[0].is_string()) continue;
      const auto target = targets.as_array()[0].as_string();
      if (pattern.ends_with('*') && target.ends_with('*'))
        starts_.emplace_back(pattern.substr(0, pattern.size() - 1), joined(base, target.substr(0, target.size() - 1)));
      else if (const auto found = as_file(normalized(joined(base, target))); !found.empty())
        mains_[pattern] = found;
    }
  }

  const Tree& tree_;
  std::unordered_map<std::string, std::string> mains_;       // of packages and of whole aliases
  std::vector<std::pair<std::string, std::string>> starts_;  // "@app/" -> "packages/app/src/"
};

}  // namespace

void add_javascript(Graph& graph, const Tree& tree, const std::vector<std::string>& files) {
  if (files.empty()) return;
  const Resolver resolver(tree);
  for (const auto& file : files) {
    const auto text = tree.read(file);
    for (const auto& name : Literals(text).find())
      if (const auto imported = resolver.find(file, name); !imported.empty()) graph.add(file, imported);
  }
}

}  // namespace argosy::project::imports
