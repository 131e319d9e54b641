// What a task in words was planned to be. Blocks, on the pool's threads; scoped by the caller's organisation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/store/queries.h"
#include "workers/ingest/service.h"

namespace argosy::ingest {

struct FoundPlan {
  std::int16_t step = 0;   // that plans
  std::string_view state;  // proposed, accepted
  json::Value plan;
  std::string etag;
};
// The plan that is followed, or else the one that people are asked about; nothing: there is none, or not yet.
Result<std::optional<FoundPlan>> find_plan(store::Database& db, const store::TaskView& task);

// GET /api/v1/tasks/{task_id}/plan: {state, step, plan} with an ETag over the plan. Refusals: task_not_found, plan_not_found.
http::Response get_plan(Service& service, const Call& call);

http::Response plan_response(const FoundPlan& found);

}  // namespace argosy::ingest
