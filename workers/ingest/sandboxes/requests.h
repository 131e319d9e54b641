// The bodies of POST /api/v1/sandboxes and POST .../exec, read strictly into values. Pure, any thread.
#pragma once

#include <string>

#include "common/core/json.h"
#include "common/tasks/testing/sandbox_calls.h"
#include "workers/ingest/edge/problems.h"

namespace argosy::ingest {

struct SandboxRequest {
  std::string repository_id, commit, kind;  // empty commit: the default branch's; empty kind: any but none
  tasks::SandboxLimits limits;
};
// Refusals: request_invalid.
Checked<SandboxRequest> read_sandbox_request(const json::Value& body);

// `limits`: of the sandbox. Refusals: request_invalid, stdin_too_large.
Checked<tasks::Exec> read_exec(const json::Value& body, const tasks::SandboxLimits& limits);

}  // namespace argosy::ingest
