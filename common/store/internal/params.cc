#include "common/store/internal/params.h"

#include "common/core/text.h"

namespace argosy::store {
namespace {

constexpr char kNul = '\0';
constexpr std::uint32_t kTextOid = 25;
constexpr std::size_t kCountAt = 12;  // in the bytes of a binary array

void append(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
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
  if (value.find(kNul) != std::string_view::npos) has_nul_ = true;
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

BinaryTexts::BinaryTexts() {
  for (const std::uint32_t number : {1u, 0u, kTextOid, 0u, 1u}) append(bytes_, number);  // dimensions, no NULLs, type, count, first index
}

BinaryTexts& BinaryTexts::add(std::string_view value) {
  has_nul_ = has_nul_ || value.find(kNul) != std::string_view::npos;
  append(bytes_, static_cast<std::uint32_t>(value.size()));
  bytes_ += value;
  ++count_;
  return *this;
}

std::string BinaryTexts::take() && {
  std::string count;
  append(count, count_);
  return std::move(bytes_.replace(kCountAt, count.size(), count));
}

Params& Params::raw(std::string value) {
  values_.push_back(std::move(value));
  return *this;
}

Params& Params::text(std::string_view value) {
  if (value.find(kNul) != std::string_view::npos) has_nul_ = true;
  return raw(std::string(value));
}

Params& Params::bytes(std::string_view value) { return raw("\\x" + text::hex(value)); }

Params& Params::add(ArrayText array) {
  has_nul_ = has_nul_ || array.has_nul();
  return raw(std::move(array).take());
}

Params& Params::add_last(BinaryTexts array) {
  has_nul_ = has_nul_ || array.has_nul();
  binary_values_.push_back(std::move(array).take());
  return *this;
}

std::string small_array(const std::vector<std::int16_t>& values) {
  ArrayText array;
  for (const auto value : values) array.add(value);
  return std::move(array).take();
}

}  // namespace argosy::store
