// Runs a repository's own tests on the patched tree, in the sandbox, and on the base commit too when something fails. One object serves
// all slots of the process; thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/core/folders/scratch.h"
#include "common/runtime/handler.h"
#include "common/sandbox/layers.h"
#include "common/sandbox/sandbox.h"
#include "common/vcs/repository.h"
#include "workers/testing/set_up/secrets.h"
#include "workers/testing/set_up/set_up.h"

namespace argosy::config {
struct Settings;
}

namespace argosy::testing {

struct TestingOptions {
  vcs::VcsOptions git;
  sandbox::Class sandbox = sandbox::Class::bwrap;
  sandbox::Limits limits{};  // of each run
  std::vector<std::string> test_paths{};
  std::chrono::milliseconds hard_timeout = std::chrono::minutes(15);  // whatever .argosy.yaml says
  bool set_up = true;                                                 // whether dependencies are fetched before the tests
  std::size_t dependency_caches = 50;                                 // kept, those used last
  NetworkOptions network{};                                           // of set-ups
  bool hosts_of_repositories = false;                                 // whether setup.egress_allow of .argosy.yaml counts
  SetUpSecrets secrets{};
  std::function<void()> on_escape = [] {};  // counts attempts to get out of a sandbox
  std::function<void(const Result<sandbox::Finished>&)> on_run{};
  EgressWatch egress{};
  std::function<void(const Result<runtime::StepResult>&)> on_examined = [](const auto&) {};
  std::vector<std::string> require{};  // layers that the sandbox must have (sandbox/layers.h)
};

// Of ARGOSY_SANDBOX.
sandbox::Class sandbox_class(std::string_view name);
// Errors (B): those of the settings' own formats.
Result<TestingOptions> testing_options(const config::Settings& settings);

class TestingHandler final : public runtime::Handler {
 public:
  // Removes what dead testing workers left in the work folder and elsewhere. Throws std::system_error when the work folder cannot be
  // written.
  explicit TestingHandler(TestingOptions options);

  // kind "test", TreePayload, inputs: what changes, fixes and earlier tests hand on, in apply order. Gives a TestOutput; where gates stop a
  // change that may be mended, with a detour (fix_round.h).
  // Errors: those of vcs, plan.h, test_run.h and verdict.h.
  // kind "run", RunPayload: what an agent wants to be run (commands/run_step.h). Gives a RunOutput.
  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  // Tries the sandbox (at most once a minute), git and the test paths.
  std::optional<std::string> problem() override;

 private:
  // The layers that stand here, looked for until they are enough (at most once a minute). Errors: sandbox_policy_unmet (B).
  Result<void> check_sandbox_policy();

  TestingOptions options_;
  Scratch scratch_;  // below it lies every tree under test
  DependencyCache dependencies_;
  Network network_;
  std::mutex mutex_;  // guards what follows
  std::vector<sandbox::Layer> layers_;
  std::optional<std::chrono::nanoseconds> surveyed_at_;
  std::optional<std::string> sandbox_problem_;
  std::optional<std::chrono::nanoseconds> probed_at_;
};

}  // namespace argosy::testing
