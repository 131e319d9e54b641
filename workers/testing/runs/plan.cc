#include "workers/testing/runs/plan.h"

#include <fmt/format.h>

#include <set>

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxNamed = 10;            // frameworks in a sentence
constexpr std::chrono::seconds kCaseLimit{300};  // of one test, where its tool can keep it; the run has a limit of its own

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

// Arguments that give every test a limit of its own, where the tool takes them.
std::string case_limit(const project::Component& component) {
  auto text = component.test.case_timeout;
  for (const auto& [place, value] : {std::pair{"{seconds}", kCaseLimit.count()}, {"{ms}", kCaseLimit.count() * 1000}})
    if (const auto at = text.find(place); at != std::string::npos) text.replace(at, std::string_view(place).size(), std::to_string(value));
  return text;
}

}  // namespace

Result<Chosen> choose_component(const Tree& tree, const project::HasProgram& has_program, const project::RepoFile& file,
                                const project::RepoSettings& settings, const std::vector<std::string>& changed_files) {
  const auto found = project::detect(tree, has_program);
  const auto* component = project::choose(found, changed_files);
  Chosen chosen{project::overridden(component != nullptr ? *component : project::Component{}, file, settings), ""};
  if (!chosen.component.has_tests())
    return fail_user(
        "no_tests_found", "no tests were found in the repository",
        "set test_command of the repository: looked for go.mod, pom.xml, build.gradle, Cargo.toml, CMakeLists.txt, package.json and "
        "Python tests");
  if (settings.test_command.empty() && file.test.command.empty()) chosen.besides = several(found);
  return chosen;
}

Plan make_plan(const Chosen& chosen, const std::string& command, bool prepared) {
  const auto& component = chosen.component;
  const auto& test = component.test;
  const auto text = command.empty() ? test.command + case_limit(component) : command;
  auto needs = component.needs;
  for (auto& need : needs) need.check = project::script(component, need.check, prepared);
  return {
      .framework = test.runner,
      .reason = chosen.besides.empty() ? test.reason : fmt::format("{}; of {} it fits the changed files best", test.reason, chosen.besides),
      .command = project::script(component, text, false),
      .script = project::script(component, text, prepared),
      .env = test.env,
      .needs = std::move(needs),
      .report_file = test.report_file,
      .report_folder = test.report_folder,
      .exit_code_decides = test.exit_code_decides,
      .exit_code_none = test.exit_code_none};
}

}  // namespace argosy::testing
