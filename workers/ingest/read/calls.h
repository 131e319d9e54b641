// GET /api/v1/tasks/{id}/calls: what a task asked of models, why of these, and what came of it. Blocks, on the pool's threads.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response list_calls(Service& service, const Call& call);

}  // namespace argosy::ingest
