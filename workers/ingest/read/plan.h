// GET /api/v1/tasks/{task_id}/plan: what a task in words was planned to be. Blocks, on the pool's threads; scoped by the caller's
// organisation.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

// {state, step, plan} with an ETag over the plan: `proposed` while people are asked about it, `accepted` once it is followed. Refusals:
// task_not_found, plan_not_found.
http::Response get_plan(Service& service, const Call& call);

}  // namespace argosy::ingest
