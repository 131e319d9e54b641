// A repository written down in a test. Used by the tests of common/project. One thread.
#pragma once

#include <map>
#include <string>

#include "common/project/tree.h"

namespace argosy::project {

using Files = std::map<std::string, std::string>;

inline Tree tree(const Files& files) {
  Tree made{{}, [files](const std::string& path) { return files.contains(path) ? files.at(path) : std::string(); }};
  for (const auto& [path, bytes] : files) made.files.push_back(path);
  return made;
}

}  // namespace argosy::project
