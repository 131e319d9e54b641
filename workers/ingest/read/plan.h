// What a task in words was planned to be. Blocks, on the pool's threads; scoped by the caller's organisation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/store/queries.h"
#include "workers/ingest/service.h"

namespace argosy::ingest {

inline constexpr std::string_view kProposedPlan = "proposed", kAcceptedPlan = "accepted";

struct FoundPlan {
  std::int16_t step = 0;   // that plans
  std::string_view state;  // of the two above
  json::Value plan;
  std::string etag;
};
// The plan that is followed, or else the one that people are asked about; nothing: there is none, or not yet.
Result<std::optional<FoundPlan>> find_plan(store::Database& db, const store::TaskView& task);

// GET /api/v1/tasks/{task_id}/plan: {state, step, plan} with an ETag over the plan. Refusals: task_not_found, plan_not_found.
http::Response get_plan(Service& service, const Call& call);

// Of a plan as GET shows it.
std::string etag_of(const json::Value& plan);
// In which people are asked about the plan of that step; null: they are not.
const store::CheckpointView* open_question(const store::TaskView& task, std::int16_t step);

}  // namespace argosy::ingest
