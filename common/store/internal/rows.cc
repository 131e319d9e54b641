#include "common/store/internal/rows.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "common/core/text.h"

namespace argosy::store {
namespace {

// Postgres counts microseconds from the year 2000 on.
constexpr std::int64_t kUsOfMs = 1000, kEpochUs = 946'684'800'000'000;
constexpr std::string_view kHexPrefix = "\\x";  // of a bytea's text

// Two's complement, the highest byte first, as all numbers travel.
std::int64_t number_in(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > sizeof(std::int64_t)) return 0;
  std::int64_t value = static_cast<signed char>(bytes.front());
  for (const char byte : bytes.substr(1)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::int64_t number_from(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view cut(std::string_view& bytes, std::size_t size) {
  const auto part = bytes.substr(0, size);
  bytes.remove_prefix(part.size());
  return part;
}

// The elements of an array in binary; of NULLs nothing. array_send in src/backend/utils/adt/arrayfuncs.c: dimensions, whether there are
// NULLs, type, then count and first index of each dimension, then each element behind its size.
template <class Take>
void each_element(std::string_view bytes, Take take) {
  const auto dimensions = number_in(cut(bytes, 4));
  cut(bytes, 8 + 8 * static_cast<std::size_t>(dimensions));
  while (!bytes.empty()) {
    const auto size = number_in(cut(bytes, 4));
    take(size < 0 ? std::string_view() : cut(bytes, static_cast<std::size_t>(size)));
  }
}

// What stands before the closing quote, which is cut off `text` with it.
std::string quoted(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  const auto inside = cut(text, end);
  cut(text, 1);
  std::string value;
  value.resize_and_overwrite(inside.size(), [&](char* to, std::size_t) {
    char* const begin = to;
    for (auto from = inside.begin(); from != inside.end(); ++from) {
      if (*from == '\\' && ++from == inside.end()) break;
      *to++ = *from;
    }
    return to - begin;
  });
  return value;
}

// Gives each element of an array's text to `take`.
template <class Take>
void each_in_literal(std::string_view text, Take take) {
  cut(text, std::min(text.find('{'), text.size()));
  // Each round begins with what stands before an element: a brace or a comma.
  while (text.size() > 1 && text != "{}" && text != "}") {
    cut(text, 1);
    if (text.starts_with('"')) {
      cut(text, 1);
      take(quoted(text));
    } else {
      const auto element = cut(text, std::min(text.find_first_of(",}"), text.size()));
      take(std::string(element == "NULL" ? std::string_view() : element));
    }
  }
}

}  // namespace

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }

Rows::Rows(Owner result) : result_(std::move(result)), binary_(PQbinaryTuples(result_.get()) != 0) {}

std::size_t Rows::size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }

Field Row::operator[](int column) const {
  const auto size = static_cast<std::size_t>(PQgetlength(result_, number_, column));
  return {
      {PQgetvalue(result_, number_, column), size}, size == 0 && PQgetisnull(result_, number_, column) != 0, PQbinaryTuples(result_) != 0};
}

Uuid uuid_from(const Field& field) {
  if (!field.binary()) return Uuid::parse(field.bytes()).value_or(Uuid{});
  Uuid id;
  if (field.bytes().size() == id.bytes.size()) std::memcpy(id.bytes.data(), field.bytes().data(), id.bytes.size());
  return id;
}

std::string text_from(const Field& field) { return std::string(field.bytes()); }

std::int64_t int_from(const Field& field) { return field.binary() ? number_in(field.bytes()) : number_from(field.bytes()); }

bool bool_from(const Field& field) { return !field.bytes().empty() && field.bytes().front() == (field.binary() ? '\1' : 't'); }

UnixMillis millis_from(const Field& field) {
  if (!field.binary()) return int_from(field);
  return field.is_null() ? 0 : (int_from(field) + kEpochUs + kUsOfMs / 2) / kUsOfMs;
}

std::string bytes_from(const Field& field) {
  if (field.binary() || !field.bytes().starts_with(kHexPrefix)) return text_from(field);
  return text::from_hex(field.bytes().substr(kHexPrefix.size())).value_or("");
}

std::vector<std::string> array_from(const Field& field) {
  if (!field.binary()) return literal_from(field.bytes());
  std::vector<std::string> values;
  each_element(field.bytes(), [&](std::string_view element) { values.emplace_back(element); });
  return values;
}

std::vector<std::int16_t> small_array_from(const Field& field) {
  std::vector<std::int16_t> values;
  if (field.binary())
    each_element(field.bytes(), [&](std::string_view element) { values.push_back(static_cast<std::int16_t>(number_in(element))); });
  else
    for (const auto& element : literal_from(field.bytes())) values.push_back(static_cast<std::int16_t>(number_from(element)));
  return values;
}

std::vector<std::string> literal_from(std::string_view text) {
  std::vector<std::string> values;
  each_in_literal(text, [&](std::string element) { values.push_back(std::move(element)); });
  return values;
}

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
  each_in_literal(row[7].bytes(), [&](std::string type) { events.push_back({task, seq++, at, std::move(type), {}, text_from(row[9])}); });
  each_in_literal(row[8].bytes(), [&](std::string data) {
    if (next < events.size()) events[next++].data = std::move(data);
  });
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
