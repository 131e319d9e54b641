// Tasks as the API shows them. Pure, any thread.
#pragma once

#include "common/config/settings.h"
#include "common/core/json.h"
#include "common/store/queries.h"
#include "common/tasks/constraints.h"

namespace argosy::ingest {

json::Value task_summary(const store::TaskView& task);
// With its steps, its result and its request.
json::Value task_json(const store::TaskView& task, const config::Settings& settings);

json::Value constraints_json(const tasks::Constraints& constraints);

// Null for 0, "not yet".
json::Value time_or_null(UnixMillis at);
json::Value error_or_null(const std::optional<Error>& error);
// Attempts that are over.
json::Array history_json(const std::vector<store::AttemptView>& history);

}  // namespace argosy::ingest
