// What package.json and the files beside it say, read once and used by the parts of the detection. Used by javascript*.cc only. Pure but
// for the tree's reads; any thread.
#pragma once

#include <map>
#include <set>
#include <string>

#include "common/core/json.h"
#include "common/project/languages/language.h"
#include "common/project/text_tools.h"

namespace argosy::project::javascript {

struct Package {
  const Tree& tree;
  json::Value json;
  std::map<std::string, std::string> scripts;
  std::set<std::string, std::less<>> packages;  // dependencies of every kind
  bool has_workspaces = false;
  std::string script(const std::string& name) const;
  bool depends_on(std::string_view name) const { return packages.contains(name); }
};
std::optional<Package> read_package(const Tree& tree);

// One tool that runs tests: how it is asked for a report, for some files, for one case, for a limit, for coverage.
struct Tool {
  std::string_view name, framework;
  std::string_view report_arguments, report_file;
  std::string_view files_arguments, case_arguments, timeout_arguments, coverage_arguments, coverage_report;
};
const Tool* find_tool(std::string_view name);

// The test script, or what the packages and files suggest. False: no tests.
bool choose_tests(Component& component, const Package& package);
void add_set_up(Component& component, const Package& package);
void add_checks(Component& component, const Package& package);

bool is_plain_command(std::string_view script);

}  // namespace argosy::project::javascript
