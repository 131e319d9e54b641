// Finds a repository's components, and which of them a change is about. Used by the testing worker and `argosy tool detect`. Pure but for
// the tree's reads; any thread, as far as those are.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/project/project.h"
#include "common/project/repo_file/repo_file.h"
#include "common/project/tree.h"

namespace argosy::project {

inline constexpr std::size_t kMaxComponents = 100;  // the shallowest are kept

// Whether the machine that runs the tests has a program; tools that only count where they are installed are left out without it.
using HasProgram = std::function<bool(const std::string& name)>;

Project detect(const Tree& tree, const HasProgram& has_program = {});

// The component that holds most of the changed files (paths from the root); then the one nearest to the root; then the one with most
// sources. Null when none has tests; lives as long as `project`.
const Component* choose(const Project& project, const std::vector<std::string>& changed_files);

// What whoever registered the repository says of it; empty: nothing.
struct RepoSettings {
  std::string setup_command{}, test_command{};
};

// What `file` says takes the place of what was found; the repository's settings take the place of both. Commands of either run in the root.
Component overridden(Component component, const RepoFile& file, const RepoSettings& settings);

// The needed programs that `has_program` does not know.
std::vector<Need> missing(const Component& component, const HasProgram& has_program);

// A text for /bin/sh in the repository's root that enters the component's folder, prepares it when asked to, and runs the command.
std::string script(const Component& component, const std::string& command, bool prepare);

}  // namespace argosy::project
