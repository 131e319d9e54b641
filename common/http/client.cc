#include "common/http/client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>

#include <memory>

#include "common/core/text.h"
#include "common/http/address_ranges.h"
#include "common/http/curl/easy.h"
#include "common/http/url.h"

namespace argosy::http {
namespace {

constexpr std::size_t kMaxResponseHeaderBytes = 64 << 10;

struct AddrinfoFree {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

std::string numeric(const sockaddr& address, socklen_t size) {
  char text[NI_MAXHOST];
  return getnameinfo(&address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0 ? text : "";
}

// All addresses of the host, numeric; an error when a single one is not public. Resolved here and nowhere else: the caller pins them.
Result<std::vector<std::string>> resolve_public(const Url& url, const curl::AddressGuard& guard) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int status = getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &raw);
  if (status != 0) return fail_transient("connect_failed", "cannot resolve " + url.host + ": " + gai_strerror(status));
  const std::unique_ptr<addrinfo, AddrinfoFree> found(raw);
  std::vector<std::string> out;
  for (const addrinfo* at = raw; at != nullptr; at = at->ai_next) {
    if (!guard.may_connect(*at->ai_addr)) {
      return fail_user("address_refused",
                       url.host + " is not a public address (" + std::string(special_range_of(*at->ai_addr)->purpose) + ")");
    }
    const std::string text = numeric(*at->ai_addr, at->ai_addrlen);
    out.push_back(at->ai_family == AF_INET6 ? "[" + text + "]" : text);
  }
  return out;
}

struct Transfer {
  std::string body;
  std::size_t max_bytes = 0;
  bool too_large = false;
  curl::HeadReader head{kMaxResponseHeaderBytes};
  curl::AddressGuard guard;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.body.size() + size * count > transfer.max_bytes) {
    transfer.too_large = true;
    return 0;
  }
  transfer.body.append(data, size * count);
  return size * count;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.too_large = !transfer.head.take({data, size * count});
  return transfer.too_large ? 0 : size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(user))() ? 1 : 0;
}

// libcurl keeps pointers into `request` and `transfer` until the transfer is over.
void set_options(CURL* easy, const ClientRequest& request, const curl::List& headers, const curl::List& pinned, Transfer& transfer) {
  curl::set_options(
      easy, {.url = request.url, .method = request.method, .body = request.body, .headers = headers.get(), .guard = transfer.guard});
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  if (!request.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca_file.c_str());
  if (request.cancelled) {
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &request.cancelled);
  }
  if (pinned) curl_easy_setopt(easy, CURLOPT_RESOLVE, pinned.get());
}

}  // namespace

Result<Response> fetch(const ClientRequest& request) {
  curl::init();
  ARGOSY_TRY(const Url url, parse_url(request.url));

  Transfer transfer;
  transfer.max_bytes = request.max_response_bytes;
  transfer.guard = {.active = request.refuse_private_addresses, .allow_loopback = request.allow_loopback};
  curl::List pinned;
  if (request.refuse_private_addresses) {
    ARGOSY_TRY(const auto addresses, resolve_public(url, transfer.guard));
    const std::string host = url.is_literal_v6 ? "[" + url.host + "]" : url.host;
    pinned.reset(curl_slist_append(nullptr, (host + ":" + url.port + ":" + text::join(addresses, ",")).c_str()));
  }
  const curl::List headers = curl::header_list(request.headers);
  const curl::Easy easy(curl_easy_init());
  set_options(easy.get(), request, headers, pinned, transfer);
  const CURLcode code = curl_easy_perform(easy.get());
  if (transfer.too_large)
    return fail_user("response_too_large", url.host + " answered with more than " + std::to_string(request.max_response_bytes) + " bytes");
  if (code != CURLE_OK) return std::unexpected(curl::error_of(code, url.host, transfer.guard));
  return Response{.status = transfer.head.status(), .headers = std::move(transfer.head.headers()), .body = std::move(transfer.body)};
}

}  // namespace argosy::http
