// Which file an import of JavaScript or TypeScript means: relative paths, aliases of tsconfig.json, packages of this repository.
#include <algorithm>
#include <array>

#include "common/code/imports/resolver.h"
#include "common/code/imports/tsconfig.h"
#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::code::imports {
namespace {

constexpr auto kScriptEndings = std::to_array<std::string_view>({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".d.ts"});
constexpr auto kTypedEndings = std::to_array<std::string_view>({".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"});
// What an import of compiled output means where only its source is here.
constexpr auto kCompiled = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{".js", ".ts"}, {".js", ".tsx"}, {".js", ".d.ts"}, {".jsx", ".tsx"}, {".mjs", ".mts"}, {".cjs", ".cts"}});
// What conventions put before a path from the source folder.
constexpr auto kMarks = std::to_array<std::string_view>({"@/", "~/"});

struct Package {
  std::string name, folder;
  json::Value manifest;
};

// Every path that a package.json names as a way in.
void ways_in(const json::Value& value, std::vector<std::string>& out) {
  if (value.is_string()) out.push_back(value.as_string());
  if (value.is_array())
    for (const json::Value& one : value.as_array()) ways_in(one, out);
  if (value.is_object())
    for (const auto& [key, one] : value.as_object()) ways_in(one, out);
}

// "@scope/name/sub" is of "@scope/name".
std::string package_of(std::string_view module) {
  auto slash = module.find('/');
  if (module.starts_with('@') && slash != std::string_view::npos) slash = module.find('/', slash + 1);
  return std::string(module.substr(0, slash));
}

class Script final : public Resolver {
 public:
  explicit Script(const Repository& repository) : paths_(repository.paths), configs_(ts_configs(repository)) {
    for (auto& [file, text] : manifests(repository, "package.json"))
      if (auto manifest = json::parse(text)) packages_.push_back({manifest->string_or("name", ""), folder_of(file), std::move(*manifest)});
  }

  Meant resolve(const IndexedFile& importer, const ImportLine& line) const override {
    const bool typed = importer.tags->language != Language::javascript;
    // Bundlers put what they do with a file behind it.
    const auto module = std::string_view(line.module).substr(0, line.module.find('?'));
    const bool relative = module == "." || module == ".." || module.starts_with("./") || module.starts_with("../");
    if (relative || module.starts_with('/')) {
      const auto path = below(relative ? folder_of(importer.path) : "", module);
      return path ? found(file_or_package(*path, typed)) : Meant{};
    }
    if (module.empty()) return {};
    if (module.contains(':') && !module.starts_with('@')) return {{}, std::string(module)};  // node:fs, https://...
    bool own = false;
    if (auto file = aliased(importer.path, module, typed, own); !file.empty()) return found(std::move(file));
    for (const Package& package : packages_) {
      if (package.name.empty() || !module.starts_with(package.name)) continue;
      const auto rest = module.substr(package.name.size());
      if (!rest.empty() && rest.front() != '/') continue;
      own = true;
      if (auto file = in_package(package, rest, typed); !file.empty()) return found(std::move(file));
    }
    return own ? Meant{} : Meant{{}, package_of(module)};
  }

 private:
  static Meant found(std::string file) { return file.empty() ? Meant{} : Meant{{std::move(file)}, {}}; }

  // The file at a path whose ending, or whose index file, may be left out; empty when there is none.
  std::string file_at(const std::string& path, bool typed) const {
    const auto& endings = typed ? kTypedEndings : kScriptEndings;
    if (!path.empty() && paths_.has(path)) return path;
    for (const auto& [compiled, source] : kCompiled)
      if (path.ends_with(compiled))
        if (std::string file = path.substr(0, path.size() - compiled.size()) + std::string(source); paths_.has(file)) return file;
    for (const auto ending : endings)
      if (!path.empty() && paths_.has(path + std::string(ending))) return path + std::string(ending);
    if (paths_.has(path + ".json")) return path + ".json";
    for (const auto ending : endings)
      if (std::string index = joined(path, "index" + std::string(ending)); paths_.has(index)) return index;
    return {};
  }

  std::string file_or_package(const std::string& path, bool typed) const {
    for (const Package& package : packages_)
      if (package.folder == path)
        if (auto file = in_package(package, "", typed); !file.empty()) return file;
    return file_at(path, typed);
  }

  std::string in_package(const Package& package, std::string_view rest, bool typed) const {
    std::vector<std::string> ways;
    if (!rest.empty()) {
      ways = {std::string(rest.substr(1)), "src/" + std::string(rest.substr(1)), "lib/" + std::string(rest.substr(1))};
    } else {
      for (const char* key : {"source", "types", "typings", "module", "main", "exports", "browser"})
        if (const json::Value* value = package.manifest.find(key)) ways_in(*value, ways);
      for (const char* usual : {"src/index", "index", "lib/index", "src/main"}) ways.emplace_back(usual);
    }
    for (const std::string& way : ways) {
      const auto path = way.contains('*') ? std::nullopt : below(package.folder, way);
      if (auto file = path ? file_at(*path, typed) : std::string(); !file.empty()) return file;
    }
    return {};
  }

  // By the nearest tsconfig.json above, and where that is silent by the usual marks. `own`: it looks like the repository's own.
  std::string aliased(const std::string& importer, std::string_view module, bool typed, bool& own) const {
    for (std::string folder = folder_of(importer);; folder = folder_of(folder)) {
      if (const auto config = configs_.find(folder); config != configs_.end()) {
        for (const std::string& path : mapped(config->second, module))
          if (auto file = file_at(path, typed); !file.empty()) return file;
        break;
      }
      if (folder.empty()) break;
    }
    for (const auto mark : kMarks) {
      if (!module.starts_with(mark)) continue;
      own = true;
      for (std::string folder = folder_of(importer);; folder = folder_of(folder)) {
        for (const char* source : {"src", "app", ""})
          if (auto file = file_at(joined(joined(folder, source), module.substr(mark.size())), typed); !file.empty()) return file;
        if (folder.empty()) break;
      }
    }
    return {};
  }

  const Paths& paths_;
  std::map<std::string, TsConfig, std::less<>> configs_;
  std::vector<Package> packages_;
};

}  // namespace

std::unique_ptr<Resolver> script_resolver(const Repository& repository) { return std::make_unique<Script>(repository); }

}  // namespace argosy::code::imports
