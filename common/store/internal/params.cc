#include "common/store/internal/params.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <iterator>

#include "common/core/text.h"

namespace argosy::store {
namespace {

constexpr char kNul = '\0';
constexpr std::string_view kHasNul = "a text has a NUL character", kOutOfRange = "a number is out of its column's range";
// Numbers of the elements' types, the same everywhere: src/include/catalog/pg_type.dat.
constexpr std::uint32_t kBool = 16, kBytea = 17, kChar = 18, kBigint = 20, kSmallint = 21, kInteger = 23, kText = 25, kUuid = 2950;
// In the bytes of a binary array, which begin with: dimensions, whether there are NULLs, their type, how many elements, the first's index.
constexpr std::size_t kNullsAt = 4, kCountAt = 12;
constexpr std::uint32_t kNull = 0xffffffff;  // in the place of an element's size

bool has_nul(std::string_view text) { return text.find(kNul) != std::string_view::npos; }

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

ArrayText& ArrayText::raw(std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  text_ += value;
  return *this;
}

ArrayText& ArrayText::text(std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  if (has_nul(value)) problem_ = kHasNul;
  // Runs of what stands for itself go whole: most of a task's text.
  while (!value.empty()) {
    std::size_t plain = 0;
    while (plain < value.size() && value[plain] != '"' && value[plain] != '\\') ++plain;
    text_ += value.substr(0, plain);
    if (plain == value.size()) break;
    text_ += '\\';
    text_ += value[plain];
    value.remove_prefix(plain + 1);
  }
  text_ += '"';
  return *this;
}

ArrayText& ArrayText::bytes(std::string_view value) { return raw("\"\\\\x" + text::hex(value) + '"'); }

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

void Params::note(std::string_view problem) {
  if (!problem.empty()) problem_ = problem;
}

Params& Params::raw(std::string value) {
  values_.push_back({.bytes = std::move(value)});
  return *this;
}

Params& Params::text(std::string_view value) {
  if (has_nul(value)) note(kHasNul);
  return raw(std::string(value));
}

Params& Params::bytes(std::string_view value) {
  values_.push_back({.bytes = std::string(value), .binary = true});
  return *this;
}

Params& Params::add(ArrayText array) {
  note(array.problem());
  return raw(std::move(array).take());
}

void Params::add_binary(BinaryArray& array) {
  note(array.problem());
  values_.push_back({.bytes = std::move(array).take(), .binary = true});
}

std::string small_array(const std::vector<std::int16_t>& values) {
  std::string text = "{";
  for (const auto value : values) {
    if (text.size() > 1) text += ',';
    char digits[8];
    text.append(digits, std::to_chars(digits, std::end(digits), value).ptr);
  }
  return text + '}';
}

}  // namespace argosy::store
