#include "common/llm/wire/vendor.h"

#include <cmath>

namespace argosy::llm {
namespace {

constexpr double kMostTokens = 1e15;

std::string first_text(const json::Value& value, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    const auto& found = member(value, key);
    if (found.is_string() && !found.as_string().empty()) return found.as_string();
    if (found.is_int()) return text_of(found);
  }
  return {};
}

void fail_with(const json::Value& error, Draft& draft) {
  if (error.is_string()) return draft.fail({}, error.as_string());
  auto message = first_text(error, {"message", "msg", "detail", "error"});
  draft.fail(first_text(error, {"type", "code", "status"}), message.empty() ? text_of(error) : std::move(message));
}

bool is_nothing(const json::Value& error) {
  return error.is_null() || (error.is_string() && error.as_string().empty()) || error == json::Value(false);
}

}  // namespace

bool take_error(std::string_view name, const json::Value& event, Draft& draft) {
  if (event.is_array()) return !event.as_array().empty() && take_error(name, event.as_array().front(), draft);
  const auto& error = member(event, "error");
  const auto type = event.string_or("type", "");
  const bool is_error_event = name == "error" || type == "error" || event.string_or("object", "") == "error";
  if (!is_nothing(error)) {
    // {"error": "text", "code": ...} keeps its other half outside.
    const bool is_split = error.is_string() && is_error_event && event.find("message") != nullptr;
    fail_with(is_split ? event : error, draft);
    return true;
  }
  if (is_error_event) {
    json::Value details = event;
    if (type == "error") details.as_object().erase("type");
    fail_with(details, draft);
    return true;
  }
  // DashScope and FastAPI, where nothing of an answer stands beside it.
  const bool is_answer = event.find("choices") || event.find("usage") || event.find("output") || event.find("content") || !type.empty();
  const auto& detail = member(event, "detail");
  const bool has_code = event.find("code") != nullptr && event.find("message") != nullptr && !member(event, "message").is_object();
  if (is_answer || (detail.is_null() && !has_code)) return false;
  fail_with(has_code ? event : detail, draft);
  return true;
}

std::optional<std::int64_t> tokens(const json::Value& usage, std::string_view key) {
  const auto& value = member(usage, key);
  if (!value.is_number()) return std::nullopt;
  const double number = value.as_double();
  if (number < 0 || number > kMostTokens || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> tokens(const json::Value& usage, std::string_view parent, std::string_view key) {
  return tokens(member(usage, parent), key);
}

const json::Value& member(const json::Value& value, std::string_view key) {
  static const json::Value kNull;
  const auto* found = value.find(key);
  return found == nullptr ? kNull : *found;
}

std::string text_of(const json::Value& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.as_string() : json::dump(value);
}

}  // namespace argosy::llm
