#include "common/http/own_answers.h"

#include <ctime>
#include <utility>

namespace argosy::http {
namespace {

constexpr int kRetryAfterSilence = 5;  // seconds
constexpr int kRetryAfterCrowd = 1;    // seconds

}  // namespace

Problem malformed(std::string detail) { return {.status = 400, .type = "malformed_request", .detail = std::move(detail)}; }

Problem header_too_large(std::size_t most_bytes) {
  return {
      .status = 431, .type = "header_too_large", .detail = "The request's header is larger than " + std::to_string(most_bytes) + " bytes."};
}

Problem body_too_large(std::size_t most_bytes) {
  return {.status = 413, .type = "body_too_large", .detail = "The request's body is larger than " + std::to_string(most_bytes) + " bytes."};
}

Problem expectation_failed() {
  return {.status = 417, .type = "expectation_failed", .detail = "The only expectation understood is \"100-continue\"."};
}

Problem too_many_connections() {
  return {.status = 503,
          .type = "too_many_connections",
          .detail = "The server has as many connections as it may have.",
          .retry_after_s = kRetryAfterCrowd};
}

Problem too_slow(std::string_view part, std::chrono::milliseconds limit) {
  return {.status = 408,
          .type = "request_timeout",
          .detail = "The request's " + std::string(part) + " did not arrive within " + std::to_string(limit.count()) + " ms."};
}

Response upgrade_required() {
  Response out = problem_response({.status = 426, .type = "upgrade_required", .detail = "This path speaks WebSocket (version 13) only."});
  out.headers["Upgrade"] = "websocket";
  out.headers["Sec-WebSocket-Version"] = "13";
  return out;
}

Response no_route(const Router::Found& found, const Request& request) {
  if (found.allow.empty()) {
    return problem_response({.status = 404, .type = "not_found", .detail = "There is nothing at " + request.path + "."});
  }
  if (found.websocket) return upgrade_required();
  Response out = problem_response({.status = 405,
                                   .type = "method_not_allowed",
                                   .detail = request.method + " is not possible here.",
                                   .hint = "Allowed: " + found.allow + "."});
  out.headers["Allow"] = found.allow;
  return out;
}

Response no_answer(std::chrono::milliseconds patience) {
  return problem_response(
      {.status = 503,
       .type = "unavailable",
       .detail = "There was no answer within " + std::to_string(patience.count()) + " ms; whether the request was done is not known.",
       .retry_after_s = kRetryAfterSilence});
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

std::string one_line(std::string value) {
  for (char& c : value)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  return value;
}

}  // namespace argosy::http
