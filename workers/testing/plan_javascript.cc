// package.json: its own test script where there is one, with a machine-readable report asked for when the tool is known and the script
// is one plain command.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "common/core/json.h"
#include "workers/testing/plan.h"

namespace argosy::testing {
namespace {

struct Package {
  std::string test, pretest;  // scripts
  std::set<std::string, std::less<>> packages;
};

std::optional<Package> read_package(const Tree& tree) {
  if (!tree.has("package.json")) return std::nullopt;
  const auto parsed = json::parse(tree.read("package.json"));
  if (!parsed) return std::nullopt;
  Package package;
  if (const auto* scripts = parsed->find("scripts")) {
    package.test = scripts->string_or("test", "");
    package.pretest = scripts->string_or("pretest", "");
  }
  if (package.test.find("no test specified") != std::string::npos) package.test.clear();  // what `npm init` writes
  for (const char* group : {"dependencies", "devDependencies"})
    if (const auto* listed = parsed->find(group); listed && listed->is_object())
      for (const auto& [name, version] : listed->as_object()) package.packages.insert(name);
  return package;
}

bool is_plain_command(std::string_view script) { return script.find_first_of("&|;<>$`(") == std::string_view::npos; }

// Whether `word` stands in the script as a command or an argument of its own.
bool names(std::string_view script, std::string_view word) {
  const auto edge = [](char c) { return !std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.'; };
  for (std::size_t at = script.find(word); at != std::string_view::npos; at = script.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || edge(script[at - 1])) && (end == script.size() || edge(script[end]))) return true;
  }
  return false;
}

constexpr std::string_view kNodeReporters =
    "node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap "
    "--test-reporter-destination=\"$ARGOSY_REPORT_DIR/node.tap\"";

struct Tool {
  const char* name;
  const char* report_arguments;  // appended to a plain command
  const char* report_file;
};
constexpr std::array<Tool, 3> kTools{{
    {"vitest", " --run --reporter=default --reporter=junit --outputFile.junit=\"$ARGOSY_REPORT_DIR/vitest.xml\"", "vitest.xml"},
    {"jest", " --ci --json --outputFile=\"$ARGOSY_REPORT_DIR/jest.json\"", "jest.json"},
    {"mocha", "", ""},  // writes to a file or to the console, and people want to see it run
}};

Need need_package(const std::string& tool) {
  return {"command -v " + tool, tool, "put a node_modules folder that has it into ARGOSY_TEST_PATHS, or set test_command"};
}

bool is_node_test_file(const std::string& file) {
  if (!file.ends_with(".js") && !file.ends_with(".mjs") && !file.ends_with(".cjs")) return false;
  const auto name = file.substr(file.rfind('/') + 1);
  return name.find(".test.") != std::string::npos || name.starts_with("test-") || name.starts_with("test.") || file.starts_with("test/") ||
         file.find("/test/") != std::string::npos;
}

void use_node_runner(Plan& plan, std::string script) {
  plan.framework = "node";
  const auto at = script.find("node --test");
  if (at != std::string::npos && is_plain_command(script) && script.find("--test-reporter") == std::string::npos) {
    script.replace(at, std::string_view("node --test").size(), kNodeReporters);
    plan.report_file = "node.tap";
  }
  plan.command = script;
}

bool use_script(Plan& plan, const Package& package) {
  for (const auto& tool : kTools) {
    if (!names(package.test, tool.name)) continue;
    plan.framework = tool.name;
    plan.reason = fmt::format("the test script of package.json runs {}", tool.name);
    plan.command = package.test;
    plan.needs.push_back(need_package(tool.name));
    const bool has_reporter = package.test.find("--reporter") != std::string::npos || package.test.find("--json") != std::string::npos;
    if (!is_plain_command(package.test) || has_reporter) return true;
    plan.command += tool.report_arguments;
    plan.report_file = tool.report_file;
    return true;
  }
  if (package.test.find("node --test") != std::string::npos) {
    plan.reason = "the test script of package.json runs node --test";
    use_node_runner(plan, package.test);
    return true;
  }
  plan.framework = "npm-script";
  plan.reason = "package.json has a test script";
  plan.command = package.test;
  plan.exit_code_decides = true;
  return true;
}

bool use_packages(Plan& plan, const Tree& tree, const Package& package) {
  for (const auto& tool : kTools) {
    if (!package.packages.contains(tool.name)) continue;
    plan.framework = tool.name;
    plan.reason = fmt::format("package.json has no test script but depends on {}", tool.name);
    plan.command = std::string(tool.name) + tool.report_arguments;
    plan.report_file = tool.report_file;
    plan.needs.push_back(need_package(tool.name));
    return true;
  }
  if (!std::ranges::any_of(tree.files, is_node_test_file)) return false;
  plan.reason = "package.json has no test script; there are files that node --test finds by itself";
  use_node_runner(plan, "node --test");
  return true;
}

}  // namespace

std::optional<Plan> plan_javascript(const Tree& tree) {
  const auto package = read_package(tree);
  if (!package) return std::nullopt;
  Plan plan;
  plan.env = {{"CI", "true"}, {"NO_COLOR", "1"}, {"FORCE_COLOR", "0"}};
  plan.needs = {{"command -v node", "Node.js", "install Node.js on the worker (apt-get install nodejs), or set test_command"}};
  if (!(package->test.empty() ? use_packages(plan, tree, *package) : use_script(plan, *package))) return std::nullopt;
  if (!package->test.empty() && !package->pretest.empty()) plan.command = fmt::format("{{ {}; }} && {}", package->pretest, plan.command);
  return plan;
}

}  // namespace argosy::testing
