// Runs a command that is not ours: no network, read-only minimal system, its own pid namespace, rlimits, a wall-clock limit that kills the
// whole tree, bounded output (bubblewrap). Used by the testing worker only. Thread-safe; run() blocks.
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
  int processes = 512;
  int open_files = 1024;
  std::size_t output_bytes = 4 << 20;
};

struct Job {
  std::vector<std::string> argv;
  std::filesystem::path workspace;  // writable, appears as /workspace and is the working directory
  std::vector<std::filesystem::path> read_only;  // bound at the same path
  std::map<std::string, std::string> env;        // on top of PATH, HOME=/tmp/home, LANG; nothing of ours passes
  Limits limits;
  std::function<void(std::string_view)> on_output;  // both streams, as they come
  std::function<bool()> cancelled;
};

class Sandbox {
 public:
  // Really tries it: nothing when this class works here, else what is missing and what to do.
  static std::optional<std::string> probe(Class kind);
  explicit Sandbox(Class kind) : kind_(kind) {}
  // A command that ran is a success, whatever its exit code. Errors: sandbox_unavailable (A).
  Result<Completed> run(const Job& job) const;

 private:
  Class kind_;
};

}  // namespace argosy::sandbox
