// The bodies of the operations by which people steer a task, read strictly into values. Pure, any thread.
#pragma once

#include "common/core/json.h"
#include "common/tasks/checkpoint.h"
#include "common/tasks/constraints.h"
#include "workers/ingest/edge/problems.h"

namespace argosy::ingest {

inline constexpr std::size_t kMaxAnswer = 64 << 10;  // bytes of a person's text

// Verdict and text; `step` and `name` stand in the path. Refusal: request_invalid.
Checked<tasks::Answer> read_answer(const json::Value& body);

// At least one of the two. Refusal: request_invalid.
Checked<tasks::Constraints> read_more_constraints(const json::Value& body);

// The step that stays. Refusal: request_invalid.
Checked<std::int16_t> read_rollback(const json::Value& body);

}  // namespace argosy::ingest
