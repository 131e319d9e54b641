#include "common/code/renaming/paths/crates.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "common/core/text.h"

namespace argosy::code::paths {
namespace {

using Entries = std::vector<std::pair<std::string, std::string_view>>;  // a.b.key, and its value as written

std::string normal(const std::string& folder, std::string_view path) {
  std::string out = (std::filesystem::path(folder) / path).lexically_normal().generic_string();
  if (out.ends_with('/')) out.pop_back();
  return out == "." ? "" : out;
}

std::string in_paths(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, '-', '_');
  return out;
}

// What stands between the quotes at the value's beginning; empty where there is no such text.
std::string_view quoted(std::string_view value) {
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return {};
  const auto close = value.find(value.front(), 1);
  return close == std::string_view::npos ? std::string_view() : value.substr(1, close - 1);
}

void add(const std::string& before, std::string_view entry, Entries& out);

// { a = "b", c = ["d", "e"] }: commas within brackets and quotes part nothing.
void add_table(const std::string& before, std::string_view table, Entries& out) {
  char quote = '\0';
  int depth = 0;
  std::size_t from = 1;
  for (std::size_t i = 1; i < table.size(); ++i) {
    const char c = table[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if ((c == ',' || c == '}') && depth == 0) {
      add(before, table.substr(from, i - from), out);
      from = i + 1;
      if (c == '}') return;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  }
  out.emplace_back(before + "path", "");  // it goes on in the next line
}

void add(const std::string& before, std::string_view entry, Entries& out) {
  const auto equals = entry.find('=');
  if (equals == std::string_view::npos) return;
  std::string key = before;
  for (const char c : entry.substr(0, equals))
    if (!std::isspace(static_cast<unsigned char>(c)) && c != '"' && c != '\'') key += c;
  const auto value = text::trim(entry.substr(equals + 1));
  if (value.starts_with('{')) add_table(key + ".", value, out);
  out.emplace_back(std::move(key), value);
}

Entries entries_of(std::string_view manifest) {
  Entries out;
  std::string section;
  for (const auto raw : text::lines(manifest)) {
    const auto line = text::trim(raw);
    if (line.starts_with('#')) continue;
    if (!line.starts_with('[')) {
      add(section, line, out);
      continue;
    }
    section.clear();
    for (const char c : line.substr(0, line.find(']')))
      if (!std::isspace(static_cast<unsigned char>(c)) && c != '[' && c != '"' && c != '\'') section += c;
    section += '.';
  }
  return out;
}

struct Dependency {
  std::string folder;                            // of the manifest
  std::string name;                              // that paths use, but for one of a library's own
  std::optional<std::string> path{}, package{};  // an empty one is not understood
};

struct Manifest {
  std::set<std::string> names{};  // of the package and its library
  std::string package{};
  std::optional<std::string> root{};  // of the library; empty: there is none
};

// Reads one manifest; gives its dependencies out.
Manifest read(const Project& project, const std::string& folder, std::string_view text, std::vector<Dependency>& out,
              std::set<std::string>& files) {
  Manifest manifest;
  std::optional<std::string> own;
  std::map<std::string, Dependency> dependencies;
  for (const auto& [key, value] : entries_of(text)) {
    const std::string word(quoted(value));
    if (key == "package.name") manifest.package = word;
    if ((key == "package.name" || key == "lib.name") && !word.empty()) manifest.names.insert(in_paths(word));
    if (key == "lib.path") own = word;
    const bool target = key == "lib.path" || key == "bin.path" || key == "test.path" || key == "example.path" || key == "bench.path";
    if (target && !word.empty()) files.insert(normal(folder, word));
    constexpr std::string_view kList = "dependencies.";
    const auto list = key.rfind(kList), name = list + kList.size();
    const auto dot = list == std::string::npos ? list : key.find('.', name);
    const auto what = dot == std::string::npos ? "" : key.substr(dot + 1);
    if (what != "path" && what != "package") continue;
    Dependency& dependency = dependencies[in_paths(key.substr(name, dot - name))];
    (what == "path" ? dependency.path : dependency.package) = word;
  }
  const std::string root = normal(folder, own ? *own : "src/lib.rs");
  const bool there = project.has(root);
  if (there || !own) manifest.root = there ? root : "";
  for (auto& [name, dependency] : dependencies) out.push_back({folder, name, dependency.path, dependency.package});
  return manifest;
}

}  // namespace

Crates crates_of(const Project& project) {
  Crates crates;
  std::map<std::string, Manifest> manifests;  // by folder
  std::vector<Dependency> dependencies;
  for (const std::string& path : project.files()) {
    if (path != "Cargo.toml" && !path.ends_with("/Cargo.toml")) continue;
    const std::string folder = path == "Cargo.toml" ? "" : path.substr(0, path.rfind('/'));
    if (const Decoded* text = project.text(path)) manifests[folder] = read(project, folder, text->text, dependencies, crates.files);
    project.forget(path);
  }
  std::map<std::string, std::set<std::optional<std::string>>> packages;
  for (const auto& [folder, manifest] : manifests) {
    packages[manifest.package].insert(manifest.root);
    for (const std::string& name : manifest.names)
      if (manifest.root != "") crates.roots[name].insert(manifest.root);
  }
  for (const Dependency& dependency : dependencies) {
    auto& roots = crates.roots[dependency.name];
    const auto manifest = dependency.path ? manifests.find(normal(dependency.folder, *dependency.path)) : manifests.end();
    if (dependency.path && (dependency.path->empty() || manifest == manifests.end()))
      roots.insert(std::nullopt);
    else if (dependency.path && (dependency.package || manifest->second.names.contains(dependency.name)))
      roots.insert(manifest->second.root);
    else if (dependency.package && dependency.package->empty())
      roots.insert(std::nullopt);
    else if (dependency.package && packages.contains(*dependency.package))
      roots.merge(std::set(packages.at(*dependency.package)));
    else if (dependency.package)
      roots.insert("");
  }
  return crates;
}

}  // namespace argosy::code::paths
