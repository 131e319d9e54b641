#include <fmt/format.h>

#include "common/core/text.h"
#include "common/project/imports/graph.h"

namespace argosy::project::imports {
namespace {

// Import paths, from `import "x"` and from the lines of an import block. Both stand before any other declaration.
std::vector<std::string> import_paths(std::string_view text) {
  std::vector<std::string> paths;
  bool in_block = false;
  for (const auto raw : text::lines(text)) {
    const auto line = text::trim(raw);
    if (line.starts_with("func ") || line.starts_with("type ") || line.starts_with("var ")) break;
    if (line.starts_with("import (") || line.starts_with("import(")) in_block = true;
    if (!in_block && !line.starts_with("import ")) continue;
    const auto open = line.find('"'), close = line.rfind('"');
    if (open != std::string_view::npos && close > open) paths.emplace_back(line.substr(open + 1, close - open - 1));
    if (line.starts_with(')')) in_block = false;
  }
  return paths;
}

using Modules = std::vector<std::pair<std::string, std::string>>;  // import path -> folder

Modules find_modules(const Tree& tree) {
  Modules modules;
  for (const auto& file : tree.files) {
    if (file_name(file) != "go.mod") continue;
    const auto bytes = tree.read(file);
    for (const auto line : text::lines(bytes))
      if (line.starts_with("module ")) modules.emplace_back(text::trim(line.substr(7, line.find("//", 7) - 7)), folder_of(file));
  }
  return modules;
}

std::string package_node(std::string_view folder) { return fmt::format("package {}", folder); }

}  // namespace

void add_go(Graph& graph, const Tree& tree, const std::vector<std::string>& files) {
  if (files.empty()) return;
  const auto modules = find_modules(tree);
  for (const auto& file : files) {
    const auto own = package_node(folder_of(file));
    const bool is_test = file.ends_with("_test.go");
    // What a test imports is no concern of those that import its package.
    const auto importer = is_test ? file : own;
    is_test ? graph.add(file, own) : graph.add(own, file);
    for (const auto& path : import_paths(tree.read(file)))
      for (const auto& [module, folder] : modules) {
        if (path == module) graph.add(importer, package_node(folder));
        if (path.starts_with(module + "/")) graph.add(importer, package_node(joined(folder, path.substr(module.size() + 1))));
      }
  }
}

}  // namespace argosy::project::imports
