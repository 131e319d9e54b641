// Requests and answers as JSON, both ways, without loss: for what is kept of conversations and played again. Pure, any thread.
#pragma once

#include "common/core/json.h"
#include "common/llm/conversation.h"

namespace argosy::llm {

// {messages: [{role, parts: [{kind: text|image|thinking|tool_call|tool_result, ...}]}], tools, max_tokens, ...}; what is as it is by
// default is left out. Bytes that are no text stand in it as U+FFFD.
json::Object to_json(const Request& request);
json::Object to_json(const Answer& answer);

// What to_json() made. Members that nobody knows are passed over. Errors (B): conversation_malformed, with the place.
Result<Request> request_from_json(const json::Value& value);
Result<Answer> answer_from_json(const json::Value& value);

}  // namespace argosy::llm
