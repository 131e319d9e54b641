// Who imports whom, as the scanners of each language find it. Used by this folder only. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/project/tree.h"

namespace argosy::project::imports {

class Graph {
 public:
  // Nodes are files, or names that no file has ("package a/b").
  void add(const std::string& importer, const std::string& imported);
  // All that reach one of `starts`, with the length of the shortest way; the starts themselves have 0.
  std::vector<std::pair<std::string, int>> importers_of(const std::vector<std::string>& starts) const;

 private:
  std::uint32_t id(const std::string& node);
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::uint32_t>> importers_;
};

void add_python(Graph& graph, const Tree& tree, const std::vector<std::string>& files);
void add_javascript(Graph& graph, const Tree& tree, const std::vector<std::string>& files);
void add_go(Graph& graph, const Tree& tree, const std::vector<std::string>& files);
void add_java(Graph& graph, const Tree& tree, const std::vector<std::string>& files);

// "a/./b/../c" gives "a/c"; empty when it leaves the root.
std::string normalized(std::string_view path);

}  // namespace argosy::project::imports
