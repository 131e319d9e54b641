#include "common/llm/wire/encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/core/text.h"
#include "common/llm/repair.h"
#include "common/llm/wire/requests/parts.h"

namespace argosy::llm {
namespace {

constexpr std::string_view kAnthropicVersion = "2023-06-01";
constexpr std::array<std::string_view, 4> kImageTypes{"image/png", "image/jpeg", "image/gif", "image/webp"};

Result<void> check(const Endpoint& endpoint, const Request& request) {
  if (std::ranges::any_of(endpoint.key, [](char c) { return c <= ' ' || c > '~'; }))
    return fail_user("key_invalid", "the key of the model has characters that no header may have", "look for a line break at its end");
  if (std::ranges::all_of(request.messages, [](const Message& message) { return message.role == Role::system; }))
    return fail_user("request_empty", "the request has no message to answer");
  if (request.max_tokens < 1)
    return fail_user("output_invalid", fmt::format("max_tokens is {}", request.max_tokens), "say how much may be answered, from 1 on");
  if (endpoint.api == Api::openai_responses && !request.stop.empty())
    return fail_user("request_unsupported", "openai-responses cannot stop at a sequence", "use openai-chat for this request");
  for (const auto& message : request.messages) {
    for (const auto* image : all_of<Image>(message)) {
      if (std::ranges::find(kImageTypes, image->media_type) == kImageTypes.end())
        return fail_user("image_invalid", fmt::format("images of type \"{}\" are not taken", text::ellipsize(image->media_type, 100)));
      if (!text::from_base64(image->base64)) return fail_user("image_invalid", "an image is not base64");
    }
  }
  return {};
}

// With the path that the API defines, whether the base has its version or not.
std::string url_of(const Endpoint& endpoint) {
  std::string_view base = endpoint.base_url;
  while (base.ends_with('/')) base.remove_suffix(1);
  switch (endpoint.api) {
    case Api::openai_responses:
      return fmt::format("{}/responses", base);
    case Api::anthropic:
      return fmt::format("{}{}/messages", base, base.ends_with("/v1") ? "" : "/v1");
    case Api::ollama:
      return fmt::format("{}{}/chat", base, base.ends_with("/api") ? "" : "/api");
    case Api::openai_chat:
      break;
  }
  return fmt::format("{}/chat/completions", base);
}

json::Object body_of(const Endpoint& endpoint, const Request& request, bool stream) {
  switch (endpoint.api) {
    case Api::openai_responses:
      return openai_responses_body(endpoint, request, stream);
    case Api::anthropic:
      return anthropic_body(endpoint, request, stream);
    case Api::ollama:
      return ollama_body(endpoint, request, stream);
    case Api::openai_chat:
      break;
  }
  return openai_chat_body(endpoint, request, stream);
}

http::Headers headers_of(const Endpoint& endpoint, bool stream) {
  const std::string_view accept = !stream ? "application/json" : endpoint.api == Api::ollama ? "application/x-ndjson" : "text/event-stream";
  http::Headers headers{{"Content-Type", "application/json"}, {"Accept", std::string(accept)}};
  if (endpoint.api == Api::anthropic) headers.emplace("anthropic-version", kAnthropicVersion);
  if (endpoint.key.empty()) return headers;
  if (endpoint.api == Api::anthropic) {
    headers.emplace("x-api-key", endpoint.key);
  } else {
    headers.emplace("Authorization", "Bearer " + endpoint.key);
  }
  return headers;
}

}  // namespace

std::int64_t output_asked(Api api, const Request& request) {
  constexpr std::int64_t kLeastOfResponses = 16;  // less is refused
  return api == Api::openai_responses ? std::max(request.max_tokens, kLeastOfResponses) : request.max_tokens;
}

Result<WireRequest> encode(const Endpoint& endpoint, const Request& request, bool stream) {
  Request repaired = request;
  repaired.messages = repair(std::move(repaired.messages));
  ARGOSY_TRY_VOID(check(endpoint, repaired));
  return WireRequest{url_of(endpoint), headers_of(endpoint, stream), json::dump(body_of(endpoint, repaired, stream))};
}

}  // namespace argosy::llm
