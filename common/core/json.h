// JSON as our own value type; the only door to RapidJSON. Parsing is strict (RFC 8259): no duplicate keys, no invalid UTF-8, no U+0000,
// bounded depth, iterative, so that no input crashes or surprises the process. Values, any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/core/error.h"

namespace argosy::json {

class Value;
struct Member;
using Array = std::vector<Value>;

// Members keep the order in which they were written.
class Object {
 public:
  Object();
  Object(std::initializer_list<Member> members);
  explicit Object(std::vector<Member> members);  // whose keys differ; costs no search
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();
  const Value* find(std::string_view key) const;  // null when absent; valid until the object changes
  Value* find(std::string_view key);
  Value& operator[](std::string_view key);  // adds null when absent
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  bool erase(std::string_view key);
  bool empty() const { return size() == 0; }
  std::size_t size() const;
  const Member* begin() const;  // for (const auto& [key, value] : object)
  const Member* end() const;
  // For a builder that knows its keys are new; costs no search.
  void append(std::string key, Value value);
  bool operator==(const Object& other) const;  // order does not matter

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  Value() = default;  // null
  // Made in json/value.cc once, not in each of the thousand files that hold values.
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(std::int64_t value) : data_(value) {}
  Value(int value) : data_(static_cast<std::int64_t>(value)) {}
  Value(std::size_t value) : data_(static_cast<std::int64_t>(value)) {}
  Value(double value) : data_(value) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return data_.index() == 0; }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_int() const { return std::holds_alternative<std::int64_t>(data_); }  // written without fraction or exponent, fits 64 bits
  bool is_number() const { return is_int() || std::holds_alternative<double>(data_); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }
  bool is_object() const { return std::holds_alternative<Object>(data_); }

  // The value as that type; asserts that it is one.
  bool as_bool() const;
  std::int64_t as_int() const;
  double as_double() const;  // of any number
  const std::string& as_string() const;
  const Array& as_array() const;
  Array& as_array();
  const Object& as_object() const;
  Object& as_object();

  // Reading what another process wrote: the member if this is an object that has it with that type, else the fallback.
  const Value* find(std::string_view key) const;  // null unless an object with that member
  std::string string_or(std::string_view key, std::string_view fallback) const;
  std::int64_t int_or(std::string_view key, std::int64_t fallback) const;
  bool bool_or(std::string_view key, bool fallback) const;
  const Array& array_or_empty(std::string_view key) const;  // lives as long as this value

  bool operator==(const Value& other) const = default;

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> data_;
};

struct Member {
  std::string key;
  Value value;
};

struct ParseLimits {
  std::size_t max_bytes = 8u << 20;
  std::size_t max_depth = 64;
};

// Errors (category B): json_too_large, json_too_deep, json_malformed, json_duplicate_key, json_invalid_utf8, json_nul_character; the
// message names the byte offset.
Result<Value> parse(std::string_view text, const ParseLimits& limits = {});

// Compact text, members in their order.
std::string dump(const Value& value);
// With two spaces of indentation, for people.
std::string dump_pretty(const Value& value);
// Members sorted by key, numbers in shortest form: equal values give equal bytes (in the spirit of RFC 8785).
std::string canonical(const Value& value);
// `text` as a JSON string, with its quotes.
std::string quote(std::string_view text);

}  // namespace argosy::json
