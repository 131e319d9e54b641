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

  // The file and all that it includes, at any depth. Where an include may mean several files, all of them.
  std::set<std::string> closure(const std::string& path) const;
  // Whether a file is included by another one.
  bool is_included(const std::string& path) const { return included_.contains(path); }

 private:
  void follow(const std::string& path, std::string_view wanted, bool quoted);

  const Project& project_;
  std::map<std::string, std::set<std::string>> edges_;
  std::set<std::string> included_;
};

}  // namespace argosy::code::linked
