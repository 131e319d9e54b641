// The REST API as the client commands see it. Blocking, one thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/core/json.h"
#include "common/http/client.h"
#include "workers/cli/args.h"

namespace argosy::cli {

class Api {
 public:
  // Where: --url, ARGOSY_URL, the `argosy up` of this checkout, or http://127.0.0.1:8080. Who: ARGOSY_TOKEN_FILE or ARGOSY_TOKEN.
  static Result<Api> from(const Arguments& arguments);

  // Errors: unreachable (A) when there is no server, or it is broken; the server's own problem (B), with its detail and hint.
  Result<json::Value> get(const std::string& path) const;
  // The same with the ETag of the answer; empty: it has none.
  struct Tagged {
    json::Value body;
    std::string etag;
  };
  Result<Tagged> get_tagged(const std::string& path) const;
  // All pages of a list, joined; `member` is where a page holds its part.
  Result<json::Array> list(const std::string& path, std::string_view member) const;
  Result<json::Value> post(const std::string& path, const json::Value& body, http::Headers headers = {}) const;
  Result<json::Value> put(const std::string& path, const json::Value& body, http::Headers headers = {}) const;
  // POST, for what is answered when work is done.
  Result<json::Value> post_and_wait(const std::string& path, const json::Value& body, std::chrono::milliseconds timeout) const;
  Result<void> remove(const std::string& path) const;
  Result<std::string> bytes(const std::string& path) const;

  const std::string& url() const { return url_; }
  http::Headers authorization() const;

 private:
  Result<http::Response> ask(std::string method, const std::string& path, std::string body, http::Headers headers) const;
  Result<http::Response> ask(http::ClientRequest request) const;

  std::string url_, token_;
};

// Prints the error; kUnreachable when there was no answer, kUsage when the server refused.
int report_answer(const Error& error);

// For one part of a path or a query.
std::string percent_encode(std::string_view text);

}  // namespace argosy::cli
