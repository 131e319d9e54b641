// From a test script to a tool and what it can be asked for.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "common/core/text.h"
#include "common/project/languages/javascript.h"

namespace argosy::project::javascript {
namespace {

constexpr std::size_t kMaxParts = 50;  // of a chain of commands
constexpr int kMaxScripts = 5;         // that lead from "test" to the one that does the work

#define ARGOSY_REPORTS "\"$ARGOSY_REPORT_DIR"
// In the order in which they are looked for: some scripts name several, and the first of these runs the others.
constexpr std::array<Tool, 11> kTools{{
    {"vitest", "vitest", " --run --reporter=default --reporter=junit --outputFile.junit=" ARGOSY_REPORTS "/vitest.xml\"", "vitest.xml",
     " {files}", " -t {pattern} {file}", " --testTimeout={ms}",
     " --coverage.enabled --coverage.reporter=lcovonly --coverage.reportsDirectory=" ARGOSY_REPORTS "/coverage\"", "coverage/lcov.info"},
    {"jest", "jest", " --ci --json --outputFile=" ARGOSY_REPORTS "/jest.json\"", "jest.json", " --runTestsByPath {files}",
     " -t {pattern} --runTestsByPath {file}", " --testTimeout={ms}",
     " --coverage --coverageReporters=lcovonly --coverageDirectory=" ARGOSY_REPORTS "/coverage\"", "coverage/lcov.info"},
    {"react-scripts", "jest", " --ci --watchAll=false --json --outputFile=" ARGOSY_REPORTS "/jest.json\"", "jest.json",
     " --runTestsByPath {files}", " -t {pattern} --runTestsByPath {file}", " --testTimeout={ms}",
     " --coverage --coverageReporters=lcovonly --coverageDirectory=" ARGOSY_REPORTS "/coverage\"", "coverage/lcov.info"},
    {"mocha", "mocha", "", "", " {files}", " -g {pattern} {file}", " --timeout {ms}", "",
     ""},  // its report takes the place of what people read
    {"ava", "ava", " --tap", "", " {files}", " --match={name} {file}", " --timeout={ms}ms", "", ""},
    {"tap", "tap", " --reporter=tap", "", " {files}", "", " --timeout={seconds}", "", ""},
    {"tape", "tape", "", "", " {files}", "", "", "", ""},
    {"jasmine", "jasmine", "", "", " {files}", " --filter={pattern} {file}", "", "", ""},
    {"borp", "node --test", "", "", " {files}", "", "", "", ""},
    {"karma", "karma", "", "", "", "", "", "", ""},
    {"playwright", "playwright", "", "", " {files}", "", " --timeout={ms}", "", ""},
}};
constexpr Tool kNode{
    "node",
    "node --test",
    " --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination=" ARGOSY_REPORTS
    "/node.tap\"",
    "node.tap",
    " {files}",
    " --test-name-pattern={name_pattern} {file}",
    "",
    " --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=" ARGOSY_REPORTS "/lcov.info\"",
    "lcov.info"};
#undef ARGOSY_REPORTS

const Tool* tool_of(std::string_view script) {
  if (names(script, "--test") && (names(script, "node") || names(script, "tsx"))) return &kNode;  // first: its reporters are called tap too
  for (const auto& tool : kTools)
    if (names(script, tool.name)) return &tool;
  return nullptr;
}

bool is_node_test_file(const std::string& file) {
  if (!file.ends_with(".js") && !file.ends_with(".mjs") && !file.ends_with(".cjs")) return false;
  const auto name = file_name(file);
  return name.find(".test.") != std::string::npos || name.starts_with("test-") || name.starts_with("test.") || file.starts_with("test/") ||
         file.find("/test/") != std::string::npos;
}

std::vector<std::string> parts_of(const std::string& chain) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (auto at = chain.find("&&"); at != std::string::npos; at = chain.find("&&", from = at + 2))
    parts.emplace_back(text::trim(std::string_view(chain).substr(from, at - from)));
  parts.emplace_back(text::trim(std::string_view(chain).substr(from)));
  return parts;
}

// What a test script does besides: linters, types, sizes, browsers. Lint is a gate of its own, and the rest says nothing about tests.
bool is_another_check(const std::string& command) {
  static constexpr std::array<std::string_view, 20> kOthers{
      "eslint",  "xo",      "standard",   "semistandard", "prettier", "stylelint", "oxlint", "biome",    "markdownlint", "tsd",
      "dtslint", "tstyche", "size-limit", "bundlesize",   "publint",  "attw",      "knip",   "depcheck", "karma",        "cypress"};
  if (std::ranges::any_of(kOthers, [&](auto name) { return names(command, name); })) return true;
  return names(command, "--noEmit") || names(command, "lint") || names(command, "test:types") || names(command, "format:check");
}

// The script that `npm run NAME` and the like stand for, as long as that is all they do.
std::string followed(const Package& package, std::string script) {
  for (int step = 0; step < kMaxScripts; ++step) {
    std::string_view name = script;
    for (const std::string_view runner :
         {"npm run ", "npm run-script ", "yarn run ", "yarn ", "pnpm run ", "pnpm ", "run-s ", "run-p ", "npm-run-all "})
      if (name.starts_with(runner)) {
        name.remove_prefix(runner.size());
        break;
      }
    const auto dashes = name.find(" -- ");
    const auto next = name.size() == script.size() ? std::string() : package.script(std::string(text::trim(name.substr(0, dashes))));
    if (next.empty()) return script;
    script = dashes == std::string_view::npos ? next : next + std::string(name.substr(dashes + 3));
  }
  return script;
}

// The parts of a chain, those that stand for a chain again taken apart too.
void take_apart(const Package& package, const std::string& script, int depth, std::vector<std::string>& into) {
  for (const auto& part : parts_of(followed(package, script))) {
    const auto next = followed(package, part);
    if (next != part && depth < kMaxScripts && into.size() < kMaxParts)
      take_apart(package, next, depth + 1, into);
    else
      into.push_back(part);
  }
}

// "npm run lint && npm run unit && npm run types" as the command that runs tests: each part followed, other checks left out.
std::string tests_of(const Package& package, const std::string& script) {
  std::vector<std::string> parts, kept;
  take_apart(package, script, 0, parts);
  for (const auto& part : parts)
    if (tool_of(part) != nullptr ? tool_of(part)->name != "karma" : !is_another_check(part)) kept.push_back(part);
  const bool tests = std::ranges::any_of(kept, [](const std::string& part) { return tool_of(part) != nullptr; });
  return text::join(tests ? kept : parts, " && ");
}

// The tool that most parts of a chain run, the first of several; null when none is known.
const Tool* main_tool(const std::string& script) {
  const auto parts = parts_of(script);
  const auto count = [&](const Tool& tool) {
    return std::ranges::count_if(parts, [&](const auto& part) { return tool_of(part) == &tool; });
  };
  const Tool* best = nullptr;
  for (const auto& part : parts)
    if (const auto* tool = tool_of(part); tool != nullptr && (best == nullptr || count(*tool) > count(*best))) best = tool;
  return best;
}

// Adds `arguments` where the tool takes them: node's right after --test, the others' at the end.
std::string with_arguments(const Tool& tool, std::string command, std::string_view arguments) {
  if (&tool != &kNode) return command + std::string(arguments);
  constexpr std::string_view flag = "--test";  // by itself: there are --test-only and others
  std::size_t end = command.size();
  for (auto at = command.find(flag); at != std::string::npos && end == command.size(); at = command.find(flag, at + 1))
    if (const auto after = at + flag.size(); after < command.size() && command[after] == ' ') end = after;
  return command.insert(end, arguments);
}

// Without the files that the script itself names, so that others can take their place.
std::string without_paths(const Package& package, const std::string& command) {
  std::string left;
  for (const auto word : text::split(command, ' ')) {
    auto bare = replaced(replaced(std::string(word), "'", ""), "\"", "");
    if (bare.starts_with("./")) bare.erase(0, 2);
    if (bare.ends_with('/')) bare.pop_back();
    const bool is_path = !bare.starts_with('-') && (bare.find('*') != std::string::npos ||
                                                    (package.tree.has(bare) && !left.ends_with("node")) || package.tree.has_below(bare));
    if (!is_path && !word.empty()) left += (left.empty() ? "" : " ") + std::string(word);
  }
  return left;
}

// What only measures stands before the tool: "nyc --all mocha" is mocha.
std::string without_measuring(const Tool& tool, const std::string& command) {
  if (!command.starts_with("nyc ") && !command.starts_with("c8 ")) return command;
  const auto at = command.find(tool.name);
  return at == std::string::npos ? command : command.substr(at);
}

void add_coverage(Component& component, const Package& package, const Tool& tool, const std::string& plain) {
  auto measured = without_measuring(tool, plain);
  const auto first = measured.substr(0, measured.find(' '));
  if (first.find('=') != std::string::npos && !first.starts_with('-')) measured = "env " + measured;  // c8 and nyc are no shells
  const bool vitest_can = package.depends_on("@vitest/coverage-v8") || package.depends_on("@vitest/coverage-istanbul");
  if (package.depends_on("c8") && tool.framework != "jest" && tool.framework != "vitest")
    component.coverage = Coverage{"c8", "c8 -r lcovonly -o \"$ARGOSY_REPORT_DIR/coverage\" " + measured, "coverage/lcov.info", "lcov"};
  else if (package.depends_on("nyc") && tool.framework != "jest" && tool.framework != "vitest")
    component.coverage =
        Coverage{"nyc", "nyc --reporter=lcovonly --report-dir=\"$ARGOSY_REPORT_DIR/coverage\" " + measured, "coverage/lcov.info", "lcov"};
  else if (!tool.coverage_arguments.empty() && (tool.framework != "vitest" || vitest_can))
    component.coverage = Coverage{std::string(tool.framework), with_arguments(tool, measured, tool.coverage_arguments),
                                  std::string(tool.coverage_report), "lcov"};
}

Need need_package(const std::string& tool) {
  return {"command -v " + tool, tool, "put a node_modules folder that has it into ARGOSY_TEST_PATHS, or set test_command"};
}

void use_tool(Component& component, const Package& package, const Tool& tool, const std::string& script) {
  auto& test = component.test;
  component.framework = tool.framework;
  test.runner = tool.name == "react-scripts" ? "jest" : tool.name;
  if (&tool != &kNode) component.needs.push_back(need_package(std::string(tool.name)));
  test.command = script;
  auto parts = parts_of(script);
  if (!std::ranges::all_of(parts, is_plain_command)) return;
  const auto part = std::ranges::find_if(parts, [&](const std::string& command) { return tool_of(command) == &tool; });
  // Where several parts run tests, the report of one would be taken for all: what they print is read instead.
  if (part == parts.end() || std::ranges::count_if(parts, [](const auto& command) { return tool_of(command) != nullptr; }) > 1) return;
  const auto plain = *part;
  const auto bare = without_measuring(tool, plain);
  const bool has_reporter =
      mentions(bare, "--reporter") || mentions(bare, "--json") || mentions(bare, "--test-reporter") || names(bare, "-R");
  const auto reporting = has_reporter ? plain : with_arguments(tool, plain, tool.report_arguments);
  *part = reporting;
  test.command = text::join(parts, " && ");
  if (!has_reporter) test.report_file = tool.report_file;
  const auto chosen =
      has_reporter ? without_paths(package, plain) : with_arguments(tool, without_paths(package, plain), tool.report_arguments);
  if (!tool.files_arguments.empty()) test.some_files = chosen + std::string(tool.files_arguments);
  if (!tool.case_arguments.empty()) test.one_case = chosen + std::string(tool.case_arguments);
  test.case_timeout = tool.timeout_arguments;
  add_coverage(component, package, tool, reporting);
}

bool use_script(Component& component, const Package& package, const std::string& name) {
  const auto script = tests_of(package, package.script(name));
  component.evidence.push_back({"package.json", fmt::format("the script \"{}\" is: {}", name, text::ellipsize(script, 200))});
  auto& test = component.test;
  if (const auto* tool = main_tool(script)) {
    test.reason = fmt::format("the test script of package.json runs {}", tool->framework);
    use_tool(component, package, *tool, script);
  } else {
    test.reason = "package.json has a test script";
    test.runner = "npm-script";
    test.command = script;
    test.exit_code_decides = true;
    // A script that only starts others (turbo, lerna, run-s) is still run by a tool that the package depends on.
    const auto known = std::ranges::find_if(kTools, [&](const Tool& one) { return package.depends_on(one.name); });
    component.framework = known == kTools.end() ? "npm-script" : known->framework;
  }
  const auto before = package.script("pre" + name);
  if (!before.empty()) {
    for (auto* command : {&test.command, &test.some_files, &test.one_case})
      if (!command->empty()) *command = fmt::format("{{ {}; }} && {}", before, *command);
    if (component.coverage) component.coverage->command = fmt::format("{{ {}; }} && {}", before, component.coverage->command);
  }
  return true;
}

bool use_packages(Component& component, const Package& package) {
  for (const auto& tool : kTools) {
    if (!package.depends_on(tool.name) || tool.name == "karma" || tool.name == "playwright") continue;
    component.evidence.push_back({"package.json", fmt::format("depends on {}", tool.name)});
    component.test.reason = fmt::format("package.json has no test script but depends on {}", tool.name);
    use_tool(component, package, tool, std::string(tool.name) + (tool.name == "react-scripts" ? " test" : ""));
    return true;
  }
  const auto found = std::ranges::find_if(package.tree.files, is_node_test_file);
  if (found == package.tree.files.end()) return false;
  component.evidence.push_back({*found, "is a file that node --test finds"});
  component.test.reason = "package.json has no test script; there are files that node --test finds by itself";
  use_tool(component, package, kNode, "node --test");
  return true;
}

}  // namespace

bool is_plain_command(std::string_view script) { return script.find_first_of("&|;<>$`(") == std::string_view::npos; }

bool choose_tests(Component& component, const Package& package) {
  for (const char* name : {"test", "test:unit", "unit", "tests", "test:ci"})
    if (!package.script(name).empty()) return use_script(component, package, name);
  return use_packages(component, package);
}

}  // namespace argosy::project::javascript
