// Reading result rows into our own values. Internal to the room; any thread.
#pragma once

#include <pqxx/result>
#include <pqxx/result_iterator.hxx>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/ids.h"
#include "common/tasks/events.h"
#include "common/tasks/queue.h"
#include "common/tasks/step.h"

namespace argosy::store {

Uuid uuid_from(const pqxx::field& field);
std::string text_from(const pqxx::field& field);  // empty when null
std::int64_t int_from(const pqxx::field& field);  // 0 when null
bool bool_from(const pqxx::field& field);
std::vector<std::string> array_from(const pqxx::field& field);  // text[], or its text
std::vector<std::int16_t> small_array_from(const pqxx::field& field);

// What a move tells (schemas/migrations/0006: type news). `all` stands for an answer to each that was asked for.
enum class News { all = 0, answer = 1, ready = 2, events = 3, ready_again = 4 };
struct Told {
  struct Answer {
    TaskId task;
    std::int16_t ordinal = 0;
    std::int64_t n = 0;
    UnixMillis at = 0;
    std::string type, body;
  };
  bool all = false;
  std::vector<Answer> answers;
  std::vector<tasks::ReadyStep> ready, again;
  std::vector<tasks::Event> events;
};
// Of statements that select columns what, task_id, ordinal, n, queue, lane, at_ms, type, body, traceparent.
Told told_from(const pqxx::result& rows);

}  // namespace argosy::store
