// A request in the words of its vendor. Used by whoever calls a model, just before the call. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>

#include "common/core/error.h"
#include "common/http/message.h"
#include "common/llm/api.h"
#include "common/llm/conversation.h"

namespace argosy::llm {

struct WireRequest {
  std::string url;
  http::Headers headers;  // with the key: never logged
  std::string body;       // JSON in valid UTF-8, whatever the conversation held
};

// What no vendor takes is put right first (repair.h): calls without a result, results without a call, roles twice in a row.
// Seeds, user keys and the demand for a call are left out where the API has no word for them.
// Errors (B): request_empty without a message to answer, request_unsupported for stop sequences where there are none, image_invalid,
// key_invalid, output_invalid for max_tokens below 1.
Result<WireRequest> encode(const Endpoint& endpoint, const Request& request, bool stream = true);

// The most that the request makes a server answer: max_tokens, or what its API takes at least. What a reservation counts with.
std::int64_t output_asked(Api api, const Request& request);

}  // namespace argosy::llm
