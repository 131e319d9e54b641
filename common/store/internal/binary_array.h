// Arrays as arguments in Postgres' own form (array_recv in src/backend/utils/adt/arrayfuncs.c): several times cheaper to write here and to
// read there than a literal, for the moves that carry every step. The type must be the one that the statement casts its parameter to.
// Internal to the room; values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/ids.h"

namespace argosy::store {

// Why no column can hold a value; also of texts that are no arrays.
inline constexpr std::string_view kHasNul = "a text has a NUL character", kOutOfRange = "a number is out of its column's range";
bool has_nul(std::string_view text);

class BinaryArray {
 public:
  void null();
  std::string take() &&;
  std::string_view problem() const { return problem_; }  // why no server can take it; empty: none

 protected:
  explicit BinaryArray(std::uint32_t type);
  void element(std::string_view bytes);
  template <class Fixed>
  void fixed(const Fixed& bytes);  // as element(), of what is always as long
  void spoil(std::string_view problem) { problem_ = problem; }

 private:
  std::string bytes_;
  std::string_view problem_;
  std::uint32_t count_ = 0;
  bool has_null_ = false;
};

// boolean[], smallint[], integer[] or bigint[], as wide as Number.
template <class Number>
class BinaryNumbers : public BinaryArray {
 public:
  BinaryNumbers();
  BinaryNumbers& add(std::int64_t value);
};
struct BinaryUuids : BinaryArray {
  BinaryUuids();
  BinaryUuids& add(const Uuid& value);
};
struct BinaryTexts : BinaryArray {
  BinaryTexts();
  BinaryTexts& add(std::string_view value);
};
struct BinaryBytes : BinaryArray {  // bytea[]
  BinaryBytes();
  BinaryBytes& add(std::string_view value);
};
struct BinaryLetters : BinaryArray {  // "char"[]
  BinaryLetters();
  BinaryLetters& add(char value);
};

}  // namespace argosy::store
