// The sandboxes that a testing worker keeps for clients: each a folder with the files of a commit, in which commands are run one after the
// other, each in a sandbox::Sandbox of its own. What a command leaves behind is its files; no process outlives it. Thread-safe; make and
// exec block for as long as their work takes.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/core/clock.h"
#include "common/core/folders/scratch.h"
#include "common/runtime/step/log/log_pump.h"
#include "common/tasks/events.h"
#include "common/tasks/testing/sandbox_calls.h"
#include "workers/testing/testing_handler.h"

namespace argosy::testing {

struct BoxesOptions {
  TestingOptions testing;  // class, limits and needs as for tests
  std::chrono::milliseconds idle{900'000};
  std::size_t room = 16;
  std::size_t max_log_bytes = 8u << 20;  // of one command
};

class Boxes {
 public:
  // What a command prints, for those who watch: its sandbox stands in the task's place, the number of the command in the attempt's.
  using Publish = std::function<void(const tasks::LogChunk&)>;
  // Keeps its folders below `scratch`. `clock` must outlive it.
  Boxes(BoxesOptions options, Scratch scratch, const Clock& clock, Publish publish);
  ~Boxes();

  // Errors: sandbox_stopping, sandbox_no_room (A), sandbox_limit_refused, sandbox_policy_unmet (B), and those of vcs.
  Result<tasks::MadeSandbox> make(const tasks::MakeSandbox& wish);
  // Errors: sandbox_gone, sandbox_busy, sandbox_command_refused (B), sandbox_stopping, sandbox_unavailable (A).
  Result<tasks::Executed> exec(const SandboxId& id, const tasks::Exec& command);
  // Ends what runs in it. What is not there is gone already.
  void remove(const SandboxId& id);

  // Removes those in which nothing has run for too long.
  void remove_idle();
  // From now on everything is refused; what runs is ended, all are removed.
  void stop();

  struct Census {
    std::vector<SandboxId> held;                          // also those that are being made
    std::vector<std::pair<SandboxId, std::string>> gone;  // removed here since the last told(), with reasons
  };
  Census census() const;
  // Others know of these now.
  void told(const std::vector<std::pair<SandboxId, std::string>>& gone);

 private:
  struct Box;
  using BoxPtr = std::shared_ptr<Box>;

  Result<BoxPtr> reserve(const tasks::MakeSandbox& wish);
  Result<std::string> fill(const tasks::MakeSandbox& wish, Box& box);
  Result<BoxPtr> take(const SandboxId& id);
  void give_back(const BoxPtr& box);
  void drop(const SandboxId& id, const std::string& reason);
  Result<tasks::Executed> run(Box& box, const tasks::Exec& command);
  Result<sandbox::Limits> lowered(const tasks::SandboxLimits& asked) const;
  tasks::SandboxLimits told_limits(const sandbox::Limits& limits) const;
  Result<void> check_policy();

  const BoxesOptions options_;
  const Scratch scratch_;
  const Clock& clock_;
  const Publish publish_;
  std::once_flag surveyed_;
  std::vector<sandbox::Layer> layers_;
  mutable std::mutex mutex_;  // guards what follows, and what of a Box says so
  std::map<SandboxId, BoxPtr> boxes_;
  std::vector<std::pair<SandboxId, std::string>> gone_;
  std::atomic<bool> stopping_ = false;
  runtime::LogPump pump_;
};

}  // namespace argosy::testing
