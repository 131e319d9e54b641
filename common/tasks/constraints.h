// What a task forbids its change to touch, checked by code outside any model: by planning where the files are known, by codegen and git on
// the real diff. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/tasks/payloads.h"

namespace argosy::tasks {

struct TouchedFile {
  std::string path;
  std::string old_path{};  // of a renamed file, which is one file and two paths
};

// Errors (B), details {"files":[...]}: avoid_files_violated, max_files_exceeded.
Result<void> check_constraints(const TaskContext& task, const std::vector<TouchedFile>& touched);

}  // namespace argosy::tasks
