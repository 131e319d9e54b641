// The crates of a Rust workspace, as its manifests name them: packages, libraries that have a name or a file of their own, and
// dependencies that are called otherwise. One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/code/binding/project.h"

namespace argosy::code::paths {

struct Crates {
  // By the name that paths use: the root files that it may lead to, one where all goes well. "": a crate from outside. No value: the
  // manifest says where it lies in a way that is not understood.
  std::map<std::string, std::set<std::optional<std::string>>> roots;
  std::set<std::string> files;  // roots that a manifest names
};

Crates crates_of(const Project& project);

}  // namespace argosy::code::paths
