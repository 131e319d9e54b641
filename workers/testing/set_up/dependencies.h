// The dependencies of one step's tree: which set-up fills which cache, and what the operator lets it have. Blocking, any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/project/repo_file/repo_file.h"
#include "common/runtime/handler.h"
#include "workers/testing/facilities.h"
#include "workers/testing/set_up/set_up.h"

namespace argosy::testing {

struct DependencyWish {
  const project::Component& component;
  const project::RepoFile& file;                             // of the base commit
  std::vector<std::string> changed_files;                    // of the change under test
  std::vector<std::string> patches;                          // its artifacts, for a key
  std::filesystem::path tree;                                // with the change
  std::function<Result<std::filesystem::path>()> base_tree;  // made when it is asked for
  RunOptions options;
  std::vector<std::string> also{};  // commands behind those of the component: then the cache is this change's own
};

// Says in the log and as a thought what it does. Errors: those of set_up(), of base_tree and of .argosy.yaml.
Result<SetUpDone> fetch_dependencies(const DependencyWish& wish, const Facilities& facilities, const runtime::Step& step,
                                     runtime::StepContext& context);

}  // namespace argosy::testing
