// Runs a command that is not ours, or says why it cannot be run safely: nothing here is ever weaker than what it reports (layers.h). Used
// by the testing worker and its sandbox API; the command line probes it. Thread-safe; run() blocks.
//
// What holds a program in with class bwrap, by layer:
//   namespaces    user, mount, pid, net, ipc, uts, cgroup (bubblewrap; as root user and net are ours); further ones are refused inside
//   identity      as root: a user of its own on the host, which owns nothing but the workspace; else the worker's user. uid 1000 inside,
//                 no capabilities, no_new_privs
//   files         /usr, its links and chosen /etc files, read-only; /workspace and /tmp on the workspace's disk; /dev/shm 64 MiB
//   landlock      the same once more, for the case that the mounts ever show more
//   seccomp       no ptrace, mounts, namespaces, bpf, io_uring, keys, raw sockets, ... (filter/refusals.cc gives all, with reasons)
//   network       a loopback of its own; with Job::egress one port of it leads to a proxy outside
//   memory, pids, cpu, io   a control group where this process may make one, else rlimits and a watcher that looks every ~100 ms:
//                 RLIMIT_AS would break Java, Go and Node, which reserve far more than they use
//   disk          a watcher (limits/disk_watch.h), which sees deleted files too, and RLIMIT_FSIZE
//   time, output  SIGTERM to every process when the time is up, SIGKILL to all after the grace; output above its bound is dropped
// Class gvisor puts a kernel of its own (runsc) between the program and the host instead of seccomp and Landlock.
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

enum class Class { bwrap, gvisor, none };
std::string_view to_string(Class kind);

// Where the egress proxy is found inside: on this port of the sandbox's own loopback.
inline constexpr std::uint16_t kEgressPort = 3128;

struct Limits {
  std::chrono::milliseconds wall{600'000};
  std::chrono::milliseconds grace{2'000};  // from SIGTERM to SIGKILL
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  double cpus = 2;                                             // in control groups only
  std::int64_t io_bytes_per_second = std::int64_t{512} << 20;  // reading and writing each; in control groups only
  std::int64_t disk_bytes = std::int64_t{10} << 30;            // of all that it may write to, together
  std::int64_t files = 1'000'000;                              // likewise
  std::int64_t file_bytes = std::int64_t{1} << 30;             // of one file
  int processes = 512;                                         // threads count
  int open_files = 1024;
  std::size_t output_bytes = 4 << 20;  // per stream; what comes after is dropped
};

#if ARGOSY_FAILPOINTS
// For tests that prove a layer alone: switches off those that would stop the same attempt. No shipped build has it.
struct Without {
  bool seccomp = false, landlock = false, cgroups = false, watchers = false, rlimits = false;
  std::map<std::filesystem::path, std::filesystem::path>
      shown{};  // as Job::read_only_at, as if a mount had slipped: Landlock does not know
};
#endif

struct Job {
  std::vector<std::string> argv{};
  std::filesystem::path workspace{};                                      // writable, the working directory; as root it changes its owner
  std::vector<std::filesystem::path> read_only{};                         // bound at the same path
  std::map<std::filesystem::path, std::filesystem::path> read_only_at{};  // path inside -> path on the host
  std::vector<std::filesystem::path> writable{};                          // bound at the same path, owner as the workspace's: for reports
  std::map<std::filesystem::path, std::filesystem::path> writable_at{};   // path inside -> path on the host, likewise: for caches
  std::map<std::string, std::string> env{};                               // on top of PATH, HOME, LANG, USER; nothing of ours passes
  std::string input{};                                                    // standard input, then end of file
  Limits limits{};
  // Opens the way to the egress proxy: gets a listening socket of the sandbox's own loopback, port kEgressPort, and owns it. Class bwrap
  // only.
  std::function<void(int listener)> egress{};
  std::function<void(std::string_view)> on_output{};  // both streams, as they come, at most output_bytes in all
  std::function<bool()> cancelled{};
#if ARGOSY_FAILPOINTS
  Without without{};
#endif
};

struct Finished : Completed {
  bool out_of_memory = false;  // killed because its processes together used more than memory_bytes
  bool out_of_disk = false;    // killed because it wrote more than disk_bytes or files
  // Killed because something in it made a system call of another architecture, which no honest build does: the way past a filter of calls
  // by their numbers. Class bwrap only.
  bool forbidden_call = false;
};

class Sandbox {
 public:
  // Really tries it: nothing when this class works here, else what is missing and what to do.
  static std::optional<std::string> probe(Class kind);
  explicit Sandbox(Class kind) : kind_(kind) {}
  // A command that ran is a success, whatever its exit code (126 and 127: it could not be started). When this returns, no process of it
  // is left. Errors: sandbox_unavailable (A), sandbox_path_refused and
  // sandbox_command_refused (B).
  Result<Finished> run(const Job& job) const;
  // Where the command sees its workspace: /workspace, or with class none where it is.
  std::filesystem::path workspace_inside(const Job& job) const;
  Class kind() const { return kind_; }

 private:
  Result<Finished> run_fenced(const Job& job) const;

  Class kind_;
};

}  // namespace argosy::sandbox
