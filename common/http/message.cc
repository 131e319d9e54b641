#include "common/http/message.h"

#include <algorithm>
#include <cctype>

namespace argosy::http {

bool CaseLess::operator()(std::string_view a, std::string_view b) const {
  return std::ranges::lexicographical_compare(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) < std::tolower(y); });
}

std::string Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

Response json_response(int status, const json::Value& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = json::dump(body)};
}

Response problem_response(const Problem& problem) {
  json::Object body{
      {"type", "/problems/" + problem.type}, {"title", problem.title}, {"status", problem.status}, {"detail", problem.detail}};
  if (!problem.pointer.empty()) body.append("pointer", problem.pointer);
  if (!problem.hint.empty()) body.append("hint", problem.hint);
  Response out = json_response(problem.status, body);
  out.headers["Content-Type"] = "application/problem+json";
  if (problem.retry_after_s) out.headers["Retry-After"] = std::to_string(*problem.retry_after_s);
  return out;
}

}  // namespace argosy::http
