// The journal of models' calls over Postgres: a row of the task for each call, its texts as artifacts. For whoever calls models; the layer
// that writes it is llm::JournalingModel. Thread-safe; blocks.
#pragma once

#include <memory>

#include "common/config/settings.h"
#include "common/llm/journal/journal.h"
#include "common/store/database.h"

namespace argosy::runtime {

// Texts stop being kept, and rows do not, when a task's artifacts pass half of ARGOSY_MAX_TASK_ARTIFACT_BYTES: patches and reports need the
// rest.
std::unique_ptr<llm::Journal> model_journal(std::shared_ptr<store::Database> db, const config::Settings& settings);

}  // namespace argosy::runtime
