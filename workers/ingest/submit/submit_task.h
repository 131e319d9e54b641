// POST /api/v1/tasks, and what every way to a new task shares.
#pragma once

#include "workers/ingest/service.h"
#include "workers/ingest/submit/new_task.h"

namespace argosy::ingest {

// Blocks for what is read beforehand; answers from the submitter's thread, after the commit.
void submit_task(Service& service, Call call, http::Respond respond);
// The same on a server's thread, for what needs nothing from the database first: most submits. False: nothing was done, submit_task it is.
// Under load this saves each request two thread switches.
bool submit_at_once(Service& service, const Call& call, const http::Respond& respond);

RequestLimits request_limits(const config::Settings& settings);
// Everything that is decided before the database is asked to store the task. Refusal: repository_unknown.
Checked<Submission> prepare(Service& service, const Call& call, TaskRequest request, std::string canonical_body,
                            std::string idempotency_key);
void store_task(Service& service, const Call& call, const Submission& submission, const http::Respond& reply);

}  // namespace argosy::ingest
