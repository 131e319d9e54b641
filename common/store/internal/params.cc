#include "common/store/internal/params.h"

#include <charconv>
#include <iterator>

#include "common/core/text.h"

namespace argosy::store {

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
