#include "workers/ingest/dead/dead_letters.h"

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/store/dead_letters.h"
#include "workers/ingest/dead/filter.h"
#include "workers/ingest/read/task_view.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kDeadList = "dead";

json::Object summary(const store::DeadLetter& letter) {
  return json::Object{{"task_id", letter.position.ref.task.to_string()},
                      {"step", int{letter.position.ref.ordinal}},
                      {"queue", tasks::to_string(letter.queue)},
                      {"kind", letter.kind},
                      {"title", letter.title},
                      {"repository_id", letter.repository_id},
                      {"task_status", tasks::to_string(letter.task_state)},
                      {"on_task_end", letter.on_task_end},
                      {"attempts", int{letter.attempts}},
                      {"crashes", int{letter.crashes}},
                      {"died_at", rfc3339(letter.died_at)},
                      {"error", error_or_null(letter.error)}};
}

// "died_us task ordinal", what a cursor of this list holds.
std::string position_text(const store::DeadPosition& at) {
  return fmt::format("{} {} {}", at.died_us, at.ref.task.to_string(), at.ref.ordinal);
}

std::optional<store::DeadPosition> position_from(std::string_view text) {
  const auto parts = text::split(text, ' ');
  if (parts.size() != 3) return std::nullopt;
  const auto died = text::to_int(parts[0]), ordinal = text::to_int(parts[2]);
  const auto task = TaskId::parse(parts[1]);
  if (!died || !ordinal || !task || *ordinal < 0 || *ordinal > INT16_MAX) return std::nullopt;
  return store::DeadPosition{*died, {*task, static_cast<std::int16_t>(*ordinal)}};
}

Refusal dead_letter_not_found() {
  return {.type = "dead_letter_not_found", .detail = "There is no such dead letter: the step lives, has never been, or is another's."};
}

Checked<StepRef> step_of(const Call& call) {
  const auto task = TaskId::parse(call.request.params.at("task_id"));
  const auto step = text::to_int(call.request.params.at("step"));
  if (!task || !step || *step < 0 || *step > INT16_MAX) return std::unexpected(dead_letter_not_found());
  return StepRef{*task, static_cast<std::int16_t>(*step)};
}

}  // namespace

http::Response list_dead(Service& service, const Call& call) {
  QueryReader query(call.request);
  store::DeadFilter filter = dead_filter_of(query);
  const auto limit = query.limit();
  if (const std::string before = query.cursor(kDeadList); !before.empty()) {
    filter.before = position_from(before);
    if (!filter.before) query.fail_cursor();
  }
  if (query.refusal()) return respond(*query.refusal());

  filter.limit = static_cast<int>(limit) + 1;  // one more tells whether there is a next page
  INGEST_TRY(auto found, store::list_dead(service.db, call.caller.org, filter));
  json::Value next = end_page(found, limit, kDeadList, [](const auto& one) { return position_text(one.position); });
  json::Array dead;
  for (const auto& letter : found) dead.emplace_back(summary(letter));
  return http::json_response(200, json::Object{{"dead", std::move(dead)}, {"next_cursor", std::move(next)}});
}

http::Response get_dead(Service& service, const Call& call) {
  INGEST_TRY(const StepRef ref, step_of(call));
  INGEST_TRY(const auto view, store::get_dead(service.db, call.caller.org, ref));
  if (!view) return respond(dead_letter_not_found());
  json::Object out = summary(view->letter);
  json::Array redrives;
  for (const auto& one : view->redrives) redrives.emplace_back(json::Object{{"at", rfc3339(one.at)}, {"by", one.by}});
  out.append("history", history_json(view->history));
  out.append("redrives", std::move(redrives));
  return http::json_response(200, std::move(out));
}

}  // namespace argosy::ingest
