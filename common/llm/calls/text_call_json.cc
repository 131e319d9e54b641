// Calls that are written as JSON objects, and what the formats share.
#include <algorithm>

#include "common/core/text.h"
#include "common/llm/calls/arguments.h"
#include "common/llm/calls/json_mender.h"
#include "common/llm/calls/text_call_formats.h"
#include "common/llm/stream/json_texts.h"
#include "common/llm/stream/loose_json.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxCallText = 4u << 20;

std::optional<TextCall> call_of(const json::Value& value) {
  if (const auto* inner = value.find("function"); inner != nullptr && inner->is_object()) return call_of(*inner);
  const auto* arguments = value.find("arguments");
  if (arguments == nullptr) arguments = value.find("parameters");
  TextCall call{.id = value.string_or("id", ""), .name = value.string_or("name", ""), .arguments = {}};
  if (call.name.empty() || arguments == nullptr) return std::nullopt;
  call.arguments = arguments->is_string() ? arguments->as_string() : json::dump(*arguments);
  return call;
}

}  // namespace

std::vector<TextCall> calls_of_json(std::string_view text) {
  text = text::trim(text);
  if (!text.starts_with('{') && !text.starts_with('[')) return {};
  auto value = parse_bounded(text, kMaxCallText);
  if (!value) {
    const auto mended = mend_json(text, true);
    if (mended) value = parse_bounded(*mended, kMaxCallText);
    if (!value) return {};
  }
  std::vector<TextCall> calls;
  if (value->is_object()) {
    if (auto call = call_of(*value)) calls.push_back(std::move(*call));
    return calls;
  }
  for (const auto& item : value->as_array()) {
    auto call = call_of(item);
    if (!call) return {};
    calls.push_back(std::move(*call));
  }
  return calls;
}

std::optional<std::string_view> between(std::string_view text, std::string_view begin, std::string_view end, std::size_t& from) {
  const auto first = text.find(begin, from);
  if (first == std::string_view::npos) return std::nullopt;
  const auto last = text.find(end, first + begin.size());
  if (last == std::string_view::npos) return std::nullopt;
  from = last + end.size();
  return text.substr(first + begin.size(), last - first - begin.size());
}

Found read_bare_object(std::string_view text, Offered) {
  const auto trimmed = text::trim(text);
  if (!trimmed.starts_with('{') && !trimmed.starts_with("[{")) return {};
  return {calls_of_json(trimmed), text.size()};
}

Found read_json_fence(std::string_view text, Offered) {
  const auto line_end = text.find('\n');
  if (line_end == std::string_view::npos) return {.size = text.size()};
  const auto language = text::trim(text.substr(3, line_end - 3));
  const auto close = text.find("\n```", line_end);
  const auto end = close == std::string_view::npos ? text.size() : close;
  const std::size_t size = close == std::string_view::npos ? text.size() : close + 4;
  if (language != "json" && language != "tool_call" && language != "tool_calls" && !language.empty()) return {.size = size};
  return {calls_of_json(text.substr(line_end, end - line_end)), size};
}

Found read_python_tag(std::string_view text, Offered) {
  constexpr std::string_view kMark = "<|python_tag|>";
  Found found{.size = kMark.size()};
  while (true) {
    const auto start = text.find_first_not_of("; \t\r\n", found.size);
    if (start == std::string_view::npos || text[start] != '{') break;
    JsonExtent extent;
    const auto one = text.substr(start, extent.take(text.substr(start)));
    auto calls = calls_of_json(one);
    if (calls.empty()) break;
    found.calls.push_back(std::move(calls.front()));
    found.size = start + one.size();
  }
  for (const std::string_view end : {"<|eom_id|>", "<|eot_id|>"}) {
    if (text.substr(found.size).starts_with(end)) found.size += end.size();
  }
  return found;
}

ElementArguments::ElementArguments(std::string_view tool, Offered offered) {
  if (offered == nullptr) return;
  const auto hit = std::ranges::find(*offered, tool, &Tool::name);
  if (hit != offered->end()) properties_ = hit->parameters.find("properties");
}

void ElementArguments::add(std::string_view key, std::string_view value, bool is_text) {
  const auto* schema = properties_ == nullptr ? nullptr : properties_->find(key);
  is_text = is_text || (schema != nullptr && schema->string_or("type", "") == "string");
  object_[key] = value;
  if (is_text) return;
  if (auto parsed = parse_bounded(text::trim(value), kMaxCallText); parsed && !parsed->is_string()) object_[key] = std::move(*parsed);
}

std::string ElementArguments::json() const { return json::dump(object_); }

}  // namespace argosy::llm
