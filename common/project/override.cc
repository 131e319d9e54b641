// What .argosy.yaml and the repository's settings put in the place of what was found.
#include <fmt/format.h>

#include <algorithm>

#include "common/project/detect.h"
#include "common/project/text_tools.h"

namespace argosy::project {
namespace {

// A command that was written for the root, run in the component's folder.
std::string from_root(const Component& component, const std::string& command) {
  if (component.folder.empty()) return command;
  std::string up = "..";
  for (const char c : component.folder)
    if (c == '/') up += "/..";
  return fmt::format("cd {} && {{ {}\n}}", up, command);
}

// The command, and after it, whatever came of it, its report where reports go.
std::string keeping(const Component& component, const std::string& command, const std::string& report) {
  if (report.empty()) return from_root(component, command);
  return from_root(component, fmt::format("{{ {}\n}}; code=$?; cp -- {} \"$ARGOSY_REPORT_DIR/\" 2>/dev/null; (exit $code)", command,
                                          shell_word(report)));
}

bool is_file(const std::string& path) { return file_name(path).find('.') != std::string_view::npos && !path.ends_with('/'); }

void use_test(Component& component, const std::string& runner, std::string reason, const std::string& command, const std::string& report) {
  auto prepare = component.test.prepare;
  component.framework = component.framework.empty() ? runner : component.framework;
  component.needs.clear();
  component.coverage.reset();  // it measures the command that was found
  auto& test = component.test;
  test = Test{.runner = runner, .reason = std::move(reason)};
  test.prepare = std::move(prepare);
  test.command = keeping(component, command, is_file(report) ? report : "");
  // Tools that read this write a report, others do not mind.
  test.env = {{"PYTEST_ADDOPTS", "--junitxml=\"$ARGOSY_REPORT_DIR/junit.xml\""}};
  test.report_file = is_file(report) ? std::string(file_name(report)) : "junit.xml";
  const auto folder = report.substr(0, report.find_last_not_of('/') + 1);
  test.report_folder = report.empty() || is_file(report) ? "surefire-reports" : std::string(file_name(folder));
  test.exit_code_decides = true;
}

std::string format_of(const std::string& report) {
  const auto name = file_name(report);
  if (name.ends_with(".info")) return "lcov";
  if (name.starts_with("jacoco")) return "jacoco";
  if (name.ends_with(".out")) return "go-cover";
  return name.ends_with(".json") ? "coverage-py-json" : "cobertura";
}

}  // namespace

Component overridden(Component component, const RepoFile& file, const RepoSettings& settings) {
  const auto name = std::string(kRepoFileName);
  const auto says = [&](std::string what) { component.evidence.push_back({name, std::move(what)}); };
  if (!settings.setup_command.empty()) {
    component.set_up.commands = {settings.setup_command};
    component.set_up.folder.clear();
    component.evidence.push_back({"setup_command", "the repository's settings name the set-up's command"});
  } else if (!file.setup.commands.empty()) {
    component.set_up.commands = file.setup.commands;
    component.set_up.folder.clear();
    says("names the set-up's commands");
  }
  for (const auto& key : file.setup.cache_key_files)
    if (std::ranges::find(component.set_up.key_files, key) == component.set_up.key_files.end()) component.set_up.key_files.push_back(key);
  if (!settings.test_command.empty()) {
    use_test(component, "test_command", "the repository's settings name the test command", settings.test_command, file.test.report);
    component.framework = "test_command";
  } else if (!file.test.command.empty()) {
    use_test(component, "test_command", fmt::format("{} names the test command", name), file.test.command, file.test.report);
    says("names the test command");
  }
  if (!file.lint.command.empty()) {
    component.lint = {{"lint.command", fmt::format("{} names it", name), keeping(component, file.lint.command, file.lint.report),
                       std::string(file_name(file.lint.report)), "any", component.endings}};
    says("names the linter");
  }
  if (!file.format.command.empty()) {
    component.format = {{"format.command", fmt::format("{} names it", name), file.format.command + " {files}", component.endings}};
    says("names the formatter");
  }
  if (!file.coverage.command.empty()) {
    component.coverage = Coverage{"coverage.command", keeping(component, file.coverage.command, file.coverage.report),
                                  std::string(file_name(file.coverage.report)), format_of(file.coverage.report)};
    says("names the measuring of coverage");
  }
  if (!file.bench.command.empty()) {
    component.bench = Bench{from_root(component, file.bench.command)};
    says("names a benchmark");
  }
  return component;
}

}  // namespace argosy::project
