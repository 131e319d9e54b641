#include "common/store/internal/rows.h"

#include <libpq-fe.h>

#include <algorithm>
#include <bit>
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

// How many of eight characters stand before a quote or a backslash. JSON within quotes has one at every seventh place, where a loop over
// each character, or a call for each run, takes three times as long.
std::size_t plain_of(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = kOnes << 7;
  if constexpr (std::endian::native == std::endian::big) eight = std::byteswap(eight);
  const auto zeros = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes & kHigh; };  // right up to the first
  return static_cast<std::size_t>(std::countr_zero(zeros(eight ^ kOnes * '"') | zeros(eight ^ kOnes * '\\'))) / 8;
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

Literal::Literal(std::string_view text) : rest_(text) { cut(rest_, std::min(text.find('{'), text.size())); }

std::string Literal::quoted() {
  const char* from = rest_.data();
  const char* const last = from + rest_.size();
  if (room_.size() < rest_.size()) room_.resize(rest_.size());
  char* to = room_.data();
  while (from < last) {
    if (std::uint64_t eight = 0; last - from >= static_cast<std::ptrdiff_t>(sizeof eight)) {
      std::memcpy(&eight, from, sizeof eight);
      std::memcpy(to, &eight, sizeof eight);
      const auto plain = plain_of(eight);
      from += plain;
      to += plain;
      if (plain == sizeof eight) continue;
    }
    if (*from == '"' || (*from == '\\' && ++from == last)) break;
    *to++ = *from++;
  }
  cut(rest_, static_cast<std::size_t>(from - rest_.data()) + 1);
  return {room_.data(), to};
}

std::optional<std::string> Literal::next() {
  if (rest_.size() < 2 || rest_ == "{}") return std::nullopt;
  cut(rest_, 1);  // the brace or comma before it
  if (rest_.starts_with('"')) {
    cut(rest_, 1);
    return quoted();
  }
  const auto element = cut(rest_, std::min(rest_.find_first_of(",}"), rest_.size()));
  return std::string(element == "NULL" ? std::string_view() : element);
}

std::vector<std::string> literal_from(std::string_view text) {
  std::vector<std::string> values;
  for (Literal literal(text); auto element = literal.next();) values.push_back(std::move(*element));
  return values;
}

}  // namespace argosy::store
