// What ingest asks of the testing worker that keeps a sandbox, and what it is answered, as JSON over HTTP (ARCHITECTURE, "Sandboxes for
// clients"). Both sides read and write it here. Pure, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/core/json.h"
#include "common/tasks/json_reader.h"

namespace argosy::tasks {

// Bounds of a command; schemas/openapi.yaml tells clients of them.
inline constexpr std::size_t kMaxExecWord = (128u << 10) - 1;  // bytes; the kernel takes no longer one
inline constexpr std::size_t kMaxExecWords = 4'096;
inline constexpr std::size_t kMaxExecInput = 512u << 10;  // bytes of standard input
inline constexpr std::size_t kMaxExecOutput = 1u << 20;   // bytes of each stream that are answered
inline constexpr std::chrono::hours kMaxExecWall{1};      // whatever a worker is configured to
inline constexpr std::chrono::seconds kExecSlack{30};     // from the end of its time to the answer

// 0 where nothing is said: then as the worker is configured.
struct SandboxLimits {
  std::int64_t memory_bytes = 0, cpus = 0, processes = 0, disk_bytes = 0, wall_s = 0;
  friend bool operator==(const SandboxLimits&, const SandboxLimits&) = default;
};
// Those that `in` names; at least 1 each.
SandboxLimits read_sandbox_limits(JsonReader& in);
json::Value to_json(const SandboxLimits& limits);
// As a row keeps them. What cannot be read is 0.
SandboxLimits sandbox_limits_from(std::string_view json_text);

struct MakeSandbox {
  SandboxId id;
  std::string url, branch, commit;  // no commit: the branch's; no branch either: the remote's HEAD
  SandboxLimits limits;
};
struct MadeSandbox {
  std::string commit;
  SandboxLimits limits;  // as they hold
};
struct Exec {
  std::vector<std::string> argv;
  std::chrono::seconds timeout{};
  std::string input{};
};
struct Executed {
  int exit_code = 0;
  int signal = 0;            // that ended it; 0: none
  std::string out{}, err{};  // valid UTF-8 without NUL
  bool out_truncated = false, err_truncated = false, timed_out = false, out_of_memory = false, out_of_disk = false;
  bool stopped = false;  // its worker was told to stop
  std::int64_t duration_ms = 0;
};

json::Value to_json(const MakeSandbox& make);
json::Value to_json(const MadeSandbox& made);
json::Value to_json(const Exec& exec);
json::Value to_json(const Executed& done);  // as clients get it
// Errors (B): call_malformed, and those of json::parse.
Result<MakeSandbox> make_sandbox_from(std::string_view json_text);
Result<MadeSandbox> made_sandbox_from(std::string_view json_text);
Result<Exec> exec_from(std::string_view json_text);

}  // namespace argosy::tasks
