// Which file a Python import means. The path that Python searches is not known here, so every folder that is no package may be on it;
// several hits must agree later.
#include <algorithm>
#include <array>

#include "common/code/languages/python/python.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr auto kUnreadable = std::to_array<std::string_view>({".pyx", ".pxd", ".pxi", ".ipynb"});
constexpr auto kForeign =
    std::to_array<std::string_view>({".git", ".venv", "venv", "site-packages", "__pycache__", ".tox", ".nox", "node_modules"});
// In the order in which Python would find them; a stub only where nothing else is.
constexpr auto kForms = std::to_array<std::string_view>({"/__init__.py", ".py", "/__init__.pyi", ".pyi"});

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

std::string joined(std::string_view folder, std::string_view rest) {
  if (folder.empty()) return std::string(rest);
  return rest.empty() ? std::string(folder) : std::string(folder) + "/" + std::string(rest);
}

bool is_package(const Project& project, std::string_view folder) {
  return project.has(joined(folder, "__init__.py")) || project.has(joined(folder, "__init__.pyi"));
}

// The module at a path without extension: a file, a package, or a plain folder (a namespace package, written with a slash at its end).
std::string module_at(const Project& project, const std::string& path, bool stubs_first) {
  const auto first = stubs_first ? std::to_array<std::size_t>({2, 3, 0, 1}) : std::to_array<std::size_t>({0, 1, 2, 3});
  for (const std::size_t form : first) {
    std::string file = path.empty() && kForms[form][0] == '/' ? std::string(kForms[form].substr(1)) : path + std::string(kForms[form]);
    if (project.has(file)) return file;
  }
  return project.has_folder(path) ? path + "/" : "";
}

// Folders in which `path` (a/b) is a module: where the importer's own tree has it, only there.
std::vector<std::string> roots_with(const Project& project, const std::string& importer, const std::string& path) {
  std::vector<std::string> roots;
  const auto add = [&](const std::string& root) {
    if (std::ranges::find(roots, root) == roots.end()) roots.push_back(root);
  };
  const auto parts = text::split(path, '/');
  const std::string last(parts.back());
  std::vector<std::string> candidates;
  for (const char* extension : {".py", ".pyi"})
    for (const std::string& file : project.named(last + extension))
      candidates.push_back(file.substr(0, file.size() - std::string_view(extension).size()));
  for (const char* file : {"__init__.py", "__init__.pyi"})
    for (const std::string& init : project.named(file)) candidates.push_back(folder_of(init));
  for (std::string folder = folder_of(importer);; folder = folder_of(folder)) {  // namespace packages: only above the importer
    if (project.has_folder(joined(folder, path))) candidates.push_back(joined(folder, path));
    if (folder.empty()) break;
  }
  for (const std::string& candidate : candidates) {
    if (candidate != path && !candidate.ends_with("/" + path)) continue;
    const std::string root = candidate == path ? "" : candidate.substr(0, candidate.size() - path.size() - 1);
    // A folder inside a package is not searched, unless its own files are run as scripts.
    if (is_package(project, root) && !root.empty() && root != folder_of(importer)) continue;
    add(root);
  }
  if (roots.size() < 2) return roots;
  std::vector<std::string> own;
  for (const std::string& root : roots)
    if (importer.starts_with(joined(root, std::string(parts.front())) + "/")) own.push_back(root);
  if (!own.empty()) return own;
  for (const std::string& root : roots)
    if (!is_package(project, root)) own.push_back(root);
  return own.empty() ? roots : own;
}

}  // namespace

std::optional<Language> PythonRules::language_of(std::string_view path) const {
  return path.ends_with(".py") || path.ends_with(".pyi") || path.ends_with(".pyw") ? std::optional(Language::python) : std::nullopt;
}

std::span<const std::string_view> PythonRules::unreadable_extensions() const { return kUnreadable; }

std::span<const std::string_view> PythonRules::foreign_folders() const { return kForeign; }

std::vector<std::string> PythonRules::resolve(const Project& project, const Model& importer, std::string_view module) const {
  std::string name;
  for (const char c : module)
    if (!std::isspace(static_cast<unsigned char>(c))) name += c;
  const bool stub = importer.path.ends_with(".pyi");
  const std::size_t dots = std::min(name.find_first_not_of('.'), name.size());
  std::string path = name.substr(dots);
  std::ranges::replace(path, '.', '/');
  std::vector<std::string> out;
  if (dots > 0) {
    std::string folder = folder_of(importer.path);
    for (std::size_t i = 1; i < dots; ++i) {
      if (folder.empty()) return {};
      folder = folder_of(folder);
    }
    if (std::string found = module_at(project, joined(folder, path), stub); !found.empty()) out.push_back(std::move(found));
    return out;
  }
  if (path.empty()) return {};
  for (const std::string& root : roots_with(project, importer.path, path))
    if (std::string found = module_at(project, joined(root, path), stub); !found.empty()) out.push_back(std::move(found));
  return out;
}

std::string PythonRules::submodule(const Project& project, const std::string& module, std::string_view name) const {
  const bool package =
      module.ends_with("/") || module.ends_with("/__init__.py") || module.ends_with("/__init__.pyi") || module == "__init__.py";
  if (!package) return {};
  return module_at(project, joined(folder_of(module), name), module.ends_with(".pyi"));
}

std::vector<std::string> PythonRules::described_by(const Project& project, const std::string& path) const {
  if (!path.ends_with(".pyi")) return {};
  std::string source = path.substr(0, path.size() - 1);
  return project.has(source) ? std::vector{std::move(source)} : std::vector<std::string>();
}

std::string PythonRules::dotted_name(const Project& project, const std::string& module) const {
  std::string path = module.substr(0, module.rfind('.'));
  if (path.ends_with("__init__")) path = folder_of(path);
  std::string root = folder_of(path);
  while (!root.empty() && is_package(project, root)) root = folder_of(root);
  std::string name = root.empty() ? path : path.substr(root.size() + 1);
  std::ranges::replace(name, '/', '.');
  return name;
}

}  // namespace argosy::code
