#include "workers/ingest/edge/body.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::ingest {
namespace {

constexpr std::size_t kMaxIdempotencyKey = 255;

bool is_json(std::string_view content_type) {
  const http::CaseLess less;
  const auto same = [&](std::string_view a, std::string_view b) { return !less(a, b) && !less(b, a); };
  const auto parts = text::split(content_type, ';');
  if (!same(text::trim(parts.front()), "application/json")) return false;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto parameter = text::trim(parts[i]);
    if (!parameter.empty() && !same(parameter, "charset=utf-8") && !same(parameter, "charset=\"utf-8\"")) return false;
  }
  return true;
}

}  // namespace

Checked<json::Value> read_body(const http::Request& request, std::size_t max_bytes) {
  const std::string content_type = request.header("Content-Type");
  if (request.body.empty()) return std::unexpected(Refusal{.type = "body_missing", .detail = "The request has no body."});
  if (!is_json(content_type)) {
    return std::unexpected(Refusal{.type = "unsupported_media_type",
                                   .detail = content_type.empty() ? "The request has no Content-Type."
                                                                  : "The request's Content-Type is not application/json in UTF-8.",
                                   .hint = "Content-Type: application/json"});
  }
  if (!request.header("Content-Encoding").empty()) {
    return std::unexpected(Refusal{.type = "unsupported_media_type", .detail = "Bodies must not be compressed."});
  }
  auto value = json::parse(request.body, {.max_bytes = max_bytes});
  if (!value) return std::unexpected(refusal_of(value.error(), "json_malformed"));
  return std::move(*value);
}

// Absent is none; present must be something.
Checked<std::string> read_idempotency_key(const http::Request& request) {
  const auto found = request.headers.find("Idempotency-Key");
  if (found == request.headers.end()) return std::string();
  const std::string& key = found->second;
  const bool printable = std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~'; });
  if (key.empty() || key.size() > kMaxIdempotencyKey || !printable) {
    return std::unexpected(
        Refusal{.type = "idempotency_key_invalid", .detail = "The Idempotency-Key must have 1 to 255 characters of printable ASCII."});
  }
  return key;
}

Refusal refusal_of(const tasks::JsonReader::Problem& problem) {
  return {.type = "request_invalid",
          .detail = (problem.pointer.empty() ? "The body: " : problem.pointer + ": ") + problem.message + ".",
          .pointer = problem.pointer};
}

}  // namespace argosy::ingest
