// What a task forbids its change to touch, checked by code outside any model: by planning where the files are known, by codegen and git on
// the real diff. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/tasks/payloads.h"

namespace argosy::tasks {

// What stands now: at submit, and what people have added since. They only tighten.
struct Constraints {
  std::vector<std::string> avoid_files{};  // globs
  std::optional<std::int64_t> max_files_changed{};
  friend bool operator==(const Constraints&, const Constraints&) = default;
};
Constraints constraints_of(const TaskContext& task);
// {"avoid_files":[...],"max_files_changed":3}; absent or null members are none. Error payload_invalid (B).
Result<Constraints> constraints_from(std::string_view json_text);

struct TouchedFile {
  std::string path;
  std::string old_path{};  // of a renamed file, which is one file and two paths
};

// Errors (B), details {"files":[...]}: avoid_files_violated, max_files_exceeded.
Result<void> check_constraints(const Constraints& constraints, const std::vector<TouchedFile>& touched);

}  // namespace argosy::tasks
