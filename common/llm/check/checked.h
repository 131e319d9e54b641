// models.checked.json, beside models.yaml: what the newest check of each model found, for whoever chooses models. Written by `argosy models
// check`, and read by whoever wants to know; a model that is not in it was not checked. Blocking, any thread; of two that write at the same
// moment the later one counts.
#pragma once

#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/llm/check/report.h"

namespace argosy::llm {

inline constexpr std::size_t kMaxCheckedBytes = 4u << 20;

// "/etc/argosy/models.yaml": "/etc/argosy/models.checked.json"
std::string checked_path(const std::string& models_path);

// No file, or no path: nothing was checked. Errors (B): checks_unreadable.
Result<std::vector<CheckReport>> read_checked(const std::string& models_path);
// In the place of what the file had about this model; without what failed on the way to it, and nothing at all where that was all: after an
// outage the model would be passed over until somebody checks again. Errors (B): checks_unreadable, file_unwritable.
Result<void> write_checked(const std::string& models_path, const CheckReport& found);

}  // namespace argosy::llm
