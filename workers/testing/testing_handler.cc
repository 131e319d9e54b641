#include "workers/testing/testing_handler.h"

#include <fmt/format.h>

#include <system_error>

#include "common/core/clock.h"
#include "workers/testing/commands/run_step.h"
#include "workers/testing/examination.h"
#include "workers/testing/runs/test_paths.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kTriesBeforeStatic = 3;            // attempts that the sandbox may break, before a person is asked
constexpr std::chrono::seconds kProbeEvery{60};  // the sandbox; readiness is asked every few seconds

Scratch open_scratch(const fs::path& work_dir) {
  std::error_code error;
  fs::create_directories(work_dir, error);  // the first start on this machine; what is wrong with it Scratch says
  sandbox::sweep(work_dir);
  auto scratch = Scratch::open(work_dir);
  if (!scratch) throw std::system_error(std::make_error_code(std::errc::io_error), scratch.error().message);
  return std::move(*scratch);
}

}  // namespace

TestingHandler::TestingHandler(TestingOptions options)
    : options_(std::move(options)),
      scratch_(open_scratch(options_.git.work_dir)),
      dependencies_(options_.git.work_dir / "dependencies", options_.dependency_caches),
      network_(options_.network) {}

Result<void> TestingHandler::check_sandbox_policy() {
  if (options_.sandbox == sandbox::Class::none) return {};  // said loudly at every run
  const std::scoped_lock lock(mutex_);
  auto met = sandbox::check_policy(layers_, options_.require);
  const auto now = system_clock().boot_time();
  if (met || (surveyed_at_ && now - *surveyed_at_ < kProbeEvery)) return met;
  layers_ = sandbox::survey(options_.sandbox);
  surveyed_at_ = now;
  return sandbox::check_policy(layers_, options_.require);
}

Result<runtime::StepResult> TestingHandler::run(const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY_VOID(check_sandbox_policy());
  const bool is_run = step.kind == "run";
  Change change;
  if (!is_run) {
    ARGOSY_TRY(change, read_change(step, context));
  }
  auto git = options_.git;
  git.cancelled = [&] { return context.cancelled(); };
  ARGOSY_TRY(const auto repository, vcs::Repository::open(git, step.task.url));

  const RunOptions run{.sandbox = options_.sandbox, .limits = options_.limits, .test_paths = options_.test_paths, .ran = options_.on_run};
  const Facilities facilities{.run = run,
                              .hard_timeout = options_.hard_timeout,
                              .scratch = scratch_.path(),
                              .dependencies = options_.set_up ? &dependencies_ : nullptr,
                              .network = &network_,
                              .hosts_of_repositories = options_.hosts_of_repositories,
                              .secrets = &options_.secrets,
                              .egress = &options_.egress};
  auto done =
      is_run ? RunStep(facilities, *repository, step, context).run() : Examination(facilities, *repository, step, context, change).run();
  if (!done && done.error().code == kEscapeAttempt) options_.on_escape();
  if (is_run) return done;
  options_.on_examined(done);
  if (done || done.error().code != "sandbox_unavailable" || step.attempt < kTriesBeforeStatic || context.cancelled()) return done;
  return Examination(facilities, *repository, step, context, change).run_static_only(done.error());
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
