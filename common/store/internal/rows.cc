#include "common/store/internal/rows.h"

#include <charconv>
#include <pqxx/array>
#include <stdexcept>

namespace argosy::store {

Uuid uuid_from(const pqxx::field& field) { return Uuid::parse(std::string_view(field.c_str(), field.size())).value_or(Uuid{}); }

std::string text_from(const pqxx::field& field) { return std::string(field.c_str(), field.size()); }

std::int64_t int_from(const pqxx::field& field) {
  std::int64_t value = 0;
  std::from_chars(field.c_str(), field.c_str() + field.size(), value);
  return value;
}

bool bool_from(const pqxx::field& field) { return field.size() > 0 && field.c_str()[0] == 't'; }

std::vector<std::string> array_from(const pqxx::field& field) {
  std::vector<std::string> values;
  if (field.is_null()) return values;
  auto parser = field.as_array();
  for (auto [juncture, value] = parser.get_next(); juncture != pqxx::array_parser::done; std::tie(juncture, value) = parser.get_next()) {
    if (juncture == pqxx::array_parser::string_value) values.push_back(std::move(value));
    if (juncture == pqxx::array_parser::null_value) values.emplace_back();
  }
  return values;
}

std::vector<std::int16_t> small_array_from(const pqxx::field& field) {
  std::vector<std::int16_t> values;
  const char* at = field.c_str();
  const char* const end = at + field.size();
  while (at < end) {
    std::int16_t value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error == std::errc{}) values.push_back(value);
    at = next == at ? at + 1 : next;
  }
  return values;
}

namespace {

tasks::ReadyStep ready_from(const pqxx::row& row) {
  return {.ref = {TaskId{uuid_from(row[1])}, static_cast<std::int16_t>(int_from(row[2]))},
          .queue = static_cast<tasks::Queue>(int_from(row[4])),
          .lane = static_cast<tasks::Lane>(int_from(row[5])),
          .traceparent = text_from(row[9])};
}

void append_events(std::vector<tasks::Event>& events, const pqxx::row& row) {
  const TaskId task{uuid_from(row[1])};
  std::int64_t seq = int_from(row[3]);
  const std::int64_t at = int_from(row[6]);
  auto types = array_from(row[7]), data = array_from(row[8]);
  const std::string traceparent = text_from(row[9]);
  for (std::size_t i = 0; i < types.size() && i < data.size(); ++i)
    events.push_back({task, seq++, at, std::move(types[i]), std::move(data[i]), traceparent});
}

}  // namespace

Told told_from(const pqxx::result& rows) {
  Told told;
  for (const auto& row : rows) {
    switch (static_cast<News>(int_from(row[0]))) {
      case News::all:
        told.all = true;
        break;
      case News::answer:
        told.answers.push_back({TaskId{uuid_from(row[1])}, static_cast<std::int16_t>(int_from(row[2])), int_from(row[3]), int_from(row[6]),
                                text_from(row[7]), text_from(row[8])});
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
