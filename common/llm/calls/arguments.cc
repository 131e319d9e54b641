#include "common/llm/calls/arguments.h"

#include <fmt/format.h>

#include <vector>

#include "common/core/text.h"
#include "common/llm/calls/json_mender.h"
#include "common/llm/stream/json_texts.h"
#include "common/llm/stream/loose_json.h"

namespace argosy::llm {
namespace {

// Several objects in a row: what is left when the empty ones and the repeated ones are gone, if that is one.
std::string_view only_object(std::string_view text) {
  std::vector<std::string_view> texts;
  for (auto rest = text::trim(text); !rest.empty(); rest = text::trim(rest)) {
    JsonExtent extent;
    const auto one = rest.substr(0, extent.take(rest));
    if (one.front() != '{' || !extent.closed()) return text;
    if (one != "{}" && (texts.empty() || texts.front() != one)) texts.push_back(one);
    if (texts.size() > 1) return text;
    rest.remove_prefix(one.size());
  }
  return texts.empty() ? "{}" : texts.front();
}

// The object, with its text where that differs from what came.
struct Reading {
  Result<json::Value> value;
  std::string text;
};

Reading reading(std::string text, std::size_t max_bytes) {
  auto value = parse_bounded(text, max_bytes);
  if (value && value->is_string() && value->as_string().size() < text.size()) {
    std::string inner(text::trim(value->as_string()));
    auto inside = parse_bounded(inner, max_bytes);
    if (inside && inside->is_object()) return {std::move(inside), std::move(inner)};
  }
  return {std::move(value), std::move(text)};
}

bool is_object(const Reading& reading) { return reading.value && reading.value->is_object(); }

}  // namespace

Arguments read_arguments(std::string_view text, bool whole, std::size_t max_bytes) {
  const std::string_view trimmed = text::trim(text);
  if (whole && (trimmed.empty() || trimmed == "null" || trimmed == "\"\"")) return {"{}"};
  if (trimmed.empty()) return {std::string(text), "the answer ended before these arguments"};

  auto first = reading(std::string(trimmed), max_bytes);
  if (is_object(first)) return {std::move(first.text)};
  if (first.value) return {std::string(text), "the arguments must be a JSON object"};
  const auto because = first.value.error();
  if (because.code == "json_malformed") {
    const auto bare = text::trim(only_object(without_fence(trimmed)));
    if (auto second = reading(std::string(bare), max_bytes); is_object(second)) return {std::move(second.text)};
    if (const auto mended = mend_json(bare, whole)) {
      if (auto third = reading(*mended, max_bytes); is_object(third)) return {std::move(third.text)};
    }
  }
  if (!whole) return {std::string(text), "the answer ended inside these arguments"};
  return {std::string(text), fmt::format("the arguments are not a JSON object: {}", because.message)};
}

}  // namespace argosy::llm
