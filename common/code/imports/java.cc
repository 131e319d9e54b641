// Which files a Java import means: by the package that each file says it is of, and the types on its top level.
#include <algorithm>
#include <cctype>

#include "common/code/imports/resolver.h"
#include "common/core/text.h"

namespace argosy::code::imports {
namespace {

std::string_view outer(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

// "java.util.Map.Entry" is of "java.util": types begin with a capital.
std::string package_of(std::string_view name) {
  std::vector<std::string> parts;
  for (const auto part : text::split(name, '.')) {
    if (part.empty() || part == "*" || std::isupper(static_cast<unsigned char>(part.front())) != 0) break;
    parts.emplace_back(part);
  }
  return parts.empty() ? std::string(name) : text::join(parts, ".");
}

class Java final : public Resolver {
 public:
  explicit Java(const Repository& repository) {
    for (const IndexedFile& file : repository.files) {
      if (file.tags->language != Language::java) continue;
      const std::string prefix = file.tags->package.empty() ? "" : file.tags->package + ".";
      packages_[file.tags->package].push_back(&file);
      for (const Definition& definition : file.tags->definitions)
        if (definition.scope.empty()) types_[prefix + std::string(definition.name)].push_back(file.path);
      const auto stem = name_of(file.path).substr(0, name_of(file.path).rfind('.'));
      if (auto& same = types_[prefix + std::string(stem)]; same.empty()) same.push_back(file.path);
    }
  }

  Meant resolve(const IndexedFile& importer, const ImportLine& line) const override {
    std::string module = line.module.starts_with("static ") ? line.module.substr(7) : line.module;
    bool all = line.names.size() == 1 && line.names.front() == "*";
    if (module.ends_with(".*")) {
      module.resize(module.size() - 2);
      all = true;
    }
    if (const auto package = packages_.find(module); all && package != packages_.end()) return {of_package(package->second, importer), {}};
    if (!all && line.names.size() == 1)
      if (const auto type = types_.find(module + "." + line.names.front()); type != types_.end())
        return {nearest(type->second, importer), {}};
    // A nested type or a static member: the type around it is the file.
    for (std::string_view name = module; !name.empty(); name = outer(name))
      if (const auto type = types_.find(std::string(name)); type != types_.end()) return {nearest(type->second, importer), {}};
    const std::string package = package_of(module);
    return packages_.contains(package) ? Meant{} : Meant{{}, package};
  }

 private:
  // Of one type in several files (main and test, several modules): those below the importer's own module.
  static std::vector<std::string> nearest(const std::vector<std::string>& files, const IndexedFile& importer) {
    if (files.size() < 2) return files;
    const std::string module = importer.path.substr(0, importer.path.find("src/"));
    std::vector<std::string> own;
    for (const std::string& file : files)
      if (file.starts_with(module)) own.push_back(file);
    return own.empty() ? files : own;
  }

  static std::vector<std::string> of_package(const std::vector<const IndexedFile*>& files, const IndexedFile& importer) {
    const auto used = used_names(importer);
    std::vector<std::string> all, needed;
    for (const IndexedFile* file : files) {
      all.push_back(file->path);
      if (std::ranges::any_of(file->tags->definitions, [&](const auto& one) { return one.scope.empty() && used.contains(one.name); }))
        needed.push_back(file->path);
    }
    return needed.empty() ? all : needed;
  }

  std::unordered_map<std::string, std::vector<const IndexedFile*>> packages_;
  std::unordered_map<std::string, std::vector<std::string>> types_;  // full name -> files
};

}  // namespace

std::unique_ptr<Resolver> java_resolver(const Repository& repository) { return std::make_unique<Java>(repository); }

}  // namespace argosy::code::imports
