// Arguments of a prepared statement, as Postgres reads them: in text, or as it keeps them itself. Internal to the room; values.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/ids.h"
#include "common/store/internal/binary_array.h"

namespace argosy::store {

// An array literal: {a,"b c",NULL}. For statements that are rare; what they cast it to need not be known.
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
  std::string_view problem() const { return problem_; }

 private:
  ArrayText& raw(std::string_view value);
  std::string text_ = "{";
  std::string_view problem_;
};

// What Postgres cannot hold is found here and refused by call(): libpq would cut a text at its NUL without a word.
class Params {
 public:
  struct Value {
    std::string bytes;
    bool binary = false;
  };

  Params& text(std::string_view value);
  Params& bytes(std::string_view value);
  Params& add(std::integral auto value) { return raw(fmt::to_string(value)); }
  Params& add(bool value) { return raw(value ? "t" : "f"); }
  Params& add(const Uuid& value) { return raw(value.to_string()); }
  Params& add(ArrayText array);
  template <std::derived_from<BinaryArray>... Arrays>
  Params& add(Arrays&... arrays) {  // which are empty then
    (add_binary(arrays), ...);
    return *this;
  }

  const std::vector<Value>& values() const { return values_; }
  std::string_view problem() const { return problem_; }

 private:
  Params& raw(std::string value);
  void add_binary(BinaryArray& array);
  void note(std::string_view problem);
  std::vector<Value> values_;
  std::string_view problem_;
};

// "{1,2,3}"
std::string small_array(const std::vector<std::int16_t>& values);

}  // namespace argosy::store
