#include "common/store/internal/told.h"

#include <utility>

namespace argosy::store {
namespace {

tasks::ReadyStep ready_from(const Row& row) {
  return {.ref = {TaskId{uuid_from(row[1])}, static_cast<std::int16_t>(int_from(row[2]))},
          .queue = static_cast<tasks::Queue>(int_from(row[4])),
          .lane = static_cast<tasks::Lane>(int_from(row[5])),
          .traceparent = text_from(row[9])};
}

void append_events(std::vector<tasks::Event>& events, const Row& row) {
  const TaskId task{uuid_from(row[1])};
  std::int64_t seq = int_from(row[3]);
  const UnixMillis at = millis_from(row[6]);
  auto next = events.size();
  for (Literal types(row[7].bytes()); auto type = types.next();)
    events.push_back({task, seq++, at, std::move(*type), {}, text_from(row[9])});
  for (Literal data(row[8].bytes()); next < events.size(); ++next) events[next].data = data.next().value_or("");
}

}  // namespace

Told told_from(const Rows& rows) {
  Told told;
  told.events.reserve(rows.size());  // most are events or steps, one or two of them a row
  told.ready.reserve(rows.size());
  for (const auto& row : rows) {
    switch (static_cast<News>(int_from(row[0]))) {
      case News::all:
        told.all = true;
        break;
      case News::answer:
        told.answers.push_back({TaskId{uuid_from(row[1])}, static_cast<std::int16_t>(int_from(row[2])), int_from(row[3]),
                                millis_from(row[6]), text_from(row[7]), text_from(row[8])});
        break;
      case News::ready:
        told.ready.push_back(ready_from(row));
        break;
      case News::events:
        append_events(told.events, row);
        break;
      case News::ready_again:
        told.again.push_back(ready_from(row));
        break;
    }
  }
  return told;
}

}  // namespace argosy::store
