// The part of an examination that asks the gates, and the way without a sandbox.
#include "workers/testing/examination.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/core/file.h"
#include "workers/testing/runs/programs.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUntested = "untested";  // the question when no sandbox could be had

// Where linters are told what to pass over.
bool is_lint_config(const std::string& path) {
  static constexpr std::array<std::string_view, 16> kBeginnings{
      "ruff.toml", ".ruff.toml",    "pyproject.toml", "setup.cfg",    "tox.ini",    ".flake8",    ".pylintrc",        "pylintrc",
      ".eslintrc", ".eslintignore", "eslint.config.", "package.json", ".golangci.", "checkstyle", "suppressions.xml", ".editorconfig"};
  const auto name = project::file_name(path);
  return std::ranges::any_of(kBeginnings, [&](std::string_view beginning) { return name.starts_with(beginning); });
}

// A file of a tree in which nothing has run yet, as it was; nothing: it was not there. Where the change put a link on the way it stays out:
// a write through it would be a write elsewhere.
Result<void> put_back(const fs::path& root, const std::string& path, const std::optional<std::string>& bytes) {
  std::error_code error;
  auto above = root;
  for (const auto& part : fs::path(path).parent_path())
    if (!fs::is_directory(fs::symlink_status(above /= part, error))) return {};
  fs::remove(root / path, error);
  return bytes ? write_file_atomic(root / path, *bytes) : Result<void>();
}

}  // namespace

// Both sides with the linters and their settings as the base commit has them: a change must not relax the rules that it is held to. On a
// tree of its own, in which nothing has run yet.
Result<Finding> Examination::lint() {
  if (change_.patches.empty()) return judge_lint(std::nullopt, std::nullopt, lines_);
  ARGOSY_TRY(auto* const side, base());
  const auto of_base =
      choose_component(tree_of(*side), programs_of(facilities_.run.test_paths), file_, step_.task.test_command, change_.files);
  const auto& component = of_base && !of_base->component.lint.empty() ? of_base->component : chosen_.component;
  if (component.lint.empty()) return judge_lint(std::nullopt, std::nullopt, lines_);

  auto patches = change_.patches;
  if (!format_bytes_.empty()) patches.push_back(format_bytes_);
  Side linted;
  ARGOSY_TRY_VOID(make(linted, patches, "lint"));
  linted.stage.emplace(linted.folder->path(), run_options());
  for (const auto& path : change_.files) {
    if (!is_lint_config(path)) continue;
    ARGOSY_TRY(const auto before, repository_.read(change_.tree.base_commit, path));
    ARGOSY_TRY_VOID(put_back(linted.stage->workspace(), path, before));
  }
  ARGOSY_TRY(const auto after, run_lint(component, *linted.stage, change_.files));
  if (!after) return judge_lint(std::nullopt, std::nullopt, lines_);
  if (after->findings.empty()) return judge_lint(reports::LintReport{}, after, lines_);  // nothing there is nothing new
  ARGOSY_TRY(const auto before, run_lint(component, *side->stage, change_.files));
  return judge_lint(before, after, lines_);
}

Result<Finding> Examination::bench() {
  if (!chosen_.component.bench || change_.patches.empty())
    return Finding{.measured = false, .text = "no benchmark is named in .argosy.yaml"};
  ARGOSY_TRY(auto* const side, base());
  ARGOSY_TRY(const auto before, run_bench(chosen_.component, *side->stage));
  ARGOSY_TRY(const auto after, run_bench(chosen_.component, *changed_.stage));
  return judge_bench(before, after, file_.bench.max_regression.value_or(kMaxBenchRegression));
}

Result<Finding> Examination::syntax() {
  std::vector<ChangedText> texts;
  for (const auto& [path, lines] : lines_) {
    ARGOSY_TRY(auto before, repository_.read(change_.tree.base_commit, lines.old_path.empty() ? path : lines.old_path));
    texts.push_back({path, before.value_or(""), read_untrusted(changed_.tree.checkout->path(), path, kMaxPlanFileBytes)});
  }
  return judge_syntax(texts);
}

Result<void> Examination::judge_all() {
  const auto judged = [&](const char* gate, Result<Finding> finding) -> Result<void> {
    if (!finding) return std::unexpected(finding.error());
    verdicts_->add(gate, *finding);
    return {};
  };
  if (verdicts_->is_off("coverage"))
    verdicts_->add_off("coverage");
  else if (!measures_coverage() && !(base_ && base_->coverage))
    verdicts_->add("coverage", {.measured = false, .text = "nothing here measures coverage"});
  else
    verdicts_->add("coverage", judge_coverage(base_ ? base_->coverage : std::nullopt, changed_.coverage, lines_, file_.coverage));
  if (verdicts_->is_off("lint"))
    verdicts_->add_off("lint");
  else
    ARGOSY_TRY_VOID(judged("lint", lint()));
  if (verdicts_->is_off("bench"))
    verdicts_->add_off("bench");
  else
    ARGOSY_TRY_VOID(judged("bench", bench()));
  return {};
}

Result<runtime::StepResult> Examination::run_static_only(const Error& broken) {
  ARGOSY_TRY_VOID(read_rules());
  ARGOSY_TRY_VOID(make(changed_, change_.patches, "static"));
  ARGOSY_TRY(const auto diff, changed_.tree.checkout->diff());
  lines_ = tasks::diff_lines(diff);
  ARGOSY_TRY(const auto finding, syntax());
  verdicts_->add("syntax", finding);
  verdicts_->add("tests", {.measured = false, .text = broken.message});
  tasks::TestOutput output;
  output.framework = output.command = "none";
  if (verdicts_->failure()) return stopped(std::move(output));

  for (const auto& answer : step_.answers) {
    if (answer.name != kUntested) continue;
    if (answer.verdict != tasks::Verdict::approve)
      return fail_user("untested_rejected", "the change was not tested, and a person did not let it pass untested",
                       "mend the testing workers' sandbox, then retry");
    return runtime::StepResult{.output = tasks::to_json_text(finished(std::move(output)))};
  }
  tell(fmt::format("The sandbox broke {} times; only the static gates were asked. A person must decide", step_.attempt));
  runtime::StepResult result;
  result.question =
      tasks::Question{.name = std::string(kUntested),
                      .type = "approval",
                      .description = fmt::format("The change is untested: {}. Its syntax is fine. Push it all the same?", broken.message),
                      .because = broken};
  return result;
}

}  // namespace argosy::testing
