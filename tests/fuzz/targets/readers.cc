// Whole bodies, and what the answers are good for.
#include <string>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/llm/answer_json.h"
#include "common/llm/repair.h"
#include "common/llm/wire/answer_reader.h"
#include "common/llm/wire/encode.h"
#include "tests/fuzz/targets/targets.h"

namespace argosy::fuzz {
namespace {

using llm::Api;

// Small, so that the bounds are met too.
constexpr llm::ReaderLimits kLimits{
    .max_bytes = 1u << 16, .max_event_bytes = 1u << 14, .max_answer_bytes = 1u << 13, .max_argument_bytes = 1u << 12, .max_tool_calls = 8};

llm::Answer answer_to(Api api, std::span<const std::string_view> parts) {
  const auto reader = llm::AnswerReader::make(api, kLimits);
  for (const auto part : parts) {
    reader->take(part, [](llm::Delta, std::string_view piece) { promise(text::is_utf8(piece), "people see valid UTF-8"); });
  }
  return reader->finish();
}

void becomes_a_request(const llm::Answer& answer) {
  llm::Request request;
  request.messages = {{llm::Role::user, {llm::Text{"Go."}}}};
  request.messages.push_back(llm::to_message(answer, request.messages));
  for (const Api api : {Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama}) {
    const auto encoded = llm::encode({.api = api, .base_url = "https://host.example/v1", .model = "m"}, request);
    promise(encoded.has_value(), "an answer can be sent back");
    const auto body = json::parse(encoded->body, {.max_bytes = 1u << 24, .max_depth = 128});
    promise(body && body->is_object(), "a request is JSON");
  }
}

void read(Api api, std::string_view bytes) {
  const auto answer = answer_to(api, {&bytes, 1});
  const auto printed = llm::answer_json(answer);
  promise(printed == llm::answer_json(answer_to(api, pieces(bytes))), "an answer does not depend on the split");
  const auto value = json::parse(printed, {.max_bytes = 1u << 24, .max_depth = 128});
  promise(value && value->is_object() && value->as_object().size() == 7, "what is printed is JSON");
  promise(answer.complete || (answer.stop == llm::StopReason::error && !answer.error.empty()), "what is not complete is an error");
  promise(answer.tool_calls.size() <= kLimits.max_tool_calls, "no more calls than are allowed");
  becomes_a_request(answer);
}

}  // namespace

void openai_chat(std::string_view bytes) { read(Api::openai_chat, bytes); }
void openai_responses(std::string_view bytes) { read(Api::openai_responses, bytes); }
void anthropic(std::string_view bytes) { read(Api::anthropic, bytes); }
void ollama(std::string_view bytes) { read(Api::ollama, bytes); }

}  // namespace argosy::fuzz
