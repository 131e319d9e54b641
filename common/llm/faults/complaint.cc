#include "common/llm/faults/complaint.h"

#include <algorithm>
#include <array>
#include <span>

#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::llm {
namespace {

using Words = std::span<const std::string_view>;

// In lower case; found in message, type or code. Each is one vendor's, noted where it is not plain.
constexpr auto kTooLong = std::to_array<std::string_view>({
    "context_length_exceeded",
    "maximum context length",         // OpenAI, vLLM, DeepSeek, OpenRouter
    "context window",                 // Responses, LM Studio
    "prompt is too long",             // Anthropic
    "exceed context limit",           // Anthropic: input and max_tokens together
    "request_too_large",              // Anthropic, 413
    "request too large",              // OpenAI: more than a minute's tokens in one request, which no waiting heals
    "exceed_context_size",            // llama.cpp
    "exceeds the available context",  // llama.cpp
    "exceeds the context length",     // Ollama
    "exceeded model token limit",     // Moonshot
    "range of input length",          // Qwen
    "input token count",              // Gemini
    "maximum number of tokens allowed",
    "string_above_max_length",
    "prompt too long",
});
constexpr auto kQuota = std::to_array<std::string_view>({
    "insufficient_quota",
    "exceeded your current quota",
    "exceeded_current_quota",  // Moonshot
    "billing_hard_limit",
    "billing_error",
    "billing_not_active",
    "credit balance",        // Anthropic
    "insufficient balance",  // DeepSeek
    "insufficient credits",  // OpenRouter
    "insufficient_balance",
    "arrearage",  // Qwen
    "out of credits",
});
constexpr auto kAuth = std::to_array<std::string_view>({"authentication_error", "invalid_api_key", "invalid x-api-key", "incorrect api key",
                                                        "permission_error", "unauthorized", "invalid_authentication"});
constexpr auto kOverloaded =
    std::to_array<std::string_view>({"overloaded", "engine_overloaded", "server is busy", "server busy", "at capacity", "slow_down"});
constexpr auto kRateLimited = std::to_array<std::string_view>({"rate_limit", "rate limit", "too many requests", "throttl"});
constexpr auto kRefused = std::to_array<std::string_view>({"invalid_request", "invalid_prompt", "not_found_error", "model_not_found"});

// Gemini speaks of a quota where it means a rate.
constexpr std::string_view kPassing = "RESOURCE_EXHAUSTED";

bool says(const std::string& lower, Words words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return lower.contains(word); });
}

// Text, or a number as some servers write a code.
std::string word(const json::Value& value, std::string_view key) {
  const json::Value* found = value.find(key);
  if (found == nullptr) return {};
  if (found->is_string()) return found->as_string();
  return found->is_int() ? std::to_string(found->as_int()) : "";
}

std::string bounded(std::string_view message) { return text::ellipsize(text::to_utf8(text::trim(message)), kLongestComplaint); }

Complaint from_json(const json::Value& body) {
  const json::Value* error = body.find("error");
  if (error != nullptr && error->is_string()) return {.message = bounded(error->as_string()), .type = "", .code = word(body, "code")};
  const json::Value& at = error != nullptr && error->is_object() ? *error : body;
  Complaint out{.message = word(at, "message"), .type = word(at, "type"), .code = word(at, "code")};
  if (out.type.empty()) out.type = word(at, "status");        // Gemini
  if (out.message.empty()) out.message = word(at, "detail");  // FastAPI: proxies and home-made servers
  if (out.message.empty() && at.find("detail") != nullptr) out.message = json::dump(*at.find("detail"));
  // OpenRouter hands on what the vendor behind it said.
  if (const json::Value* more = at.find("metadata"); more != nullptr && !word(*more, "raw").empty())
    out.message += ": " + word(*more, "raw");
  out.message = bounded(out.message);
  return out;
}

bool is_server_error(int status) { return status >= 500 || status == 408 || status == 409 || status == 425; }

}  // namespace

Complaint read_complaint(std::string_view body) {
  const std::string_view text = text::trim(body);
  if (text.starts_with('{') || text.starts_with('[')) {
    const auto value = json::parse(text);
    if (value && value->is_array() && !value->as_array().empty()) return from_json(value->as_array().front());  // Gemini
    if (value) return from_json(*value);
  }
  if (text.starts_with('<')) return {};  // a proxy's page: its status says all
  return {.message = bounded(text), .type = "", .code = ""};
}

FaultKind kind_of(int status, const Complaint& complaint) {
  using enum FaultKind;
  const std::string all = text::lower(complaint.type + " " + complaint.code + " " + complaint.message);
  const bool in_answer = status == kNoStatus;
  // What is final comes first: the same 429, 400 and, from local servers, 500 carry it, and only the words tell.
  if (status == 402 || (says(all, kQuota) && !complaint.type.starts_with(kPassing))) return quota;
  if (status == 413 || says(all, kTooLong)) return context_too_long;
  if (is_server_error(status)) return status == 503 || status == 529 || says(all, kOverloaded) ? overloaded : server_error;
  if (status == 429) return rate_limited;
  if (status == 401 || status == 403) return auth;
  if (!in_answer) return refused_request;
  if (says(all, kAuth)) return auth;
  if (says(all, kRateLimited)) return rate_limited;
  if (says(all, kOverloaded)) return overloaded;
  return says(all, kRefused) ? refused_request : broken_stream;
}

}  // namespace argosy::llm
