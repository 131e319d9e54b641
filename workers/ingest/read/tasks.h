// What clients ask about a task, and its end by hand. All block, on the pool's threads; every one is scoped by the caller's organisation.
#pragma once

#include "workers/ingest/edge/problems.h"
#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response list_tasks(Service& service, const Call& call);
http::Response get_task(Service& service, const Call& call);
http::Response cancel_task(Service& service, const Call& call);
http::Response list_events(Service& service, const Call& call);

// The {task_id} of the path. Refusal: task_not_found, for what is no id at all too.
Checked<TaskId> task_id_of(const Call& call);
Refusal task_not_found(const TaskId& id);

}  // namespace argosy::ingest
