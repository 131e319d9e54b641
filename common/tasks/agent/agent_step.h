// What the steps of agents say to each other. An agent that wants something run adds a "run" step (testing) and another "agent" step
// (codegen), which goes on where it stopped, and finishes: it never waits in a slot for a program. Values, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/tasks/agent/plan.h"
#include "common/tasks/testing/fix_round.h"

namespace argosy::tasks {

// payload of kind "agent" (codegen): one node of the plan, or what mends what gates have stopped. Its inputs are the changes that it builds
// on, and of one that goes on also the run step. Its output is a ChangeOutput.
struct AgentPayload {
  std::string base_commit;
  PlanNode node;
  std::vector<Criterion> criteria;  // those that the node covers
  std::vector<std::string> follow{};
  std::string state{};  // artifact: the saved loop that this step goes on with; empty: it begins
  bool ran = false;     // it waited for a run step: the last of its inputs, whose ordinal nobody knew when this was written
};

enum class RunKind : std::uint8_t { command, tests, linter, install };
std::string_view to_string(RunKind kind);

// Longest output that is kept of one run, head and tail; the log of the step has all.
inline constexpr std::size_t kMaxRunOutput = 16'000;
inline constexpr std::size_t kMaxRuns = 8;  // of one step

struct Run {
  std::string call;  // the model's name for the call
  RunKind kind = RunKind::command;
  std::string command;  // a shell's line; of tests what selects some, may be empty; of install the package
  std::optional<std::chrono::milliseconds> time_limit{};
};

// payload of kind "run" (testing): the tree is the base commit, the inputs' patches, then `patch`. One after the other, in one sandbox.
struct RunPayload {
  std::string base_commit;
  std::string patch{};  // artifact: what the agent has changed so far; empty: nothing
  std::vector<Run> runs;
};

struct RunResult {
  std::string call;
  int exit_code = 0;    // -1: it could not be run, or was ended; `error` says why
  std::string output;   // redacted, head and tail
  std::string error{};  // "timed out after 60 s"
  std::int64_t duration_ms = 0;
};

// Read as a ChangeOutput it is one without a patch: what runs change in the tree is thrown away.
struct RunOutput {
  std::vector<RunResult> results;
};

std::string to_json_text(const AgentPayload&);
std::string to_json_text(const RunPayload&);
std::string to_json_text(const RunOutput&);
Result<AgentPayload> agent_payload_from(std::string_view json_text);
Result<RunPayload> run_payload_from(std::string_view json_text);
Result<RunOutput> run_output_from(std::string_view json_text);

}  // namespace argosy::tasks
