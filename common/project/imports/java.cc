#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "common/core/text.h"
#include "common/project/imports/graph.h"

namespace argosy::project::imports {
namespace {

struct Source {
  std::string package;
  std::vector<std::string> imports;  // "a.b.C", "a.b.*", and of static ones "a.b.C.m"
};

Source read_source(std::string_view text) {
  Source source;
  for (const auto raw : text::lines(text)) {
    auto line = text::trim(raw);
    const bool is_package = line.starts_with("package "), is_import = line.starts_with("import ");
    if (!is_package && !is_import) continue;
    line = line.substr(line.find(' ') + 1);
    if (line.starts_with("static ")) line = line.substr(7);
    const auto name = text::trim(line.substr(0, line.find_first_of("; ")));
    if (is_package && source.package.empty()) source.package = name;
    if (is_import) source.imports.emplace_back(name);
  }
  return source;
}

// Names that begin with a capital, each once.
std::set<std::string, std::less<>> capital_words(std::string_view text) {
  std::set<std::string, std::less<>> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto start = at;
    while (at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_')) ++at;
    if (at > start && std::isupper(static_cast<unsigned char>(text[start])) != 0) words.emplace(text.substr(start, at - start));
    if (at == start) ++at;
  }
  return words;
}

std::string class_of(const std::string& file) {
  const auto name = file_name(file);
  return std::string(name.substr(0, name.rfind('.')));
}

}  // namespace

void add_java(Graph& graph, const Tree& tree, const std::vector<std::string>& files) {
  std::unordered_map<std::string, std::vector<std::string>> packages;  // name -> files
  std::unordered_map<std::string, std::string> classes;                // full name -> file
  std::vector<Source> sources;
  for (const auto& file : files) {
    sources.push_back(read_source(tree.read(file)));
    auto& package = sources.back().package;
    // A file that is gone says nothing any more, but its place does.
    if (const auto at = file.find("/java/"); package.empty() && at != std::string::npos)
      for (const char c : folder_of(file).substr(std::min(at + 6, folder_of(file).size()))) package += c == '/' ? '.' : c;
    packages[package].push_back(file);
    classes[package.empty() ? class_of(file) : fmt::format("{}.{}", package, class_of(file))] = file;
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& file = files[i];
    for (auto name : sources[i].imports) {
      if (name.ends_with(".*")) {
        name.resize(name.size() - 2);
        if (const auto package = packages.find(name); package != packages.end())
          for (const auto& other : package->second) graph.add(file, other);
      }
      // A nested class or a static member: the class around it is the file.
      while (!name.empty() && !classes.contains(name)) name.resize(name.rfind('.') == std::string::npos ? 0 : name.rfind('.'));
      if (!name.empty()) graph.add(file, classes.at(name));
    }
    const auto words = capital_words(tree.read(file));
    for (const auto& other : packages.at(sources[i].package))
      if (words.contains(class_of(other))) graph.add(file, other);
  }
}

}  // namespace argosy::project::imports
