#include "workers/testing/plan.h"

#include <fmt/format.h>

#include <set>

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxNamed = 10;  // frameworks in a sentence

Plan plan_of(const project::Component& component) {
  const auto& test = component.test;
  return {.framework = test.runner,
          .reason = test.reason,
          .command = project::script(component, test.command, false),
          .env = test.env,
          .needs = component.needs,
          .report_file = test.report_file,
          .report_folder = test.report_folder,
          .exit_code_decides = test.exit_code_decides,
          .exit_code_none = test.exit_code_none};
}

// The frameworks of a repository that has several components with tests; empty when it has one.
std::string several(const project::Project& found) {
  std::set<std::string> seen;
  std::string names;
  std::size_t components = 0;
  for (const auto& component : found.components) {
    if (!component.has_tests()) continue;
    ++components;
    const auto name = component.folder.empty() ? component.test.runner : fmt::format("{} in {}", component.test.runner, component.folder);
    if (seen.size() < kMaxNamed && seen.insert(name).second) names += (names.empty() ? "" : ", ") + name;
  }
  return components > 1 ? names : "";
}

}  // namespace

Result<Plan> make_plan(const Tree& tree, const std::string& test_command, const std::vector<std::string>& changed_files) {
  if (!test_command.empty()) return plan_of(project::overridden({}, {}, test_command));
  const auto found = project::detect(tree);
  const auto* component = project::choose(found, changed_files);
  if (component == nullptr)
    return fail_user(
        "no_tests_found", "no tests were found in the repository",
        "set test_command of the repository: looked for go.mod, pom.xml, build.gradle, Cargo.toml, CMakeLists.txt, package.json and "
        "Python tests");
  auto plan = plan_of(*component);
  if (const auto names = several(found); !names.empty()) plan.reason += fmt::format("; of {} it fits the changed files best", names);
  return plan;
}

}  // namespace argosy::testing
