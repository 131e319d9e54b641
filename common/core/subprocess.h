// Runs a program without a shell, with bounded time and bounded output. Used by vcs (git), sandbox (bwrap) and the command line.
// Blocking, any thread; every child is in a process group of its own that is killed as a whole.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy {

struct Command {
  std::vector<std::string> argv;             // argv[0] is looked up in PATH
  std::map<std::string, std::string> env{};  // the whole environment of the child: nothing is inherited
  std::filesystem::path cwd{};               // empty: ours
  std::string input{};                       // standard input, then end of file
  std::chrono::milliseconds timeout{std::chrono::minutes(10)};
  std::size_t max_output = 16u << 20;  // per stream; what comes after is read and dropped
  // Called on the calling thread with each piece of output as it arrives (stdout and stderr), before the bound is applied.
  std::function<void(std::string_view piece, bool is_stderr)> on_output{};
  // Asked about every 100 ms; true kills the child.
  std::function<bool()> cancelled{};
  // Called once when the time is up or `cancelled` was true: asks the child to end by itself, for which it gets `grace`.
  std::function<void()> ask_to_end{};
  std::chrono::milliseconds grace{0};
  // Control groups that the child enters before its exec: descriptors of their cgroup.procs or tasks.
  std::vector<int> cgroups{};
  int network = -1;             // a network namespace that it enters too
  std::vector<int> keep_fds{};  // descriptors that the child inherits under the same number; all others are closed
};

struct Completed {
  int exit_code = 0;  // 128 + signal when killed
  std::string out, err;
  bool out_truncated = false, err_truncated = false, timed_out = false, cancelled = false;
  std::chrono::milliseconds duration{};
};

// Errors: program_not_found (B), spawn_failed (A). A child that ran is never an error here, whatever its exit code.
Result<Completed> run(const Command& command);

// PATH, HOME, LANG and TMPDIR of this process and nothing else: a start for Command::env.
std::map<std::string, std::string> minimal_env();

}  // namespace argosy
