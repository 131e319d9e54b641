// Runs a command that is not ours: no network, a read-only minimal system, its own pid namespace, limits that the kernel and a watcher
// keep, a wall-clock limit that kills the whole tree, bounded output (bubblewrap). Used by the testing worker; the command line probes it.
// Thread-safe; run() blocks.
//
// What holds a program in, by layer:
//   namespaces    user, mount, pid, net, ipc, uts, cgroup; further user namespaces are switched off inside
//   identity      as root: a user of its own on the host, which owns nothing but the workspace; else the worker's user. No capabilities,
//                 no_new_privs, uid 1000 inside
//   files         /usr, its links and chosen /etc files, read-only; /workspace and /tmp on the workspace's disk; /dev/shm 64 MiB
//   processes     RLIMIT_NPROC (counted per sandbox), RLIMIT_NOFILE, RLIMIT_FSIZE, no core files
//   memory        a look at all processes every ~100 ms; above the limit the tree is killed. RLIMIT_AS would break Java, Go and Node,
//                 which reserve far more than they use. Between two looks a program may pass the limit by what it can touch in that
//                 time; oom_score_adj 1000 makes the kernel take it first should the host run short
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
#include "common/core/subprocess.h"

namespace argosy::sandbox {

enum class Class { bwrap, none };

struct Limits {
  std::chrono::milliseconds wall{600'000};
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  std::int64_t file_bytes = std::int64_t{1} << 30;
  int processes = 512;  // threads count
  int open_files = 1024;
  std::size_t output_bytes = 4 << 20;  // per stream; what comes after is dropped
};

struct Job {
  std::vector<std::string> argv{};
  std::filesystem::path workspace{};                                      // writable, the working directory; as root it changes its owner
  std::vector<std::filesystem::path> read_only{};                         // bound at the same path
  std::map<std::filesystem::path, std::filesystem::path> read_only_at{};  // path inside -> path on the host
  std::vector<std::filesystem::path> writable{};                          // bound at the same path, owner as the workspace's: for reports
  std::map<std::string, std::string> env{};                               // on top of PATH, HOME, LANG, USER; nothing of ours passes
  Limits limits{};
  std::function<void(std::string_view)> on_output{};  // both streams, as they come, at most output_bytes in all
  std::function<bool()> cancelled{};
};

struct Finished : Completed {
  bool out_of_memory = false;  // killed because its processes together used more than memory_bytes
};

class Sandbox {
 public:
  // Really tries it: nothing when this class works here, else what is missing and what to do.
  static std::optional<std::string> probe(Class kind);
  explicit Sandbox(Class kind) : kind_(kind) {}
  // A command that ran is a success, whatever its exit code (126 and 127: it could not be started). When this returns, no process of it
  // is left. Errors: sandbox_unavailable (A), sandbox_path_refused (B).
  Result<Finished> run(const Job& job) const;
  // Where the command sees its workspace: /workspace, or with class none where it is.
  std::filesystem::path workspace_inside(const Job& job) const;
  Class kind() const { return kind_; }

 private:
  Class kind_;
};

}  // namespace argosy::sandbox
