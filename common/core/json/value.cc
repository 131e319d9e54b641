#include <algorithm>
#include <cassert>

#include "common/core/json.h"

namespace argosy::json {

Object::Object() = default;
Object::Object(std::initializer_list<Member> members) : members_(members) {}
Object::Object(std::vector<Member> members) : members_(std::move(members)) {}
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

const Value* Object::find(std::string_view key) const {
  const auto hit = std::ranges::find(members_, key, &Member::key);
  return hit == members_.end() ? nullptr : &hit->value;
}

Value* Object::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

Value& Object::operator[](std::string_view key) {
  if (Value* value = find(key)) return *value;
  return members_.emplace_back(Member{std::string(key), Value()}).value;
}

bool Object::erase(std::string_view key) {
  return std::erase_if(members_, [&](const Member& member) { return member.key == key; }) > 0;
}

std::size_t Object::size() const { return members_.size(); }
const Member* Object::begin() const { return members_.data(); }
const Member* Object::end() const { return members_.data() + members_.size(); }

void Object::append(std::string key, Value value) { members_.emplace_back(std::move(key), std::move(value)); }

bool Object::operator==(const Object& other) const {
  if (size() != other.size()) return false;
  return std::ranges::all_of(members_, [&](const Member& member) {
    const Value* twin = other.find(member.key);
    return twin != nullptr && *twin == member.value;
  });
}

bool Value::as_bool() const {
  assert(is_bool());
  return std::get<bool>(data_);
}

std::int64_t Value::as_int() const {
  assert(is_int());
  return std::get<std::int64_t>(data_);
}

double Value::as_double() const {
  assert(is_number());
  return is_int() ? static_cast<double>(as_int()) : std::get<double>(data_);
}

const std::string& Value::as_string() const {
  assert(is_string());
  return std::get<std::string>(data_);
}

const Array& Value::as_array() const {
  assert(is_array());
  return std::get<Array>(data_);
}
Array& Value::as_array() {
  assert(is_array());
  return std::get<Array>(data_);
}

const Object& Value::as_object() const {
  assert(is_object());
  return std::get<Object>(data_);
}
Object& Value::as_object() {
  assert(is_object());
  return std::get<Object>(data_);
}

const Value* Value::find(std::string_view key) const { return is_object() ? as_object().find(key) : nullptr; }

std::string Value::string_or(std::string_view key, std::string_view fallback) const {
  const Value* value = find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string(fallback);
}

std::int64_t Value::int_or(std::string_view key, std::int64_t fallback) const {
  const Value* value = find(key);
  return value != nullptr && value->is_int() ? value->as_int() : fallback;
}

bool Value::bool_or(std::string_view key, bool fallback) const {
  const Value* value = find(key);
  return value != nullptr && value->is_bool() ? value->as_bool() : fallback;
}

const Array& Value::array_or_empty(std::string_view key) const {
  static const Array kEmpty;
  const Value* value = find(key);
  return value != nullptr && value->is_array() ? value->as_array() : kEmpty;
}

}  // namespace argosy::json
