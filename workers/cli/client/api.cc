#include "workers/cli/client/api.h"

#include <cstdlib>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/http/client.h"
#include "workers/cli/command.h"
#include "workers/cli/up/state_folder.h"

namespace argosy::cli {
namespace {

constexpr const char* kDefaultUrl = "http://127.0.0.1:8080";
constexpr std::chrono::milliseconds kTimeout{30'000};
constexpr std::size_t kMaxTokenBytes = 4096;
constexpr int kPageSize = 200, kMostPages = 100;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<std::string> token() {
  const auto file = variable("ARGOSY_TOKEN_FILE");
  if (file.empty()) return variable("ARGOSY_TOKEN");
  ARGOSY_TRY(const auto text, read_file(file, kMaxTokenBytes));
  return std::string(text::trim(text));
}

Error problem_of(const http::Response& response) {
  const auto body = json::parse(response.body);
  const auto field = [&](std::string_view name) { return body ? body->string_or(name, "") : std::string(); };
  Error error;
  error.category = response.status >= 500 ? Category::transient : Category::needs_user;
  error.code = field("type");
  error.message = field("detail").empty() ? field("title") : field("detail");
  if (error.message.empty()) error.message = fmt::format("the server answered {}", response.status);
  if (const auto pointer = field("pointer"); !pointer.empty()) error.message += fmt::format(" (at {})", pointer);
  error.hint = field("hint");
  return error;
}

}  // namespace

Result<Api> Api::from(const Arguments& arguments) {
  Api api;
  api.url_ = arguments.value("--url").value_or(variable("ARGOSY_URL"));
  if (api.url_.empty()) {
    const auto running = running_address(StateFolder::default_path());
    api.url_ = running ? running->api_url : kDefaultUrl;
  }
  while (api.url_.ends_with('/')) api.url_.pop_back();
  ARGOSY_TRY(api.token_, token());
  redact_register_secret(api.token_);
  return api;
}

http::Headers Api::authorization() const {
  if (token_.empty()) return {};
  return {{"Authorization", "Bearer " + token_}};
}

Result<http::Response> Api::ask(std::string method, const std::string& path, std::string body, http::Headers headers) const {
  return ask(
      {.method = std::move(method), .url = url_ + path, .headers = std::move(headers), .body = std::move(body), .timeout = kTimeout});
}

Result<http::Response> Api::ask(http::ClientRequest request) const {
  request.headers.merge(authorization());
  if (!request.body.empty()) request.headers["Content-Type"] = "application/json";
  auto response = http::fetch(request);
  if (!response) {
    return fail_transient("unreachable", fmt::format("{} does not answer: {}", url_, response.error().message),
                          "start it with `argosy up`, or name it with --url or ARGOSY_URL");
  }
  if (response->status >= 400) return std::unexpected(problem_of(*response));
  return response;
}

Result<json::Value> Api::get(const std::string& path) const {
  ARGOSY_TRY(const auto response, ask("GET", path, "", {}));
  return json::parse(response.body);
}

Result<Api::Tagged> Api::get_tagged(const std::string& path) const {
  ARGOSY_TRY(const auto response, ask("GET", path, "", {}));
  ARGOSY_TRY(auto body, json::parse(response.body));
  const auto etag = response.headers.find("ETag");
  return Tagged{.body = std::move(body), .etag = etag == response.headers.end() ? std::string() : etag->second};
}

Result<json::Array> Api::list(const std::string& path, std::string_view member) const {
  json::Array out;
  std::string cursor;
  for (int page = 0; page < kMostPages; ++page) {
    ARGOSY_TRY(const auto answer,
               get(fmt::format("{}?limit={}{}", path, kPageSize, cursor.empty() ? "" : "&cursor=" + percent_encode(cursor))));
    const auto& part = answer.array_or_empty(member);
    out.insert(out.end(), part.begin(), part.end());
    cursor = answer.string_or("next_cursor", "");
    if (cursor.empty()) break;
  }
  return out;
}

Result<json::Value> Api::post(const std::string& path, const json::Value& body, http::Headers headers) const {
  ARGOSY_TRY(const auto response, ask("POST", path, json::dump(body), std::move(headers)));
  return json::parse(response.body);
}

Result<json::Value> Api::put(const std::string& path, const json::Value& body, http::Headers headers) const {
  ARGOSY_TRY(const auto response, ask("PUT", path, json::dump(body), std::move(headers)));
  return json::parse(response.body);
}

Result<json::Value> Api::post_and_wait(const std::string& path, const json::Value& body, std::chrono::milliseconds timeout) const {
  ARGOSY_TRY(const auto response, ask({.method = "POST", .url = url_ + path, .body = json::dump(body), .timeout = timeout}));
  return json::parse(response.body);
}

Result<void> Api::remove(const std::string& path) const {
  ARGOSY_TRY_VOID(ask("DELETE", path, "", {}));
  return {};
}

Result<std::string> Api::bytes(const std::string& path) const {
  ARGOSY_TRY(auto response, ask("GET", path, "", {}));
  return std::move(response.body);
}

int report_answer(const Error& error) { return report(error, error.category == Category::transient ? kUnreachable : kUsage); }

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace argosy::cli
