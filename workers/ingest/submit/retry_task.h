// POST /api/v1/tasks/{task_id}/retry: a task that has ended, once more as a new one.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

// Blocks for what is read beforehand; answers from the submitter's thread, after the commit.
void retry_task(Service& service, Call call, http::Respond respond);

}  // namespace argosy::ingest
