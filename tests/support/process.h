// One real process of the product under a test's hand: started with the environment that the test chooses, watched through its log and
// its health, killed, stopped or frozen. What cannot be started throws std::runtime_error, which fails the test with its reason. One
// thread.
#pragma once

#include <signal.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/core/child.h"
#include "tests/support/eventually.h"

namespace argosy::test {

using Environment = std::map<std::string, std::string>;

// PATH, HOME and the like, and what coverage and sanitizers need; nothing of ARGOSY_*.
Environment clean_environment();

struct ProcessOptions {
  std::string program;  // "argosy-testing": of this build; or a path
  std::vector<std::string> arguments{};
  Environment environment{};  // on top of clean_environment()
  std::filesystem::path log{};
  std::uint16_t health_port = 0;  // where it answers /readyz
};

class Process {
 public:
  explicit Process(ProcessOptions options);  // starts it
  Process(Process&&) = default;

  // Until /readyz answers 200. Throws with the end of the log when it died or took longer than `timeout`.
  void wait_ready(std::chrono::milliseconds timeout = testing::kPatience);
  // Until its log holds `text`; false when it ended without, or after `timeout`.
  bool wait_log(const std::string& text, std::chrono::milliseconds timeout = testing::kPatience);

  void kill9();  // SIGKILL to it and its children, and waits for the end
  void freeze() { child_.signal_group(SIGSTOP); }
  void thaw() { child_.signal_group(SIGCONT); }
  // SIGTERM; its exit code once it has ended by itself. Throws after `timeout`.
  int terminate(std::chrono::milliseconds timeout = testing::kPatience);
  // Its exit code; throws after `timeout`.
  int wait_exit(std::chrono::milliseconds timeout = testing::kPatience);
  bool running() { return child_.running(); }
  pid_t pid() const { return child_.pid(); }
  std::string log() const;  // what it has written; a file that earlier processes wrote to is read from where they ended
  // The sum of a metric over its labels, or over those of its series that carry `label` (`result="sent"`); nothing while it does not
  // answer.
  std::optional<double> metric(const std::string& name, const std::string& label = "") const;

 private:
  std::string tail() const;

  ProcessOptions options_;
  std::size_t log_begins_;
  Child child_;
};

}  // namespace argosy::test
