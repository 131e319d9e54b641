// GET /api/v1/tasks/{id}/tests: what the tests of a task found, case by case. Blocks, on the pool's threads.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response list_tests(Service& service, const Call& call);

}  // namespace argosy::ingest
