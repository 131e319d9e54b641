#include "workers/ingest/read/logs.h"

#include <algorithm>
#include <limits>

#include "common/store/blobs.h"
#include "common/store/queries.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/read/log_piece.h"
#include "workers/ingest/read/tasks.h"
#include "workers/ingest/submit/new_task.h"

namespace argosy::ingest {
namespace {

constexpr std::int64_t kMaxSmall = std::numeric_limits<std::int16_t>::max();

json::Array log_list(const std::vector<store::BlobLink>& links, const std::string& task_url) {
  json::Array out;
  for (const auto& link : links) {
    const std::string where = "/logs?step=" + std::to_string(link.step) + "&attempt=" + std::to_string(link.attempt);
    out.emplace_back(json::Object{
        {"step", int{link.step}}, {"attempt", int{link.attempt}}, {"size", link.size}, {"sha256", link.sha256}, {"url", task_url + where}});
  }
  return out;
}

// Whether the attempt is over, so that a log which is not there will never come.
bool is_over(const store::StepView& step, std::int64_t attempt) {
  return tasks::is_final(step.state) || std::ranges::any_of(step.history, [&](const auto& past) { return past.attempt == attempt; });
}

}  // namespace

http::Response read_logs(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  QueryReader query(call.request);
  const auto step = query.integer("step", 0, kMaxSmall);
  const auto asked_attempt = query.integer("attempt", 1, kMaxSmall);
  const auto offset = query.integer("offset", 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
  if (query.refusal()) return respond(*query.refusal());
  INGEST_TRY(const auto task, store::get_task(service.db, call.caller.org, id));
  if (!task) return respond(task_not_found(id));
  INGEST_TRY(auto links, store::list_blobs(service.db, id));
  std::erase_if(links, [](const auto& link) { return link.kind != "log"; });
  std::ranges::sort(links, {}, [](const auto& link) { return std::pair(link.step, link.attempt); });
  if (!step) return http::json_response(200, json::Object{{"logs", log_list(links, task_url(service.settings, id))}});

  const auto at = std::ranges::find(task->steps, *step, &store::StepView::ordinal);
  const Refusal missing{.type = "log_not_found", .detail = "The task has no such step or attempt."};
  if (at == task->steps.end()) return respond(missing);
  const std::int64_t attempt = asked_attempt.value_or(at->attempts);
  if (attempt > at->attempts) return respond(missing);

  const auto link = std::ranges::find_if(links, [&](const auto& l) { return l.step == *step && l.attempt == attempt; });
  json::Object out{{"step", *step}, {"attempt", attempt}, {"offset", offset}};
  std::string text;
  std::size_t next = static_cast<std::size_t>(offset);
  bool complete = is_over(*at, attempt);
  if (link != links.end() && offset < link->size) {
    INGEST_TRY(const auto bytes, store::get_blob(service.db, id, link->sha256));
    text = log_piece(bytes.value_or(""), static_cast<std::size_t>(offset), kMaxLogPiece, next);
    complete = next >= static_cast<std::size_t>(link->size);
  } else if (link != links.end()) {
    complete = true;
  }
  out.append("text", std::move(text));
  out.append("next_offset", next);
  out.append("complete", complete);
  return http::json_response(200, out);
}

}  // namespace argosy::ingest
