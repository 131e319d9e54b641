// Reading result rows into our own values. Internal to the room; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/ids.h"

struct pg_result;

namespace argosy::store {

// One value of one row, where libpq keeps it: it lives as long as its Rows. A NULL has no bytes.
class Field {
 public:
  Field(std::string_view bytes, bool null, bool binary) : bytes_(bytes), null_(null), binary_(binary) {}
  std::string_view bytes() const { return bytes_; }
  bool is_null() const { return null_; }
  bool binary() const { return binary_; }  // as the server keeps it, or else its text

 private:
  std::string_view bytes_;
  bool null_, binary_;
};

class Row {
 public:
  Row(const pg_result* result, int number, bool binary) : result_(result), number_(number), binary_(binary) {}
  Field operator[](int column) const;

 private:
  const pg_result* result_;
  int number_;
  bool binary_;
};

// What a statement answered.
class Rows {
 public:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using Owner = std::unique_ptr<pg_result, Clear>;
  struct Iterator {
    const Rows* rows;
    int number;
    Row operator*() const { return (*rows)[number]; }
    Iterator& operator++() {
      ++number;
      return *this;
    }
    bool operator==(const Iterator& other) const { return number == other.number; }
  };

  explicit Rows(Owner result);
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  Row operator[](int number) const { return {result_.get(), number, binary_}; }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, static_cast<int>(size())}; }

 private:
  Owner result_;
  bool binary_;
};

// Of either format. What is NULL, or is not of the type that is asked for, reads as the empty value.
Uuid uuid_from(const Field& field);
std::string text_from(const Field& field);
std::int64_t int_from(const Field& field);  // of any width
bool bool_from(const Field& field);
UnixMillis millis_from(const Field& field);               // timestamptz in binary; or milliseconds as a number in text
std::string bytes_from(const Field& field);               // bytea
std::vector<std::string> array_from(const Field& field);  // text[]; NULL elements are empty
std::vector<std::int16_t> small_array_from(const Field& field);
// The elements of an array's text, {a,"b \"c\"",NULL}, one after the other.
class Literal {
 public:
  explicit Literal(std::string_view text);
  std::optional<std::string> next();  // nothing behind the last; a NULL is empty

 private:
  std::string quoted();  // what stands before the closing quote; cut off with it
  std::string_view rest_;
  std::string room_;  // for the longest element that can follow
};
std::vector<std::string> literal_from(std::string_view text);

}  // namespace argosy::store
