#include "common/tasks/json_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::tasks {
namespace {

const json::Value& nothing() {
  static const json::Value kNull;
  return kNull;
}

}  // namespace

std::string pointer_token(std::string_view key) {
  std::string token;
  for (const char c : key) {
    if (c == '~')
      token += "~0";
    else if (c == '/')
      token += "~1";
    else
      token.push_back(c);
  }
  return token;
}

JsonReader::JsonReader(const json::Value& value, std::string where) : value_(value), where_(std::move(where)) {
  if (!value.is_object()) problem_ = Problem{.pointer = where_, .message = "must be an object"};
}

std::string JsonReader::pointer_to(std::string_view key) const { return fmt::format("{}/{}", where_, pointer_token(key)); }

void JsonReader::fail(std::string_view key, std::string message) {
  if (!problem_) problem_ = Problem{.pointer = pointer_to(key), .message = std::move(message)};
}

void JsonReader::fail_item(std::string_view key, std::size_t index, std::string message) {
  if (!problem_) problem_ = Problem{.pointer = fmt::format("{}/{}", pointer_to(key), index), .message = std::move(message)};
}

const json::Value* JsonReader::member(std::string_view key, bool required) {
  const json::Value* found = value_.find(key);
  if (found != nullptr) asked_.push_back(found);
  if (found == nullptr && required && !problem_) {
    // The pointer names what exists: the object that lacks the member.
    problem_ = Problem{.pointer = where_, .message = fmt::format("the member \"{}\" is missing", key), .missing = true};
  }
  return found;
}

std::string JsonReader::string(std::string_view key) {
  const json::Value* found = member(key, true);
  if (found != nullptr && found->is_string()) return found->as_string();
  if (found != nullptr) fail(key, "must be a string");
  return {};
}

std::string JsonReader::string_or_empty(std::string_view key) {
  const json::Value* found = member(key, false);
  if (found == nullptr) return {};
  if (!found->is_string()) fail(key, "must be a string");
  return found->is_string() ? found->as_string() : std::string();
}

std::int64_t JsonReader::integer(std::string_view key) {
  const json::Value* found = member(key, true);
  if (found != nullptr && found->is_int()) return found->as_int();
  if (found != nullptr) fail(key, "must be a whole number");
  return 0;
}

std::optional<std::int64_t> JsonReader::optional_integer(std::string_view key) {
  const json::Value* found = member(key, false);
  if (found == nullptr || found->is_null()) return std::nullopt;
  if (!found->is_int()) {
    fail(key, "must be a whole number");
    return std::nullopt;
  }
  return found->as_int();
}

std::optional<double> JsonReader::optional_number(std::string_view key) {
  const json::Value* found = member(key, false);
  if (found == nullptr || found->is_null()) return std::nullopt;
  if (!found->is_number()) {
    fail(key, "must be a number");
    return std::nullopt;
  }
  return found->as_double();
}

const json::Array& JsonReader::array(std::string_view key) {
  const json::Value* found = member(key, false);
  if (found != nullptr && !found->is_array()) fail(key, "must be a list");
  return found != nullptr && found->is_array() ? found->as_array() : nothing().array_or_empty({});
}

const json::Value& JsonReader::object(std::string_view key) {
  const json::Value* found = member(key, true);
  if (found != nullptr && !found->is_object()) fail(key, "must be an object");
  return found != nullptr && found->is_object() ? *found : nothing();
}

const json::Value* JsonReader::optional_object(std::string_view key) {
  const json::Value* found = member(key, false);
  if (found != nullptr && !found->is_object()) fail(key, "must be an object");
  return found != nullptr && found->is_object() ? found : nullptr;
}

bool JsonReader::boolean(std::string_view key) {
  const json::Value* value = member(key, false);
  if (value == nullptr || value->is_bool()) return value != nullptr && value->as_bool();
  fail(key, "must be true or false");
  return false;
}

std::vector<std::string> JsonReader::strings(std::string_view key) {
  std::vector<std::string> all;
  for (const json::Value& item : array(key)) {
    if (!item.is_string()) {
      fail_item(key, all.size(), "must be a string");
      break;
    }
    all.push_back(item.as_string());
  }
  return all;
}

std::vector<std::int64_t> JsonReader::integers(std::string_view key) {
  std::vector<std::int64_t> all;
  for (const json::Value& item : array(key)) {
    if (!item.is_int()) {
      fail_item(key, all.size(), "must be a whole number");
      break;
    }
    all.push_back(item.as_int());
  }
  return all;
}

void JsonReader::refuse_unknown() {
  if (!value_.is_object()) return;
  for (const auto& [key, value] : value_.as_object()) {
    if (std::ranges::find(asked_, &value) == asked_.end()) fail(key, "this member is not known here");
  }
}

}  // namespace argosy::tasks
