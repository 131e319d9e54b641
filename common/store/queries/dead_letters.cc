#include "common/store/dead_letters.h"

#include <limits>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/queries/views.h"

namespace argosy::store {
namespace {

// Far enough, and still a time that Postgres can hold.
constexpr UnixMillis kEndOfTime = UnixMillis{253'402'300'799'000};  // 9999-12-31

Uuid last_uuid() {
  Uuid id;
  id.bytes.fill(0xff);
  return id;
}

DeadLetter letter_from(const Row& row) {
  const std::int64_t died_us = int_from(row[0]);
  return {.position = {.died_us = died_us, .ref = {TaskId{uuid_from(row[1])}, static_cast<std::int16_t>(int_from(row[2]))}},
          .repository_id = text_from(row[3]),
          .kind = text_from(row[4]),
          .title = text_from(row[5]),
          .queue = static_cast<tasks::Queue>(int_from(row[6])),
          .task_state = tasks::task_state_from_string(text_from(row[7])).value_or(tasks::TaskState::failed),
          .on_task_end = bool_from(row[8]),
          .attempts = static_cast<std::int16_t>(int_from(row[9])),
          .crashes = static_cast<std::int16_t>(int_from(row[10])),
          .died_at = died_us / 1000,
          .error = error_from(text_from(row[11]), text_from(row[12]), text_from(row[13]), text_from(row[14]), text_from(row[15]))};
}

}  // namespace

Result<std::vector<DeadLetter>> list_dead(Database& db, const OrgId& org, const DeadFilter& filter) {
  const DeadPosition before = filter.before.value_or(
      DeadPosition{.died_us = kEndOfTime * 1000, .ref = {TaskId{last_uuid()}, std::numeric_limits<std::int16_t>::max()}});
  Params params;
  params.add(org.uuid).add(before.died_us).add(before.ref.task.uuid).add(before.ref.ordinal);
  params.add(filter.since.value_or(0)).add(filter.until.value_or(kEndOfTime));
  params.add(filter.queue ? static_cast<int>(*filter.queue) : 0).text(filter.category ? std::string(1, letter(*filter.category)) : "");
  params.text(filter.code).text(filter.repository_id).add(filter.with_security).add(filter.limit);
  ARGOSY_TRY(const auto rows, call(db, "list_dead", params));
  std::vector<DeadLetter> letters;
  letters.reserve(rows.size());
  for (const auto& row : rows) letters.push_back(letter_from(row));
  return letters;
}

Result<std::optional<DeadLetterView>> get_dead(Database& db, const OrgId& org, const StepRef& ref) {
  ARGOSY_TRY(const auto rows, call(db, "get_dead", Params().add(org.uuid).add(ref.task.uuid).add(ref.ordinal)));
  if (rows.empty()) return std::nullopt;
  // The one right behind the position after it.
  auto next = ref;
  ++next.ordinal;
  ARGOSY_TRY(auto letters, list_dead(db, org, {.before = DeadPosition{int_from(rows[0][2]), next}, .limit = 1}));
  if (letters.empty() || letters[0].position.ref != ref) return std::nullopt;  // it lives again by now
  DeadLetterView view{.letter = std::move(letters[0])};
  ARGOSY_TRY(const auto history, json::parse(text_from(rows[0][0])));
  for (const json::Value& attempt : history.as_array()) view.history.push_back(attempt_from(attempt));
  ARGOSY_TRY(const auto redrives, json::parse(text_from(rows[0][1])));
  for (const json::Value& one : redrives.as_array()) view.redrives.push_back({one.int_or("at", 0), one.string_or("by", "")});
  return view;
}

}  // namespace argosy::store
