#include "common/core/ids.h"

#include <cstring>

#include "common/core/crypto.h"
#include "common/core/ids/uuids.h"

namespace argosy {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr std::size_t kTextLength = 36;

bool is_dash_place(std::size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

// By character; -1: none. A table, since no branch could be foreseen.
constexpr auto kHexValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 10; ++i) values[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    values[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(10 + i);
    values[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(10 + i);
  }
  return values;
}();

int hex_value(char c) { return kHexValues[static_cast<unsigned char>(c)]; }

// Of sixteen random bytes.
Uuid uuid_of(const char* random, std::uint8_t version) {
  Uuid id;
  std::memcpy(id.bytes.data(), random, id.bytes.size());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | (version << 4));
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

Uuid random_uuid(std::uint8_t version) { return uuid_of(crypto::random_bytes(sizeof(Uuid::bytes)).data(), version); }

}  // namespace

std::string Uuid::to_string() const {
  std::string text;
  text.reserve(kTextLength);
  for (const std::uint8_t byte : bytes) {
    if (is_dash_place(text.size())) text.push_back('-');
    text.push_back(kHex[byte >> 4]);
    text.push_back(kHex[byte & 15]);
  }
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextLength) return std::nullopt;
  Uuid id;
  std::size_t byte = 0;
  for (std::size_t at = 0; at < kTextLength;) {
    if (is_dash_place(at)) {
      if (text[at++] != '-') return std::nullopt;
      continue;
    }
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[byte++] = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
  }
  return id;
}

Uuid Uuid::v4() { return random_uuid(4); }

std::vector<Uuid> random_uuids(std::size_t count) {
  const std::string random = crypto::random_bytes(count * sizeof(Uuid::bytes));
  std::vector<Uuid> ids;
  ids.reserve(count);
  for (std::size_t i = 0; i < count; ++i) ids.push_back(uuid_of(random.data() + i * sizeof(Uuid::bytes), 4));
  return ids;
}

Uuid Uuid::v7(std::int64_t unix_ms) {
  Uuid id = random_uuid(7);
  for (int i = 0; i < 6; ++i) id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(unix_ms >> (40 - 8 * i));
  return id;
}

}  // namespace argosy

std::size_t std::hash<argosy::Uuid>::operator()(const argosy::Uuid& id) const noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, id.bytes.data(), sizeof halves);
  // Ids made in one millisecond share their first half: the multiplication spreads what the second half brings.
  return static_cast<std::size_t>((halves[0] ^ (halves[1] * 0x9e3779b97f4a7c15ULL)) * 0xff51afd7ed558ccdULL);
}
