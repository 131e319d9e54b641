#include "workers/testing/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace argosy::testing {
namespace {

struct Language {
  const char* name;
  std::vector<std::string_view> endings;
  std::optional<Plan> (*plan)(const Tree&);
};

const std::array<Language, 5>& languages() {
  static const std::array<Language, 5> all{{
      {"Go", {".go"}, plan_go},
      {"Java with Maven", {".java", ".kt"}, plan_maven},
      {"Java with Gradle", {".java", ".kt", ".gradle"}, plan_gradle},
      {"JavaScript", {".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"}, plan_javascript},
      {"Python", {".py", ".pyi"}, plan_python},
  }};
  return all;
}

bool is_of(const Language& language, const std::string& file) {
  return std::ranges::any_of(language.endings, [&](std::string_view ending) { return file.ends_with(ending); });
}

}  // namespace

bool Tree::has(const std::string& path) const { return std::ranges::binary_search(files, path); }

Result<Plan> make_plan(const Tree& tree, const std::string& test_command, const std::vector<std::string>& changed_files) {
  if (!test_command.empty()) {
    Plan plan{.framework = "test_command", .reason = "the repository's settings name the test command", .command = test_command};
    // Tools that read this write a report, others do not mind.
    plan.env = {{"PYTEST_ADDOPTS", "--junitxml=\"$ARGOSY_REPORT_DIR/junit.xml\""}};
    plan.report_file = "junit.xml";
    plan.report_folder = "surefire-reports";
    plan.exit_code_decides = true;
    return plan;
  }
  std::optional<Plan> best;
  std::ptrdiff_t most_changes = -1;
  std::string found;
  for (const auto& language : languages()) {
    auto plan = language.plan(tree);
    if (!plan) continue;
    found += (found.empty() ? "" : ", ") + plan->framework;
    const auto changes = std::ranges::count_if(changed_files, [&](const std::string& file) { return is_of(language, file); });
    if (changes <= most_changes) continue;
    most_changes = changes;
    best = std::move(plan);
  }
  if (!best)
    return fail_user(
        "no_tests_found", "no tests were found in the repository",
        "set test_command of the repository: looked for go.mod, pom.xml, build.gradle, package.json and Python tests in its root");
  if (found != best->framework) best->reason += fmt::format("; of {} it fits the changed files best", found);
  return std::move(*best);
}

}  // namespace argosy::testing
