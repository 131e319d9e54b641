#include "common/store/internal/params.h"

#include "common/core/text.h"

namespace argosy::store {
namespace {

constexpr char kNul = '\0';

}  // namespace

ArrayText& ArrayText::raw(std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  text_ += value;
  return *this;
}

ArrayText& ArrayText::text(std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  text_.reserve(text_.size() + value.size() + 2);
  text_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') text_ += '\\';
    if (c == kNul) has_nul_ = true;
    text_ += c;
  }
  text_ += '"';
  return *this;
}

ArrayText& ArrayText::bytes(std::string_view value) { return raw("\"\\\\x" + text::hex(value) + '"'); }

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

std::string small_array(const std::vector<std::int16_t>& values) {
  ArrayText array;
  for (const auto value : values) array.add(value);
  return std::move(array).take();
}

}  // namespace argosy::store
