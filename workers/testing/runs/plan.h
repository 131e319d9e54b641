// How the tests of a change are run: what common/project found out about the repository, as one command. Pure but for the tree's reads; any
// thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/project/detect.h"

namespace argosy::testing {

using project::Need;
using project::Tree;

struct Plan {
  std::string framework{};  // project::Test::runner
  std::string reason{};     // one sentence, for the log and the user
  std::string command{};    // for people
  std::string script{};     // for /bin/sh, in the tree's root; $ARGOSY_REPORT_DIR is where reports go
  std::map<std::string, std::string> env{};
  std::vector<Need> needs{};
  std::string report_file{};            // below $ARGOSY_REPORT_DIR
  std::string report_folder{};          // the name of folders in the tree that the tool fills with JUnit files ("surefire-reports")
  bool exit_code_decides = false;       // green without a report is green: the repository chose the command
  std::optional<int> exit_code_none{};  // what the tool ends with when it found no test
};

struct Chosen {
  project::Component component;
  std::string besides;  // the frameworks that it was chosen among; empty: there was no other
};
// Among several components the one of the changed files; what `file` says wins over it, and the repository's settings over both. Errors
// (B): no_tests_found.
Result<Chosen> choose_component(const Tree& tree, const project::HasProgram& has_program, const project::RepoFile& file,
                                const project::RepoSettings& settings, const std::vector<std::string>& changed_files);

// `command` in place of the component's own; empty: that one. `prepared`: set-up has filled a cache.
Plan make_plan(const Chosen& chosen, const std::string& command = {}, bool prepared = false);

}  // namespace argosy::testing
