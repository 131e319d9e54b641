// The rows of the simulated database: what the moves in schemas/migrations decide by, and no more. Values, one thread.
#pragma once

#include <optional>
#include <vector>

#include "common/core/ids.h"
#include "common/tasks/queue.h"
#include "common/tasks/step_state.h"
#include "common/tasks/task_state.h"
#include "tests/simulation/base/random.h"

namespace argosy::simulation {

struct StepRow {
  StepRef ref;
  tasks::StepState state = tasks::StepState::blocked;
  tasks::Lane lane = tasks::Lane::normal;
  int deps_left = 0;
  std::vector<std::int16_t> depends_on{}, successors{};
  bool on_task_end = false;
  bool fails_always = false;
  std::optional<WorkerId> owner{};
  Uuid claim_id{};
  std::int64_t epoch = 0;
  std::int64_t accepted = -1;  // epoch of the last finish that was accepted
  std::int16_t attempts = 0, crashes = 0, handbacks = 0;
  int announces = 0;
  std::optional<Time> announced_at{}, due_at{}, claimed_at{}, deadline_at{};
  bool soft = false;  // its claim is not on disk yet
};

struct TaskRow {
  TaskId id;
  int org = 0;
  tasks::Lane lane = tasks::Lane::normal;
  tasks::TaskState state = tasks::TaskState::queued;
  int open_steps = 0, end_steps = 0;
  std::int64_t last_seq = 0;
  bool adds_steps = false;  // its first step's finish adds some
  std::vector<StepRow> steps{};
};

struct WorkerRow {
  WorkerId id;
  Time alive_until{}, renewed_at{}, lease{};
  bool rescued = false, swept = false;
  int slots = 0;
  std::vector<StepRef> held{};
};

// Task n of a run, and the process that is the n-th to be born.
inline Uuid numbered(std::uint8_t kind, int n) {
  Uuid id;
  id.bytes[0] = kind;
  id.bytes[14] = static_cast<std::uint8_t>(n >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(n & 255);
  return id;
}
inline std::size_t number_of(const Uuid& id) { return static_cast<std::size_t>(id.bytes[14]) * 256 + id.bytes[15]; }

}  // namespace argosy::simulation
