#include "workers/testing/testing_handler.h"

#include <fmt/format.h>

#include <system_error>

#include "common/core/clock.h"
#include "common/core/file.h"
#include "common/core/text.h"
#include "workers/testing/plan.h"
#include "workers/testing/test_paths.h"
#include "workers/testing/test_run.h"
#include "workers/testing/test_tree.h"
#include "workers/testing/verdict.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAgent = "testing";
constexpr std::chrono::seconds kProbeEvery{60};      // the sandbox; readiness is asked every few seconds
constexpr std::size_t kMaxPlanFileBytes = 1u << 20;  // of a file that the choice of the framework looks into
constexpr std::size_t kSnippetBytes = 2'000;         // of the output in command_executed

struct Change {
  std::vector<std::string> patches;
  std::vector<std::string> files;
};

Result<Change> read_change(const runtime::Step& step, runtime::StepContext& context) {
  Change change;
  for (const auto& [ordinal, output] : step.inputs) {
    ARGOSY_TRY(const auto made, tasks::change_output_from(output));
    for (const auto& file : made.files) change.files.push_back(file.path);
    if (made.patch.empty()) continue;
    ARGOSY_TRY(auto patch, context.artifacts().get(step.ref.task, made.patch));
    change.patches.push_back(std::move(patch));
  }
  return change;
}

Tree tree_of(std::vector<std::string> files, const fs::path& root) {
  return {std::move(files), [root](const std::string& path) { return read_untrusted(root / path, kMaxPlanFileBytes); }};
}

void tell(runtime::StepContext& context, std::string_view thought) {
  context.emit(tasks::agent_thought(kAgent, thought, context.clock().unix_ms()));
  context.log(fmt::format("{}\n", thought));
}

std::string in_numbers(const TestRun& run) {
  const auto counts = run.report.counts();
  return fmt::format("{} passed, {} failed, {} skipped in {:.1f} s", counts.passed, counts.failed + counts.errors, counts.skipped,
                     static_cast<double>(run.duration_ms) / 1000);
}

Scratch open_scratch(const fs::path& work_dir) {
  sandbox::sweep(work_dir);
  auto scratch = Scratch::open(work_dir);
  if (!scratch) throw std::system_error(std::make_error_code(std::errc::io_error), scratch.error().message);
  return std::move(*scratch);
}

}  // namespace

sandbox::Class sandbox_class(std::string_view name) {
  return name == "gvisor" ? sandbox::Class::gvisor : name == "none-i-understand" ? sandbox::Class::none : sandbox::Class::bwrap;
}

TestingHandler::TestingHandler(TestingOptions options) : options_(std::move(options)), scratch_(open_scratch(options_.git.work_dir)) {}

Result<void> TestingHandler::check_sandbox_policy() {
  if (options_.sandbox == sandbox::Class::none) return {};  // said loudly at every run
  std::call_once(surveyed_, [&] { layers_ = sandbox::survey(options_.sandbox); });
  return sandbox::check_policy(layers_, options_.require);
}

Result<runtime::StepResult> TestingHandler::run(const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY(const auto payload, tasks::tree_payload_from(step.payload));
  ARGOSY_TRY_VOID(check_sandbox_policy());
  ARGOSY_TRY(const auto change, read_change(step, context));
  auto git = options_.git;
  git.cancelled = [&] { return context.cancelled(); };
  ARGOSY_TRY(const auto repository, vcs::Repository::open(git, step.task.url));

  const RunOptions run_options{.sandbox = options_.sandbox,
                               .limits = options_.limits,
                               .test_paths = options_.test_paths,
                               .log = [&](std::string_view piece) { context.log(piece); },
                               .cancelled = [&] { return context.cancelled(); }};

  // The tree that the branch will hold, and how its tests are run.
  const TempDir changed("test", scratch_.path());
  ARGOSY_TRY(auto files, make_tree(*repository, payload.base_commit, change.patches, changed.path() / "workspace"));
  ARGOSY_TRY(const auto plan, make_plan(tree_of(std::move(files), changed.path() / "workspace"), step.task.test_command, change.files));
  tell(context, fmt::format("{}. Running: {}", plan.reason, plan.command));
  ARGOSY_TRY(const auto run, run_tests(plan, changed.path(), run_options));
  context.emit(
      tasks::command_executed(plan.command, run.exit_code,
                              text::ellipsize(run.tail.substr(run.tail.size() - std::min(run.tail.size(), kSnippetBytes)), kSnippetBytes)));
  tell(context, fmt::format("With the change: {}", in_numbers(run)));

  // Red: were those failures there before?
  std::optional<TestRun> base;
  if (!change.patches.empty() && needs_base_run(run) && !context.cancelled()) {
    const TempDir before("test-base", scratch_.path());
    tell(context, "Something fails: running the base commit too, to tell old failures from new ones");
    ARGOSY_TRY_VOID(make_tree(*repository, payload.base_commit, {}, before.path() / "workspace"));
    ARGOSY_TRY(base, run_tests(plan, before.path(), run_options));
    tell(context, fmt::format("Without the change: {}", in_numbers(*base)));
  }

  ARGOSY_TRY(const auto report,
             context.artifacts().put({step.ref, step.attempt, artifacts::Kind::report, "test-report.json"}, report_json(plan, run)));
  ARGOSY_TRY(auto output, judge(plan, run, base));
  output.report = report;
  return runtime::StepResult{.output = tasks::to_json_text(output)};
}

std::optional<std::string> TestingHandler::problem() {
  if (auto path = test_paths_problem(options_.test_paths)) return path;
  if (auto git = vcs::problem(options_.git)) return git;
  const std::scoped_lock lock(mutex_);
  const auto now = system_clock().boot_time();
  if (!probed_at_ || now - *probed_at_ >= kProbeEvery) {
    sandbox_problem_ = sandbox::Sandbox::probe(options_.sandbox);
    probed_at_ = now;
  }
  return sandbox_problem_;
}

}  // namespace argosy::testing
