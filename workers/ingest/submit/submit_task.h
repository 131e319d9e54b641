// POST /api/v1/tasks.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

// Blocks for what is read beforehand; answers from the submitter's thread, after the commit.
void submit_task(Service& service, Call call, http::Respond respond);

}  // namespace argosy::ingest
