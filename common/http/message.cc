#include "common/http/message.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "common/core/text.h"

namespace argosy::http {

bool CaseLess::operator()(std::string_view a, std::string_view b) const {
  return std::ranges::lexicographical_compare(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) < std::tolower(y); });
}

std::optional<UnixMillis> parse_date(const std::string& text) {
  const time_t seconds = curl_getdate(text.c_str(), nullptr);
  return seconds < 0 ? std::nullopt : std::optional<UnixMillis>(seconds * 1000);
}

std::string Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

Response json_response(int status, const json::Value& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = json::dump(body)};
}

std::string problem_title(std::string_view type) {
  static constexpr std::pair<std::string_view, std::string_view> kSpelled[] = {
      {"json", "JSON"}, {"nul", "NUL"}, {"url", "URL"}, {"utf8", "UTF-8"}};
  std::string out;
  for (const auto& word : text::split(type, '_')) {
    const auto spelled = std::ranges::find(kSpelled, std::string_view(word), &std::pair<std::string_view, std::string_view>::first);
    if (!out.empty()) out += ' ';
    out += spelled == std::end(kSpelled) ? word : std::string(spelled->second);
  }
  if (!out.empty()) out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
  return out;
}

Response problem_response(const Problem& problem) {
  json::Object body{{"type", "/problems/" + problem.type},
                    {"title", problem_title(problem.type)},
                    {"status", problem.status},
                    {"detail", problem.detail}};
  if (!problem.pointer.empty()) body.append("pointer", problem.pointer);
  if (!problem.hint.empty()) body.append("hint", problem.hint);
  Response out = json_response(problem.status, body);
  out.headers["Content-Type"] = "application/problem+json";
  if (problem.retry_after_s) out.headers["Retry-After"] = std::to_string(*problem.retry_after_s);
  return out;
}

}  // namespace argosy::http
