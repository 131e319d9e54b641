// Dead letters that get another life: those that the body names, or those that a filter finds, in bounded batches.
#include <algorithm>
#include <span>

#include "common/store/dead_letters.h"
#include "workers/ingest/dead/dead_letters.h"
#include "workers/ingest/dead/filter.h"
#include "workers/ingest/edge/body.h"

namespace argosy::ingest {
namespace {

constexpr std::int64_t kMostAtOnce = 1'000, kDefaultAtOnce = 100;  // dead letters of one request

struct Wanted {
  std::vector<StepRef> steps;
  std::optional<store::DeadFilter> filter;
  std::int64_t limit = kDefaultAtOnce;
};

void read_steps(tasks::JsonReader& in, Wanted& out) {
  const json::Array& steps = in.array("steps");
  if (steps.size() > static_cast<std::size_t>(kMostAtOnce)) in.fail("steps", "names more than " + std::to_string(kMostAtOnce));
  for (std::size_t i = 0; i < steps.size() && !in.problem(); ++i) {
    const auto* task = steps[i].is_object() ? steps[i].find("task_id") : nullptr;
    const auto id = task != nullptr && task->is_string() ? TaskId::parse(task->as_string()) : std::nullopt;
    const std::int64_t step = steps[i].is_object() ? steps[i].int_or("step", -1) : -1;
    if (!id || step < 0 || step > INT16_MAX)
      in.fail_item("steps", i, "must be {\"task_id\": the id of a task, \"step\": the number of its step}");
    else
      out.steps.push_back({*id, static_cast<std::int16_t>(step)});
  }
}

Checked<Wanted> read_wanted(const Service& service, const Call& call) {
  auto body = read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes));
  if (!body) return std::unexpected(std::move(body.error()));
  tasks::JsonReader in(*body);
  Wanted out;
  read_steps(in, out);
  if (const json::Value* filter = in.optional_object("filter")) {
    tasks::JsonReader inner(*filter, "/filter");
    out.filter = dead_filter_of(inner);
    inner.refuse_unknown();
    if (inner.problem()) return std::unexpected(refusal_of(*inner.problem()));
  }
  out.limit = in.optional_integer("limit").value_or(kDefaultAtOnce);
  in.refuse_unknown();
  if (!in.problem() && (out.limit < 1 || out.limit > kMostAtOnce)) in.fail("limit", "must be from 1 to " + std::to_string(kMostAtOnce));
  if (!in.problem() && out.filter.has_value() == !out.steps.empty()) in.fail("steps", "is needed, or \"filter\", but not both");
  if (in.problem()) return std::unexpected(refusal_of(*in.problem()));
  return out;
}

// What the filter finds now. A security matter comes back only when somebody names it.
Result<bool> find(Service& service, const Call& call, Wanted& wanted) {
  auto& filter = *wanted.filter;
  // What dies from now on is not looked at: a redrive that goes on page after page comes to an end even when all fails again.
  if (!filter.until) filter.until = service.clock.unix_ms();
  filter.with_security = filter.category == Category::security;
  filter.limit = static_cast<int>(wanted.limit) + 1;
  ARGOSY_TRY(auto found, store::list_dead(service.db, call.caller.org, filter));
  const bool more = found.size() > static_cast<std::size_t>(wanted.limit);
  if (more) found.resize(static_cast<std::size_t>(wanted.limit));
  for (const auto& letter : found) wanted.steps.push_back(letter.position.ref);
  return more;
}

}  // namespace

http::Response redrive_dead(Service& service, const Call& call) {
  INGEST_TRY(Wanted wanted, read_wanted(service, call));
  bool more = false;
  if (wanted.filter) {
    INGEST_TRY(more, find(service, call, wanted));
  }
  json::Array steps;
  for (std::span<const StepRef> rest(wanted.steps); !rest.empty();) {
    const auto batch = rest.first(std::min(rest.size(), store::kMaxRedrive));
    rest = rest.subspan(batch.size());
    INGEST_TRY(const auto redriven,
               store::redrive(service.db, Uuid::v4(), call.caller.org, call.caller.user, {batch.begin(), batch.end()}));
    service.tell(redriven.ready, redriven.events);
    for (const auto& ref : redriven.steps) steps.emplace_back(json::Object{{"task_id", ref.task.to_string()}, {"step", int{ref.ordinal}}});
  }
  const auto count = static_cast<std::int64_t>(steps.size());
  return http::json_response(200, json::Object{{"redriven", count},
                                               {"steps", std::move(steps)},
                                               {"more", more},
                                               {"until", wanted.filter ? json::Value(rfc3339(*wanted.filter->until)) : json::Value()}});
}

}  // namespace argosy::ingest
