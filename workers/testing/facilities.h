// What all steps of a testing worker share, and what a repository may say about where it runs. Values; any thread.
#pragma once

#include <chrono>
#include <filesystem>

#include "common/project/repo_file/repo_file.h"
#include "workers/testing/runs/stage.h"
#include "workers/testing/set_up/secrets.h"
#include "workers/testing/set_up/set_up.h"

namespace argosy::testing {

struct Facilities {
  const RunOptions& run;  // without cache, log and cancelled
  std::chrono::milliseconds hard_timeout;
  std::filesystem::path scratch;
  DependencyCache* dependencies = nullptr;  // null: no set-up phase (ARGOSY_SETUP=off)
  Network* network = nullptr;
  bool hosts_of_repositories = false;  // whether setup.egress_allow of .argosy.yaml counts
  const SetUpSecrets* secrets = nullptr;
  const EgressWatch* egress = nullptr;  // null: nobody counts
};

// What the repository asks for, as far as it is less than what it may have.
sandbox::Limits narrowed(sandbox::Limits limits, const project::RepoLimits& asked);

// A repository may ask for more isolation than the worker's usual, never for less. Errors (B): sandbox_policy_unmet.
Result<sandbox::Class> class_for(const project::RepoFile& file, sandbox::Class usual);

}  // namespace argosy::testing
