// Runs a repository's own tests on the patched tree, in the sandbox, and on the base commit too when something fails. One object serves
// all slots of the process; thread-safe.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/runtime/handler.h"
#include "common/sandbox/sandbox.h"
#include "common/vcs/repository.h"

namespace argosy::testing {

struct TestingOptions {
  vcs::VcsOptions git;
  sandbox::Class sandbox = sandbox::Class::bwrap;
  sandbox::Limits limits{};  // of each run
  std::vector<std::string> test_paths{};
};

class TestingHandler final : public runtime::Handler {
 public:
  explicit TestingHandler(TestingOptions options) : options_(std::move(options)) {}

  // kind "test", TreePayload, inputs: ChangeOutputs in apply order. Gives a TestOutput.
  // Errors: those of vcs, plan.h, test_run.h and verdict.h.
  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  // Tries the sandbox (at most once a minute), git and the test paths.
  std::optional<std::string> problem() override;

 private:
  TestingOptions options_;
  std::mutex mutex_;  // guards what follows
  std::optional<std::string> sandbox_problem_;
  std::optional<std::chrono::nanoseconds> probed_at_;
};

}  // namespace argosy::testing
