#include "common/store/internal/binary_array.h"

#include <bit>
#include <concepts>
#include <cstring>

namespace argosy::store {
namespace {

// Numbers of the elements' types, the same everywhere: src/include/catalog/pg_type.dat.
constexpr std::uint32_t kBool = 16, kBytea = 17, kChar = 18, kBigint = 20, kSmallint = 21, kInteger = 23, kText = 25, kUuid = 2950;
// In the bytes of a binary array, which begin with: dimensions, whether there are NULLs, their type, how many elements, the first's index.
constexpr std::size_t kNullsAt = 4, kCountAt = 12;
constexpr std::uint32_t kNull = 0xffffffff;  // in the place of an element's size

// As numbers travel: the highest byte first.
template <class Number>
Number turned(Number number) {
  return std::endian::native == std::endian::little ? std::byteswap(number) : number;
}

void append(std::string& out, std::uint32_t number) {
  number = turned(number);
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string& out, std::size_t at, std::uint32_t number) {
  number = turned(number);
  std::memcpy(out.data() + at, &number, sizeof number);
}

template <class Number>
constexpr std::uint32_t type_of() {
  if constexpr (std::same_as<Number, bool>) return kBool;
  return sizeof(Number) == 2 ? kSmallint : sizeof(Number) == 4 ? kInteger : kBigint;
}

}  // namespace

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

BinaryArray::BinaryArray(std::uint32_t type) {
  for (const std::uint32_t number : {1u, 0u, type, 0u, 1u}) append(bytes_, number);
}

void BinaryArray::element(std::string_view bytes) {
  append(bytes_, static_cast<std::uint32_t>(bytes.size()));
  bytes_ += bytes;
  ++count_;
}

template <class Fixed>
void BinaryArray::fixed(const Fixed& bytes) {
  const struct {
    std::uint32_t size;
    Fixed bytes;
  } __attribute__((packed)) one{turned(static_cast<std::uint32_t>(sizeof bytes)), bytes};
  bytes_.append(reinterpret_cast<const char*>(&one), sizeof one);
  ++count_;
}

void BinaryArray::null() {
  append(bytes_, kNull);
  ++count_;
  has_null_ = true;
}

std::string BinaryArray::take() && {
  put(bytes_, kNullsAt, has_null_ ? 1 : 0);
  put(bytes_, kCountAt, count_);
  return std::move(bytes_);
}

template <class Number>
BinaryNumbers<Number>::BinaryNumbers() : BinaryArray(type_of<Number>()) {}

template <class Number>
BinaryNumbers<Number>& BinaryNumbers<Number>::add(std::int64_t value) {
  auto number = static_cast<Number>(value);
  if (number != value) spoil(kOutOfRange);
  if constexpr (!std::same_as<Number, bool>) number = turned(number);
  fixed(number);
  return *this;
}

template class BinaryNumbers<bool>;
template class BinaryNumbers<std::int16_t>;
template class BinaryNumbers<std::int32_t>;
template class BinaryNumbers<std::int64_t>;

BinaryUuids::BinaryUuids() : BinaryArray(kUuid) {}

BinaryUuids& BinaryUuids::add(const Uuid& value) {
  fixed(value.bytes);
  return *this;
}

BinaryTexts::BinaryTexts() : BinaryArray(kText) {}

BinaryTexts& BinaryTexts::add(std::string_view value) {
  if (has_nul(value)) spoil(kHasNul);
  element(value);
  return *this;
}

BinaryBytes::BinaryBytes() : BinaryArray(kBytea) {}

BinaryBytes& BinaryBytes::add(std::string_view value) {
  element(value);
  return *this;
}

BinaryLetters::BinaryLetters() : BinaryArray(kChar) {}

BinaryLetters& BinaryLetters::add(char value) {
  fixed(value);
  return *this;
}

}  // namespace argosy::store
