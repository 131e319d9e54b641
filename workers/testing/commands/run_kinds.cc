// The kinds of runs: a shell's line, the repository's tests, its linter, a package.
#include <fmt/format.h>

#include <algorithm>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/project/select.h"
#include "common/project/text_tools.h"
#include "workers/testing/commands/run_output.h"
#include "workers/testing/commands/run_step.h"
#include "workers/testing/runs/checks.h"
#include "workers/testing/runs/test_run.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxFailures = tasks::kMaxRunOutput / 2;  // bytes of messages of failed tests, before the output's tail
constexpr std::size_t kMaxFindings = 200;                       // of linters

// Why a program was ended before its own end; empty: it was not.
template <class Done>
std::string why_ended(const Done& done, std::chrono::milliseconds limit) {
  if (done.timed_out) return fmt::format("timed out after {} s", std::chrono::duration_cast<std::chrono::seconds>(limit).count());
  if (done.out_of_memory) return "used more memory than a sandbox has";
  if (done.out_of_disk) return "wrote more than a sandbox may";
  return done.cancelled ? "cancelled" : "";
}

tasks::RunResult refused(std::string why) { return {.call = {}, .exit_code = -1, .output = {}, .error = std::move(why)}; }

std::string with_note(const std::string& note, const std::string& text) { return note.empty() ? text : fmt::format("{}\n{}", note, text); }

}  // namespace

Result<tasks::RunResult> RunStep::command(const tasks::Run& one) {
  const auto there = stage(one.time_limit);
  // The component's preparation makes its tools known; the line itself runs in the repository's root.
  const auto script =
      project::script(chosen_.component, fmt::format("cd {}\n{}", project::shell_word(there.workspace_inside().string()), one.command),
                      set_up_.folder.has_value());
  HeadAndTail printed(tasks::kMaxRunOutput);
  std::string transcript;  // bounded by the sandbox
  context_.log(fmt::format("$ {}\n", one.command));
  auto job = there.job(script, chosen_.component.test.env);
  job.on_output = [&](std::string_view piece) {
    printed.add(piece);
    transcript += piece;
    context_.log(piece);
  };
  ARGOSY_TRY(const auto done, there.run(job));
  const auto report = reports::parse_any(transcript);
  tasks::RunResult result{.call = {},
                          .exit_code = done.exit_code,
                          .output = with_note(report ? in_a_note(*report) : "", printed.text()),
                          .error = why_ended(done, job.limits.wall),
                          .duration_ms = done.duration.count()};
  if (!result.error.empty()) result.exit_code = -1;
  told(one.command, result);
  return result;
}

std::optional<std::string> RunStep::test_command(const std::string& selection) const {
  const auto wanted = text::trim(selection);
  if (wanted.empty()) return "";
  std::vector<std::string> files;
  for (const auto word : text::split(wanted, ' '))
    if (!word.empty()) files.emplace_back(word);
  const bool are_files = std::ranges::all_of(files, [&](const auto& file) { return std::ranges::binary_search(tree_.files, file); });
  if (are_files) return project::some_files_command(chosen_.component, files);
  // "tests/test_a.py::TestX::test_b", or the name of one test.
  const auto colons = wanted.rfind("::");
  const auto file = std::string(wanted.substr(0, wanted.find("::")));
  project::CaseName name{.name = std::string(colons == std::string_view::npos ? wanted : wanted.substr(colons + 2))};
  if (colons != std::string_view::npos && std::ranges::binary_search(tree_.files, file)) name.file = file;
  return project::one_case_command(chosen_.component, name);
}

Result<tasks::RunResult> RunStep::tests(const tasks::Run& one) {
  if (no_tests_) return refused(fmt::format("{}: {}", no_tests_->message, no_tests_->hint));
  const auto chosen = test_command(one.command);
  if (!chosen)
    return refused(fmt::format("the tests that \"{}\" names cannot be chosen with {}: name test files from the root, or run all",
                               one.command, chosen_.component.test.runner));
  const auto plan = make_plan(chosen_, *chosen, set_up_.folder.has_value());
  const auto there = stage(one.time_limit);
  if (const auto needed = check_needs(plan, there); !needed) {
    // An attempt to get out of the sandbox is no result of a tool.
    if (needed.error().category != Category::needs_user) return std::unexpected(needed.error());
    return refused(fmt::format("{} ({}){}", needed.error().message, needed.error().hint,
                               set_up_.failed ? fmt::format("; the dependencies were not fetched: {}", set_up_.text) : ""));
  }
  context_.log(fmt::format("$ {}\n", plan.command));
  ARGOSY_TRY(const auto run, run_tests(plan, there));
  HeadAndTail printed(tasks::kMaxRunOutput);
  printed.add(failures_of(run.report, kMaxFailures));
  printed.add(run.tail);
  tasks::RunResult result{.call = {},
                          .exit_code = run.exit_code,
                          .output = with_note(run.found_none ? "no tests were found" : in_a_note(run.report), printed.text()),
                          .error = why_ended(run, there.options().limits.wall),
                          .duration_ms = run.duration_ms};
  if (!result.error.empty()) result.exit_code = -1;
  told(plan.command, result);
  return result;
}

Result<tasks::RunResult> RunStep::linter(const tasks::Run& one) {
  if (chosen_.component.lint.empty()) return refused("the repository has no linter that is known here; run_command can run another");
  const auto there = stage(one.time_limit);
  std::vector<std::string> tools;
  for (const auto& lint : chosen_.component.lint) tools.push_back(lint.tool);
  const auto name = text::join(tools, ", ");
  context_.log(fmt::format("$ {}\n", name));
  const auto began = context_.clock().boot_time();
  ARGOSY_TRY(const auto report, run_lint(chosen_.component, there, changed_));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(context_.clock().boot_time() - began);
  if (!report) return refused(fmt::format("{} could not be run here", name));
  std::string text = fmt::format("{} findings of {} on {} changed files\n", report->findings.size(), name, changed_.size());
  for (std::size_t i = 0; i < std::min(report->findings.size(), kMaxFindings); ++i) {
    const auto& finding = report->findings[i];
    text += fmt::format("{}:{}: {} {}\n", finding.file, finding.line, finding.rule, finding.message);
  }
  HeadAndTail printed(tasks::kMaxRunOutput);
  printed.add(text);
  tasks::RunResult result{
      .call = {}, .exit_code = report->findings.empty() ? 0 : 1, .output = printed.text(), .error = {}, .duration_ms = took.count()};
  context_.log(result.output);
  told(name, result);
  return result;
}

// Through the set-up's way out, into a cache of this tree's own. What manages other languages' packages has no place for one that no
// manifest names.
Result<tasks::RunResult> RunStep::install(const tasks::Run& one) {
  const auto& component = chosen_.component;
  const bool possible = component.language == "python" && !component.set_up.commands.empty() && facilities_.dependencies != nullptr &&
                        class_ == sandbox::Class::bwrap;
  if (!possible || one.command.empty() || one.command.starts_with('-'))
    return refused(
        fmt::format("{} is not installed: packages can be added so in Python repositories with dependencies of their own only. Add it "
                    "to the manifest: what runs next is set up from that",
                    one.command));
  auto before = std::move(set_up_);
  const auto began = context_.clock().boot_time();
  installed_.push_back(fmt::format("\"$ARGOSY_CACHE_DIR/venv/bin/python\" -m pip install --no-input --disable-pip-version-check {}",
                                   project::shell_word(one.command)));
  set_up_ = {};
  ARGOSY_TRY_VOID(get_dependencies());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(context_.clock().boot_time() - began);
  tasks::RunResult result{
      .call = {},
      .exit_code = set_up_.folder ? 0 : 1,
      .output = redact(fmt::format("{}: {}. It counts for the runs after it in this step only.", one.command, set_up_.text)),
      .error = {},
      .duration_ms = took.count()};
  if (!set_up_.folder) {
    installed_.pop_back();
    set_up_ = std::move(before);
  }
  told(fmt::format("install {}", one.command), result);
  return result;
}

}  // namespace argosy::testing
