// Fix rounds: what a test step that its gates stopped says to the step that mends, and what that one says to the next test. Values, any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::tasks {

class JsonReader;

// Rounds of a task that names no number, and neither does its repository. 0: a gate that does not hold ends the task.
inline constexpr std::int64_t kFixRounds = 5, kMaxFixRounds = 20;
// A gate that did not hold so often is asked a person about, whatever is left of the rounds.
inline constexpr std::int64_t kTriesOfAGate = 3;

// A required gate that did not hold: the error that it would end the task with.
struct FailedGate {
  std::string gate, code, text, hint, details;
  std::vector<std::string> failing{};  // tests, of the gate "tests"; bounded
  std::int64_t times = 1;              // in tests of this task, with this one
};

// A gate that a person lets pass as it was: with this error and these words, and of the gate "tests" with these failing tests.
struct AcceptedGate {
  std::string gate, text, by;
  std::vector<std::string> failing{};
  std::string code{};
};

struct GateTimes {
  std::string gate;
  std::int64_t times = 0;
};

// payload of kind "fix" (codegen). Its inputs are those of the test step, and that step; of one that goes on after a run also the run step.
struct FixPayload {
  std::string base_commit;
  std::int64_t round = 1, max_rounds = kFixRounds;
  std::int16_t test_step = 0;            // whose log tells more
  std::vector<FailedGate> gates;         // at least one
  std::string report;                    // artifact of the test step; empty: the tests were not reached, or not all
  std::vector<std::string> write_set{};  // globs: what the plan's nodes may touch; empty: there is no plan
  std::string state{};                   // as of AgentPayload: the saved loop of the agent that mends
  bool ran = false;                      // likewise
};
std::string to_json_text(const FixPayload&);
Result<FixPayload> fix_payload_from(std::string_view json_text);

// Members of other payloads.
json::Value to_json(const std::vector<FailedGate>& gates);
json::Value to_json(const std::vector<AcceptedGate>& gates);
json::Value to_json(const std::vector<GateTimes>& gates);
std::vector<FailedGate> read_failed_gates(JsonReader& in, std::string_view key);      // may be absent
std::vector<AcceptedGate> read_accepted_gates(JsonReader& in, std::string_view key);  // likewise
std::vector<GateTimes> read_gate_times(JsonReader& in, std::string_view key);         // likewise

// The times that each gate has failed, with these.
std::vector<GateTimes> counted(std::vector<GateTimes> before, std::vector<FailedGate>& now);

}  // namespace argosy::tasks
