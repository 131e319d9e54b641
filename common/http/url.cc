#include "common/http/url.h"

#include <curl/curl.h>
#include <netdb.h>

#include <memory>
#include <optional>

#include "common/http/address_ranges.h"

namespace argosy::http {
namespace {

std::optional<std::string> part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string out(text);
  curl_free(text);
  return out;
}

struct Literal {
  bool numeric = false, loopback = false;
  const AddressRange* special = nullptr;
};

// A name that is a number in disguise ("127.1", "0x7f000001") is resolved without asking anybody.
Literal literal(const std::string& host) {
  if (host == "localhost" || host.ends_with(".localhost"))
    return {.numeric = true, .loopback = true, .special = special_range_of("127.0.0.1")};
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* raw = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &raw) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found(raw, freeaddrinfo);
  return {.numeric = true, .loopback = is_loopback(*found->ai_addr), .special = special_range_of(*found->ai_addr)};
}

}  // namespace

Result<Url> parse_url(const std::string& text) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return fail_user("url_invalid", "the URL cannot be read");
  Url out{.scheme = part(url.get(), CURLUPART_SCHEME).value_or(""),
          .host = part(url.get(), CURLUPART_HOST).value_or(""),
          .port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or(""),
          .has_userinfo = part(url.get(), CURLUPART_USER).has_value() || part(url.get(), CURLUPART_PASSWORD).has_value()};
  if (out.scheme != "http" && out.scheme != "https") return fail_user("url_invalid", "only http and https URLs are called");
  if (out.host.starts_with('[')) {
    out.is_literal_v6 = true;
    out.host = out.host.substr(1, out.host.size() - 2);
  }
  if (out.host.empty()) return fail_user("url_invalid", "the URL names no host");
  return out;
}

bool is_loopback_host(const std::string& host) { return literal(host).loopback; }

Result<void> check_webhook_url(const std::string& text, bool allow_loopback) {
  ARGOSY_TRY(const Url url, parse_url(text));
  if (url.has_userinfo) return fail_user("url_credentials_refused", "a webhook's URL must not hold credentials");
  const Literal where = literal(url.host);
  if (where.loopback && allow_loopback) return {};
  if (where.special != nullptr)
    return fail_user("address_refused", url.host + " is not a public address (" + std::string(where.special->purpose) + ")");
  if (url.scheme != "https") return fail_user("url_scheme_refused", "webhooks are called over https only");
  return {};
}

}  // namespace argosy::http
