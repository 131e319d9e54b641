#include "common/llm/answer_json.h"

#include <fmt/format.h>

#include "common/core/json.h"
#include "common/llm/stream/loose_json.h"

namespace argosy::llm {
namespace {

std::string arguments_json(const ToolCall& call) {
  const auto value = parse_bounded(call.arguments, call.arguments.size());
  // Their own text: numbers of any size stay what they are.
  return value && value->is_object() ? call.arguments : json::quote(call.arguments);
}

json::Value figure(const std::optional<std::int64_t>& tokens) { return tokens ? json::Value(*tokens) : json::Value(); }

}  // namespace

std::string answer_json(const Answer& answer) {
  std::string thinking, calls;
  for (const auto& part : answer.thinking) thinking += part.text;
  for (const auto& call : answer.tool_calls) {
    calls += fmt::format(R"({}{{"id":{},"name":{},"arguments":{}}})", calls.empty() ? "" : ",", json::quote(call.id),
                         json::quote(call.name), arguments_json(call));
  }
  const json::Object usage{{"input", figure(answer.usage.input)},
                           {"output", figure(answer.usage.output)},
                           {"cached", figure(answer.usage.cached)},
                           {"reasoning", figure(answer.usage.reasoning)}};
  return fmt::format(R"({{"text":{},"thinking":{},"tool_calls":[{}],"stop_reason":"{}","usage":{},"complete":{},"error":{}}})",
                     json::quote(answer.text), json::quote(thinking), calls, to_string(answer.stop), json::dump(usage), answer.complete,
                     answer.error.empty() ? "null" : json::quote(answer.error));
}

}  // namespace argosy::llm
