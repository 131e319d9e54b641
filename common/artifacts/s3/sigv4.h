// AWS Signature Version 4: what a request must carry so that S3 or STS believes who sent it. Used by the clients of this folder. Pure, any
// thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/core/clock.h"

namespace argosy::artifacts::s3 {

struct Credentials {
  std::string access_key, secret_key;
  std::string session_token{};  // of keys that end; empty: none
  UnixMillis expires_at = 0;    // 0: they do not end
};

struct Unsigned {
  std::string method, host;
  std::string path;                              // as it will be sent: encoded, beginning with a slash
  std::map<std::string, std::string> query{};    // not encoded
  std::map<std::string, std::string> headers{};  // names in lower case; all are signed. host and x-amz-date are added
  std::string payload_sha256{};                  // in hex
};
struct Scope {
  std::string region, service;
};

// RFC 3986's unreserved characters stay, and slashes when asked for; the rest is %XX.
std::string uri_encode(std::string_view text, bool keep_slashes);
// "max-keys=2&prefix=J", sorted and encoded, as it is signed and sent.
std::string query_string(const std::map<std::string, std::string>& query);
// "20130524T000000Z"
std::string amz_date(UnixMillis at);
// All headers to send but host: those that were given, x-amz-date, with a session token x-amz-security-token, and authorization.
std::map<std::string, std::string> sign(const Unsigned& request, const Scope& scope, const Credentials& credentials, UnixMillis now);

}  // namespace argosy::artifacts::s3
