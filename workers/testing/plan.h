// How a repository's tests are run, and why so. Decided from its files alone. Pure but for the tree's reads; any thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"

namespace argosy::testing {

// What must be there before the command can be worth running; `check` is run in the sandbox.
struct Need {
  std::string check, what, hint;
};

struct Plan {
  std::string framework;  // pytest, unittest, node, jest, vitest, mocha, npm-script, go, maven, gradle, test_command
  std::string reason;     // one sentence, for the log and the user
  std::string command;    // for /bin/sh, in the tree's root; $ARGOSY_REPORT_DIR is where reports go
  std::map<std::string, std::string> env{};
  std::vector<Need> needs{};
  std::string report_file{};            // below $ARGOSY_REPORT_DIR
  std::string report_folder{};          // the name of folders in the tree that the tool fills with JUnit files ("surefire-reports")
  bool exit_code_decides = false;       // green without a report is green: the repository chose the command
  std::optional<int> exit_code_none{};  // what the tool ends with when it found no test
};

// The files of the tree under test. `read` gives the first bytes of a file, or nothing.
struct Tree {
  std::vector<std::string> files;  // '/'-separated, sorted
  std::function<std::string(const std::string&)> read;
  bool has(const std::string& path) const;
};

// `test_command` of the repository's settings wins. Among several languages the one of the changed files does. Errors (B): no_tests_found.
Result<Plan> make_plan(const Tree& tree, const std::string& test_command, const std::vector<std::string>& changed_files);

// One a language, tried in this order; nothing when the tree is not of that kind or has no tests.
std::optional<Plan> plan_go(const Tree& tree);
std::optional<Plan> plan_maven(const Tree& tree);
std::optional<Plan> plan_gradle(const Tree& tree);
std::optional<Plan> plan_javascript(const Tree& tree);
std::optional<Plan> plan_python(const Tree& tree);

}  // namespace argosy::testing
