// A tree in memory for tests of agents. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/memory_tree.h"

namespace argosy::agent {

using test::MemoryTree;

inline std::shared_ptr<const code::SourceTree> tree_of(std::map<std::string, std::string> files) {
  return std::make_shared<MemoryTree>(std::move(files));
}

}  // namespace argosy::agent
