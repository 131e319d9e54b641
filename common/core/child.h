// A program that runs beside us until it is told to stop: the parts of `argosy up`, and the processes that crash tests kill. It leads a
// session of its own, so that a terminal's Ctrl-C reaches only us and a signal to it reaches its children too. For programs that end by
// themselves see subprocess.h. One thread at a time; start() on a thread that lives as long as the child (the kernel's parent-death
// signal belongs to the thread).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"

namespace argosy {

struct ChildOptions {
  std::vector<std::string> argv;             // argv[0] is a path, or is looked up in PATH
  std::map<std::string, std::string> env{};  // the whole environment: nothing is inherited
  std::filesystem::path cwd{};               // empty: ours
  std::filesystem::path output{};            // stdout and stderr are appended here; empty: /dev/null. Opened with our rights
  std::optional<uid_t> uid{}, gid{};         // whose rights it gets (we are root then); no other groups
  int death_signal = 0;                      // sent to it when we die, however we die; 0: SIGKILL
};

class Child {
 public:
  // Errors: program_not_found (B), spawn_failed (A).
  static Result<Child> start(const ChildOptions& options);
  ~Child();  // SIGKILL to the whole group if it still runs
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;

  pid_t pid() const { return pid_; }
  // Readable (poll) once it has ended. Lives as long as this.
  int pidfd() const { return pidfd_; }
  // To it alone, so that it can end what it started; does nothing once it has ended.
  void signal(int number);
  // To it and to everything it started.
  void signal_group(int number);
  // Its exit code (128 + signal when it was killed) once it has ended, at most after `timeout`.
  std::optional<int> wait(std::chrono::milliseconds timeout);
  bool running() { return !wait(std::chrono::milliseconds(0)); }

 private:
  Child() = default;
  void kill_and_reap();

  pid_t pid_ = -1;
  int pidfd_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace argosy
