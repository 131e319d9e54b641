#include "workers/testing/runs/checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"
#include "common/project/detect.h"
#include "common/project/text_tools.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxReports = 1'000;
constexpr std::size_t kMaxBenchBytes = 1u << 20;
constexpr const char* kBenchReport = "bench.json";
constexpr std::string_view kFiles = "{files}";

// The changed files that are there and end so, as the component's folder sees them, quoted for the shell.
std::string words(const project::Component& component, const Stage& stage, const std::vector<std::string>& changed,
                  const std::vector<std::string>& endings) {
  std::string all;
  std::error_code error;
  for (const auto& file : changed) {
    if (!project::is_in(component.folder, file) || !fs::is_regular_file(fs::symlink_status(stage.workspace() / file, error))) continue;
    if (std::ranges::none_of(endings, [&](const std::string& ending) { return file.ends_with(ending); })) continue;
    const auto inside = component.folder.empty() ? file : file.substr(component.folder.size() + 1);
    all += (all.empty() ? "" : " ") + project::shell_word(inside.starts_with('-') ? "./" + inside : inside);
  }
  return all;
}

// Nothing when the command wants files and there are none.
std::optional<std::string> filled(const project::Component& component, const Stage& stage, const std::string& command,
                                  const std::vector<std::string>& changed, const std::vector<std::string>& endings) {
  const auto at = command.find(kFiles);
  if (at == std::string::npos) return command;
  const auto files = words(component, stage, changed, endings);
  if (files.empty()) return std::nullopt;
  return std::string(command).replace(at, kFiles.size(), files);
}

sandbox::Job prepared(const project::Component& component, const Stage& stage, const std::string& command) {
  return stage.job(project::script(component, command, stage.options().cache.has_value()), component.test.env);
}

std::vector<std::string> reports_in_tree(const Stage& stage, const std::string& name, std::size_t max_bytes) {
  std::vector<std::string> all;
  for (const auto& file : find_files(stage.workspace(), name, kMaxReports))
    all.push_back(stage.report(file.lexically_relative(stage.workspace()), max_bytes, true));
  return all;
}

std::string go_module(const Stage& stage, const std::string& folder) {
  const auto text = stage.report(project::joined(folder, "go.mod"), 64u << 10, true);
  for (const auto line : text::lines(text))
    if (line.starts_with("module ")) return std::string(text::trim(line.substr(7)));
  return {};
}

}  // namespace

std::optional<reports::Coverage> read_coverage(const project::Component& component, const Stage& stage,
                                               const std::vector<std::string>& files) {
  if (!component.coverage) return std::nullopt;
  std::vector<std::string> texts{stage.report(component.coverage->report, reports::kMaxCoverageBytes)};
  if (texts.front().empty()) texts = reports_in_tree(stage, component.coverage->report, reports::kMaxCoverageBytes);
  std::optional<reports::Coverage> all;
  for (const auto& text : texts) {
    auto one = text.empty() ? fail_user("coverage_unreadable", "") : reports::parse_coverage(text);
    if (!one) continue;
    if (all)
      reports::merge(*all, std::move(*one));
    else
      all = std::move(*one);
  }
  if (all)
    reports::place_files(
        *all, {.root = stage.workspace_inside() / component.folder, .files = files, .go_module = go_module(stage, component.folder)});
  return all;
}

Result<std::optional<reports::LintReport>> run_lint(const project::Component& component, const Stage& stage,
                                                    const std::vector<std::string>& changed) {
  std::optional<reports::LintReport> all;
  for (const auto& lint : component.lint) {
    const auto command = filled(component, stage, lint.command, changed, lint.endings);
    if (!command) {
      if (!all) all.emplace();  // nothing of its kind changed: nothing can be new
      continue;
    }
    stage.forget(lint.report);
    ARGOSY_TRY(const auto done, stage.run(prepared(component, stage, *command)));
    auto texts = lint.report.empty() ? std::vector{done.out.empty() ? done.err : done.out}
                                     : std::vector{stage.report(lint.report, reports::kMaxLintBytes)};
    if (texts.front().empty() && !lint.report.empty()) texts = reports_in_tree(stage, lint.report, reports::kMaxLintBytes);
    if (texts.empty() && done.exit_code != 0) continue;  // it did not run
    for (const auto& text : texts) {
      auto one = reports::parse_lint(text);
      if (!one || (text.empty() && done.exit_code != 0)) continue;
      reports::place_findings(*one, (stage.workspace_inside() / component.folder).string());
      if (!component.folder.empty())
        for (auto& finding : one->findings)
          if (!finding.file.starts_with('/')) finding.file = project::joined(component.folder, finding.file);
      if (!all) all.emplace();
      reports::merge(*all, std::move(*one));
    }
  }
  return all;
}

Result<std::string> run_format(const project::Component& component, const Stage& stage, const std::vector<std::string>& changed) {
  std::string problems;
  for (const auto& format : component.format) {
    const auto command = filled(component, stage, format.command, changed, format.endings);
    if (!command) continue;
    ARGOSY_TRY(const auto done, stage.run(prepared(component, stage, *command)));
    if (done.exit_code != 0)
      problems += fmt::format("{}{} ends with exit code {}", problems.empty() ? "" : ", ", format.tool, done.exit_code);
  }
  return problems;
}

Result<std::string> run_bench(const project::Component& component, const Stage& stage) {
  if (!component.bench) return "";
  ARGOSY_TRY(const auto done, stage.run(prepared(component, stage, component.bench->command)));
  return done.exit_code == 0 ? stage.report(kBenchReport, kMaxBenchBytes) : "";
}

}  // namespace argosy::testing
