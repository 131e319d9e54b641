// GET /api/v1/usage: what the models' calls of the caller's organisation cost, by task, user, model or day. Blocks, on the pool's threads.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response read_usage(Service& service, const Call& call);

}  // namespace argosy::ingest
