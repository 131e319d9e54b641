// Which file an import of JavaScript or TypeScript means: relative paths with left-out endings, folders with an index, packages of this
// repository by their name, and the usual aliases.
#include <algorithm>
#include <array>

#include "common/code/imports/paths.h"
#include "common/code/languages/ecmascript/ecmascript.h"
#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr auto kUnreadable = std::to_array<std::string_view>({".vue", ".svelte", ".astro", ".mdx", ".coffee"});
constexpr auto kForeign = std::to_array<std::string_view>({".git", "node_modules", "bower_components"});
constexpr auto kScriptEndings = std::to_array<std::string_view>({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".d.ts"});
constexpr auto kTypedEndings = std::to_array<std::string_view>({".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"});
// What an import of compiled output means where only its source is here.
constexpr auto kCompiled = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{".js", ".ts"}, {".js", ".tsx"}, {".js", ".d.ts"}, {".jsx", ".tsx"}, {".mjs", ".mts"}, {".cjs", ".cts"}});

bool is_typed(std::string_view path) {
  return path.ends_with(".ts") || path.ends_with(".tsx") || path.ends_with(".mts") || path.ends_with(".cts");
}

// The file at a path whose ending, or whose index file, may be left out; empty when there is none.
std::string file_at(const Project& project, const std::string& path, bool typed) {
  const auto& endings = typed ? kTypedEndings : kScriptEndings;
  if (!path.empty() && project.has(path)) return path;
  for (const auto& [compiled, source] : kCompiled) {
    if (!path.ends_with(compiled)) continue;
    std::string candidate = path.substr(0, path.size() - compiled.size()) + std::string(source);
    if (project.has(candidate)) return candidate;
  }
  for (const auto ending : endings)
    if (!path.empty() && project.has(path + std::string(ending))) return path + std::string(ending);
  for (const auto ending : endings) {
    std::string index = (path.empty() ? "index" : path + "/index") + std::string(ending);
    if (project.has(index)) return index;
  }
  return {};
}

// Every path that a package.json names as a way in.
void entries_of(const json::Value& value, std::vector<std::string>& out) {
  if (value.is_string()) out.push_back(value.as_string());
  if (value.is_array())
    for (const json::Value& one : value.as_array()) entries_of(one, out);
  if (value.is_object())
    for (const auto& [key, one] : value.as_object()) entries_of(one, out);
}

std::vector<std::string> package_entry(const Project& project, const std::string& folder, const json::Value& package, std::string_view rest,
                                       bool typed) {
  std::vector<std::string> out, named;
  const auto add = [&](const std::string& path) {
    const auto full = imports::below(folder, path);
    std::string file = full ? file_at(project, *full, typed) : "";
    if (!file.empty() && std::ranges::find(out, file) == out.end()) out.push_back(std::move(file));
  };
  if (!rest.empty()) {
    add(std::string(rest));
    if (out.empty()) add("src/" + std::string(rest));
  } else {
    for (const char* key : {"main", "module", "types", "typings", "exports", "browser", "source"})
      if (const json::Value* value = package.find(key)) entries_of(*value, named);
    for (const std::string& path : named)
      if (!path.contains('*')) add(path);
    if (named.empty()) add("");
  }
  if (out.empty()) out.emplace_back(kUnknownModule);
  return out;
}

// Packages of this repository that the name begins with: of a workspace, or the repository's own.
std::vector<std::string> own_package(const Project& project, std::string_view module, bool typed) {
  for (const std::string& path : project.manifests()) {
    const Decoded* source = project.text(path);
    const auto package = source == nullptr ? Result<json::Value>(json::Value()) : json::parse(source->text);
    if (!package) continue;
    const std::string name = package->string_or("name", "");
    if (name.empty() || !module.starts_with(name)) continue;
    const auto rest = module.substr(name.size());
    if (rest.empty() || rest.front() == '/')
      return package_entry(project, imports::folder_of(path), *package, rest.empty() ? rest : rest.substr(1), typed);
  }
  return {};
}

// "@/lib/m", "~/lib/m", and "lib/m" below a base that only a configuration knows: a file whose path ends so. Only the first two are sure.
std::vector<std::string> aliased(const Project& project, std::string_view module) {
  const bool marked = module.starts_with("@/") || module.starts_with("~/") || module.starts_with("#/");
  const std::string rest(marked ? module.substr(2) : module);
  if (!rest.contains('/') && !marked) return {};
  std::vector<std::string> out;
  for (const std::string& path : project.sources()) {
    for (const auto ending : kTypedEndings) {
      for (const char* index : {"", "/index"}) {
        const std::string tail = rest + index + std::string(ending);
        if (path == tail || path.ends_with("/" + tail)) out.push_back(path);
      }
    }
  }
  if (out.empty() ? marked : !marked || out.size() > 1) out.emplace_back(kUnknownModule);
  return out;
}

}  // namespace

std::optional<Language> EcmaScriptRules::language_of(std::string_view path) const {
  if (path.ends_with(".tsx")) return Language::tsx;
  if (is_typed(path)) return Language::typescript;
  const bool script = path.ends_with(".js") || path.ends_with(".jsx") || path.ends_with(".mjs") || path.ends_with(".cjs");
  return script ? std::optional(Language::javascript) : std::nullopt;
}

std::span<const std::string_view> EcmaScriptRules::unreadable_extensions() const { return kUnreadable; }

std::span<const std::string_view> EcmaScriptRules::foreign_folders() const { return kForeign; }

std::vector<std::string> EcmaScriptRules::resolve(const Project& project, const Model& importer, std::string_view module) const {
  const bool typed = is_typed(importer.path);
  const bool relative = module == "." || module == ".." || module.starts_with("./") || module.starts_with("../");
  if (!relative) {
    if (module.empty() || module.starts_with("node:") || module.contains(' ') || module.contains('\n')) return {};
    auto own = own_package(project, module, typed);
    return own.empty() ? aliased(project, module) : own;
  }
  const auto path = imports::below(imports::folder_of(importer.path), module.substr(0, module.find('?')));
  if (!path) return {};
  if (std::string file = file_at(project, *path, typed); !file.empty()) {
    if (language_of(file)) return {file};
    return {};  // JSON, styles
  }
  const std::string manifest = path->empty() ? "package.json" : *path + "/package.json";
  if (const Decoded* source = project.has(manifest) ? project.text(manifest) : nullptr)
    if (const auto package = json::parse(source->text)) return package_entry(project, *path, *package, "", typed);
  if (project.has(*path + ".json")) return {};
  // Something that a build makes: it may hand the symbol on.
  return {std::string(kUnknownModule)};
}

// A declaration file describes the script beside it, and the way into the package that names it as its types.
std::vector<std::string> EcmaScriptRules::described_by(const Project& project, const std::string& path) const {
  std::vector<std::string> out;
  const auto declaration = path.rfind(".d.");
  if (declaration == std::string::npos || !is_typed(path)) return out;
  for (const auto ending : {".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx"})
    if (std::string source = path.substr(0, declaration) + ending; project.has(source)) out.push_back(std::move(source));
  for (const std::string& manifest : project.manifests()) {
    const std::string folder = imports::folder_of(manifest);
    const Decoded* source = folder.empty() || path.starts_with(folder + "/") ? project.text(manifest) : nullptr;
    const auto package = source == nullptr ? Result<json::Value>(json::Value()) : json::parse(source->text);
    if (!package) continue;
    const auto entries = package_entry(project, folder, *package, "", false);
    if (std::ranges::find(entries, path) == entries.end()) continue;
    for (const std::string& entry : entries)
      if (language_of(entry) == Language::javascript) out.push_back(entry);
    if (!package->find("main") && project.has(folder.empty() ? "index.js" : folder + "/index.js"))
      out.push_back(folder.empty() ? "index.js" : folder + "/index.js");
  }
  return out;
}

std::string EcmaScriptRules::dotted_name(const Project&, const std::string& module) const {
  std::string_view path = module;
  std::string_view name = path.substr(path.rfind('/') + 1);
  name = name.substr(0, name.find('.'));
  if (name != "index") return std::string(name);
  const std::string folder = imports::folder_of(path);
  return folder.substr(folder.rfind('/') + 1);
}

}  // namespace argosy::code
