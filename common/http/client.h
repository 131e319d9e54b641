// A blocking HTTP client (libcurl), for webhooks and for the command line. One object may be used from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/http/message.h"

namespace argosy::http {

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  Headers headers{};
  std::string body{};
  std::chrono::milliseconds timeout{30'000};
  std::size_t max_response_bytes = 64 << 20;
  bool refuse_private_addresses = false;  // for user-given URLs: resolve once, check every address, pin the connection; no redirects ever
  bool allow_loopback = false;            // an exception to the former
  std::string ca_file{};                  // PEM of whom to trust; empty: the system's
  std::function<bool()> cancelled{};      // asked about every second while nothing comes; true ends it as a timeout would
};

// Errors: connect_failed, timeout, tls_failed, cut, answer_malformed (A); address_refused, url_invalid, response_too_large (B). Any status
// is a success here.
Result<Response> fetch(const ClientRequest& request);

}  // namespace argosy::http
