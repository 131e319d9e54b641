// Which files of C and C++ are read together: #include, followed by name. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/code/binding/project.h"

namespace argosy::code::linked {

class Includes {
 public:
  explicit Includes(const Project& project);

  // What includes what. Where an include may mean several files, all of them, behind a node that is no file: its path begins with a NUL.
  using Edges = std::map<std::string, std::set<std::string>>;
  const Edges& edges() const { return edges_; }
  const Edges& edges_back() const { return back_; }
  // The given and all that the edges lead to from them, at any depth.
  static std::set<std::string> reached(const Edges& edges, std::vector<std::string> from);
  // Whether a file is included by another one.
  bool is_included(const std::string& path) const { return included_.contains(path); }

 private:
  void follow(const std::string& path, std::string_view wanted, bool quoted);

  const Project& project_;
  Edges edges_, back_;
  std::set<std::string> included_;
};

}  // namespace argosy::code::linked
