// URLs as libcurl reads them, so that what is checked is what is connected to. Used by the client and by ingest for webhooks. Pure, any
// thread.
#pragma once

#include <string>

#include "common/core/error.h"

namespace argosy::http {

struct Url {
  std::string scheme, host, port;  // lower case; the scheme's port when none is given; IPv6 without its brackets
  bool has_userinfo = false, is_literal_v6 = false;
};
// Errors (B): url_invalid, also for anything but http and https.
Result<Url> parse_url(const std::string& text);

// "localhost" and what is a number of 127.0.0.0/8 or ::1, in any spelling; nothing is resolved.
bool is_loopback_host(const std::string& host);

// Whether a webhook may go there, as far as the text tells: https, no credentials, no address of this machine or network in any spelling.
// `allow_loopback` lets http and https to loopback through. What names resolve to is checked when it is called (ClientRequest).
// Errors (B): url_invalid, url_scheme_refused, url_credentials_refused, address_refused.
Result<void> check_webhook_url(const std::string& text, bool allow_loopback);

}  // namespace argosy::http
