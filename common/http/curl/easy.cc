#include "common/http/curl/easy.h"

#include <sys/socket.h>
#include <unistd.h>

#include <mutex>

#include "common/core/text.h"
#include "common/http/address_ranges.h"

namespace argosy::http::curl {
namespace {

constexpr int kFirstFinalStatus = 200;

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& guard = *static_cast<AddressGuard*>(user);
  if (!guard.may_connect(address->addr)) {
    guard.refused = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// "HTTP/1.1 200 OK"
int status_of(std::string_view line) {
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return 0;
  return static_cast<int>(text::to_int(line.substr(blank + 1, 3)).value_or(0));
}

std::unexpected<Error> failure(CURLcode code, const std::string& what) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
      return fail_transient("timeout", what);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return fail_transient("tls_failed", what);
    case CURLE_URL_MALFORMAT:
      return fail_user("url_invalid", what);
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return fail_transient("cut", what);
    case CURLE_OUT_OF_MEMORY:  // its own bound on a line of the head
      return fail_user("response_too_large", what);
    case CURLE_UNSUPPORTED_PROTOCOL:  // the URL's was looked at before: this is what answered
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return fail_transient("answer_malformed", what);
    default:
      return fail_transient("connect_failed", what);
  }
}

}  // namespace

void init() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

List header_list(const Headers& headers) {
  List list;
  for (const auto& [name, value] : headers) list.reset(curl_slist_append(list.release(), (name + ": " + value).c_str()));
  list.reset(curl_slist_append(list.release(), "Expect:"));  // a body of ours is small: do not wait for a "100 Continue"
  return list;
}

bool AddressGuard::may_connect(const sockaddr& address) const {
  return !active || special_range_of(address) == nullptr || (allow_loopback && is_loopback(address));
}

bool HeadReader::take(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > max_bytes_) return false;
  if (complete_) return true;  // trailers after a chunked body
  if (line.starts_with("HTTP/")) {
    headers_.clear();
    status_ = status_of(line);
  } else if (text::trim(line).empty()) {
    complete_ = status_ >= kFirstFinalStatus;
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    headers_.emplace(line.substr(0, colon), text::trim(line.substr(colon + 1)));
  }
  return true;
}

void set_options(CURL* easy, const Call& call) {
  curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call.headers);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &call.guard);
  if (call.guard.active) curl_easy_setopt(easy, CURLOPT_PROXY, "");  // a proxy of the environment would connect for us, unchecked
  if (call.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!call.body.empty() || call.method == "POST" || call.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.data() == nullptr ? "" : call.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
}

Error error_of(CURLcode code, const std::string& host, const AddressGuard& guard) {
  if (guard.refused) return fail_user("address_refused", host + " is not a public address").error();
  return failure(code, host + ": " + curl_easy_strerror(code)).error();
}

}  // namespace argosy::http::curl
