// Arguments of a prepared statement, as Postgres reads them in text form. Internal to the room; values.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/ids.h"

namespace argosy::store {

// An array literal: {a,"b c",NULL}.
class ArrayText {
 public:
  ArrayText& text(std::string_view value);   // any text; quoted
  ArrayText& bytes(std::string_view value);  // a bytea
  ArrayText& null() { return raw("NULL"); }
  ArrayText& add(std::integral auto value) { return raw(fmt::to_string(value)); }
  ArrayText& add(bool value) { return raw(value ? "t" : "f"); }
  ArrayText& add(const Uuid& value) { return raw(value.to_string()); }

  std::string take() && { return std::move(text_) + '}'; }
  std::string copy() const { return text_ + '}'; }
  bool has_nul() const { return has_nul_; }

 private:
  ArrayText& raw(std::string_view value);
  std::string text_ = "{";
  bool has_nul_ = false;
};

// A text[] as the server keeps it: several times faster to read there than a literal, for the columns that carry most of a call's bytes.
class BinaryTexts {
 public:
  BinaryTexts();
  BinaryTexts& add(std::string_view value);
  std::string take() &&;
  bool has_nul() const { return has_nul_; }

 private:
  std::string bytes_;
  std::uint32_t count_ = 0;
  bool has_nul_ = false;
};

// What no type of Postgres can hold is found here and refused by call(): libpq would cut the text at the NUL without a word.
class Params {
 public:
  Params& text(std::string_view value);
  Params& bytes(std::string_view value);
  Params& add(std::integral auto value) { return raw(fmt::to_string(value)); }
  Params& add(bool value) { return raw(value ? "t" : "f"); }
  Params& add(const Uuid& value) { return raw(value.to_string()); }
  Params& add(ArrayText array);
  Params& add_last(BinaryTexts array);  // these stand behind all others

  const std::vector<std::string>& values() const { return values_; }
  const std::vector<std::string>& binary_values() const { return binary_values_; }
  bool has_nul() const { return has_nul_; }

 private:
  Params& raw(std::string value);
  std::vector<std::string> values_, binary_values_;
  bool has_nul_ = false;
};

// "{1,2,3}"
std::string small_array(const std::vector<std::int16_t>& values);

}  // namespace argosy::store
