#include "workers/ingest/steer/requests.h"

#include <limits>

#include "workers/ingest/edge/body.h"
#include "workers/ingest/submit/task_request.h"

namespace argosy::ingest {

using tasks::JsonReader;

Checked<tasks::Answer> read_answer(const json::Value& body) {
  JsonReader in(body);
  const auto verdict = tasks::verdict_from_string(in.string("verdict"));
  if (!verdict) in.fail("verdict", "must be approve, reject or correct");
  tasks::Answer answer{.step = 0, .name = {}, .verdict = verdict.value_or(tasks::Verdict::reject), .text = in.string_or_empty("text")};
  if (answer.text.size() > kMaxAnswer) in.fail("text", "has more than " + std::to_string(kMaxAnswer) + " bytes");
  if (answer.verdict == tasks::Verdict::correct && answer.text.empty()) in.fail("text", "must say what the correction is");
  in.refuse_unknown();
  if (in.problem()) return std::unexpected(refusal_of(*in.problem()));
  return answer;
}

Checked<tasks::Constraints> read_more_constraints(const json::Value& body) {
  tasks::Constraints more;
  if (const auto problem = read_constraints(body, "", more)) return std::unexpected(refusal_of(*problem));
  if (more.avoid_files.empty() && !more.max_files_changed)
    return std::unexpected(Refusal{.type = "request_invalid", .detail = "The body names neither avoid_files nor max_files_changed."});
  return more;
}

Checked<std::int16_t> read_rollback(const json::Value& body) {
  JsonReader in(body);
  const auto to_step = in.integer("to_step");
  constexpr auto kMostStep = std::numeric_limits<std::int16_t>::max();
  if (to_step < 0 || to_step > kMostStep) in.fail("to_step", "must be from 0 to " + std::to_string(kMostStep));
  in.refuse_unknown();
  if (in.problem()) return std::unexpected(refusal_of(*in.problem()));
  return static_cast<std::int16_t>(to_step);
}

}  // namespace argosy::ingest
