#include "common/http/client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <optional>

#include "common/core/text.h"
#include "common/http/address_ranges.h"
#include "common/http/url.h"

namespace argosy::http {
namespace {

constexpr std::size_t kMaxResponseHeaderBytes = 64 << 10;

struct EasyFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct AddrinfoFree {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using List = std::unique_ptr<curl_slist, ListFree>;

bool may_connect(const sockaddr& address, bool allow_loopback) {
  return special_range_of(address) == nullptr || (allow_loopback && is_loopback(address));
}

std::string numeric(const sockaddr& address, socklen_t size) {
  char text[NI_MAXHOST];
  return getnameinfo(&address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0 ? text : "";
}

// All addresses of the host, numeric; an error when a single one is not public. Resolved here and nowhere else: the caller pins them.
Result<std::vector<std::string>> resolve_public(const Url& url, bool allow_loopback) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int status = getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &raw);
  if (status != 0) return fail_transient("connect_failed", "cannot resolve " + url.host + ": " + gai_strerror(status));
  const std::unique_ptr<addrinfo, AddrinfoFree> found(raw);
  std::vector<std::string> out;
  for (const addrinfo* at = raw; at != nullptr; at = at->ai_next) {
    if (!may_connect(*at->ai_addr, allow_loopback)) {
      return fail_user("address_refused",
                       url.host + " is not a public address (" + std::string(special_range_of(*at->ai_addr)->purpose) + ")");
    }
    const std::string text = numeric(*at->ai_addr, at->ai_addrlen);
    out.push_back(at->ai_family == AF_INET6 ? "[" + text + "]" : text);
  }
  return out;
}

struct Transfer {
  Response response;
  std::size_t max_bytes = 0, header_bytes = 0;
  bool too_large = false, guard = false, allow_loopback = false, refused = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.response.body.size() + size * count > transfer.max_bytes) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body.append(data, size * count);
  return size * count;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  transfer.header_bytes += line.size();
  if (transfer.header_bytes > kMaxResponseHeaderBytes) {
    transfer.too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {  // of the answer after a "100 Continue" too
    transfer.response.headers.clear();
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    transfer.response.headers.emplace(line.substr(0, colon), text::trim(line.substr(colon + 1)));
  }
  return size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(user))() ? 1 : 0;
}

// The last word on where we connect: whatever was parsed and resolved before, this is the address.
curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.guard && !may_connect(address->addr, transfer.allow_loopback)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::unexpected<Error> failure(CURLcode code, const Transfer& transfer, const ClientRequest& request, const std::string& host) {
  if (transfer.refused) return fail_user("address_refused", host + " is not a public address");
  if (transfer.too_large)
    return fail_user("response_too_large", host + " answered with more than " + std::to_string(request.max_response_bytes) + " bytes");
  const std::string what = host + ": " + curl_easy_strerror(code);
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
    case CURLE_UNSUPPORTED_PROTOCOL:
      return fail_user("url_invalid", what);
    default:
      return fail_transient("connect_failed", what);
  }
}

// libcurl keeps pointers into `request`, `pinned` and `transfer` until the transfer is over.
void set_options(CURL* easy, const ClientRequest& request, const List& headers, const List& pinned, Transfer& transfer) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  if (transfer.guard) curl_easy_setopt(easy, CURLOPT_PROXY, "");  // a proxy of the environment would connect for us, unchecked
  if (request.cancelled) {
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &request.cancelled);
  }
  if (pinned) curl_easy_setopt(easy, CURLOPT_RESOLVE, pinned.get());
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

}  // namespace

Result<Response> fetch(const ClientRequest& request) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  ARGOSY_TRY(const Url url, parse_url(request.url));

  List pinned;
  if (request.refuse_private_addresses) {
    ARGOSY_TRY(const auto addresses, resolve_public(url, request.allow_loopback));
    const std::string host = url.is_literal_v6 ? "[" + url.host + "]" : url.host;
    pinned.reset(curl_slist_append(nullptr, (host + ":" + url.port + ":" + text::join(addresses, ",")).c_str()));
  }
  List headers;
  for (const auto& [name, value] : request.headers) headers.reset(curl_slist_append(headers.release(), (name + ": " + value).c_str()));
  headers.reset(curl_slist_append(headers.release(), "Expect:"));  // a body of ours is small: do not wait for a "100 Continue"

  Transfer transfer;
  transfer.max_bytes = request.max_response_bytes;
  transfer.guard = request.refuse_private_addresses;
  transfer.allow_loopback = request.allow_loopback;
  const std::unique_ptr<CURL, EasyFree> easy(curl_easy_init());
  set_options(easy.get(), request, headers, pinned, transfer);
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK) return failure(code, transfer, request, url.host);
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  return std::move(transfer.response);
}

}  // namespace argosy::http
