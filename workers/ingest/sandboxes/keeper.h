// Calls to the testing worker that keeps a sandbox, and what its refusals are to our clients. Blocking, on the patient pool's threads.
#pragma once

#include <chrono>
#include <string>

#include "common/store/sandboxes.h"
#include "workers/ingest/edge/problems.h"
#include "workers/ingest/service.h"

namespace argosy::ingest {

struct KeeperCall {
  std::string method, path;
  json::Value body{};
  std::chrono::milliseconds timeout{};
};
// Its answer's body. Refusals: sandbox_unavailable when it does not answer, sandbox_gone when it has no such sandbox, sandbox_not_made for
// what has no type of its own.
Checked<std::string> ask_keeper(const Service& service, const store::SandboxKeeper& keeper, const KeeperCall& call);

}  // namespace argosy::ingest
