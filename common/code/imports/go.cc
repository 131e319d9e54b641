// Which files a Go import means: the package's folder by the module paths of the go.mod files, and of that folder those files that define
// what the importer uses.
#include <algorithm>

#include "common/code/imports/resolver.h"
#include "common/core/text.h"

namespace argosy::code::imports {
namespace {

std::string unquoted(std::string_view word) {
  if (word.size() >= 2 && (word.front() == '"' || word.front() == '`')) word = word.substr(1, word.size() - 2);
  return std::string(word);
}

// What a module requires is named by its module path, as go.mod does.
struct Module {
  std::string path, folder;
};

class Go final : public Resolver {
 public:
  explicit Go(const Repository& repository) {
    for (const auto& [file, text] : manifests(repository, "go.mod")) read(file, text);
    for (const IndexedFile& file : repository.files)
      if (file.tags->language == Language::go && !file.path.ends_with("_test.go")) packages_[folder_of(file.path)].push_back(&file);
  }

  Meant resolve(const IndexedFile& importer, const ImportLine& line) const override {
    if (line.module.starts_with("./") || line.module.starts_with("../")) {
      const auto folder = below(folder_of(importer.path), line.module);
      return folder ? Meant{of_package(*folder, importer), {}} : Meant{};
    }
    const Module* best = nullptr;
    for (const Module& module : modules_)
      if (covers(module.path, line.module) && (best == nullptr || module.path.size() > best->path.size())) best = &module;
    if (best != nullptr) {
      const auto rest = std::string_view(line.module).substr(std::min(best->path.size() + 1, line.module.size()));
      return {of_package(joined(best->folder, rest), importer), {}};
    }
    std::string_view required;
    for (const std::string& path : required_)
      if (covers(path, line.module) && path.size() > required.size()) required = path;
    return {{}, required.empty() ? line.module : std::string(required)};
  }

 private:
  static bool covers(std::string_view module, std::string_view path) {
    return path.starts_with(module) && (path.size() == module.size() || path[module.size()] == '/');
  }

  void read(const std::string& file, std::string_view text) {
    bool requires_block = false;
    for (const auto raw : text::lines(text)) {
      auto line = text::trim(raw.substr(0, raw.find("//")));
      if (line == ")") requires_block = false;
      if (line.starts_with("module ")) modules_.push_back({unquoted(text::trim(line.substr(7))), folder_of(file)});
      const bool single = line.starts_with("require ");
      if (single) line = text::trim(line.substr(8));
      if (single && line == "(") requires_block = true;
      const auto space = line.find(' ');
      if ((single || requires_block) && space != std::string_view::npos) required_.push_back(unquoted(line.substr(0, space)));
    }
  }

  std::vector<std::string> of_package(const std::string& folder, const IndexedFile& importer) const {
    const auto package = packages_.find(folder);
    if (package == packages_.end()) return {};
    const auto used = used_names(importer);
    std::vector<std::string> all, needed;
    for (const IndexedFile* file : package->second) {
      all.push_back(file->path);
      if (std::ranges::any_of(file->tags->definitions, [&](const auto& one) { return one.exported && used.contains(one.name); }))
        needed.push_back(file->path);
    }
    return needed.empty() ? all : needed;
  }

  std::vector<Module> modules_;
  std::vector<std::string> required_;
  std::unordered_map<std::string, std::vector<const IndexedFile*>> packages_;
};

}  // namespace

std::unique_ptr<Resolver> go_resolver(const Repository& repository) { return std::make_unique<Go>(repository); }

}  // namespace argosy::code::imports
