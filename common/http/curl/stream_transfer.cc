#include "common/http/curl/stream_transfer.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/core/clock.h"
#include "common/http/url.h"

namespace argosy::http::curl {
namespace {

// A stream is many small pieces: larger buffers would lie empty in each of hundreds of calls.
constexpr long kReceiveBuffer = 8 << 10;
constexpr long kSendBuffer = 16 << 10;  // the smallest that libcurl takes

std::string seconds(std::chrono::milliseconds wait) {
  return wait.count() % 1000 == 0 ? std::to_string(wait.count() / 1000) + " s" : std::to_string(wait.count()) + " ms";
}

// A numeric address as libcurl writes it, of a connection that may have been made for another call.
bool allowed(const AddressGuard& guard, const char* address) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  if (inet_pton(AF_INET, address, &v4.sin_addr) == 1) return guard.may_connect(reinterpret_cast<const sockaddr&>(v4));
  if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1) return guard.may_connect(reinterpret_cast<const sockaddr&>(v6));
  return !guard.active;
}

}  // namespace

StreamTransfer::StreamTransfer(std::uint64_t id, StreamRequest request, StreamHandler handler)
    : id_(id), request_(std::move(request)), handler_(std::move(handler)), head_(request_.max_head_bytes) {
  guard_ = {.active = request_.refuse_private_addresses, .allow_loopback = request_.allow_loopback};
}

Result<void> StreamTransfer::prepare(Instant now) {
  started_ = now;
  ARGOSY_TRY(const Url url, parse_url(request_.url));
  host_ = url.host;
  headers_ = header_list(request_.headers);
  easy_.reset(curl_easy_init());
  if (!easy_) return fail_transient("connect_failed", "libcurl has no memory for one more call");
  set_options(easy(), {.url = request_.url,
                       .method = request_.method,
                       .body = request_.body ? std::string_view(*request_.body) : std::string_view(),
                       .headers = headers_.get(),
                       .guard = guard_});
  set_stream_options();
  return {};
}

void StreamTransfer::set_stream_options() {
  CURL* const call = easy();
  curl_easy_setopt(call, CURLOPT_PRIVATE, this);
  // A connection per stream: cancelling one costs the others nothing, and no proxy between us and the vendor mixes their windows.
  curl_easy_setopt(call, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(call, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(call, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(call, CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
  curl_easy_setopt(call, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.timeouts.total.count()));  // ours come first
  curl_easy_setopt(call, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(call, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(call, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(call, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(call, CURLOPT_PREREQFUNCTION, on_connected);
  curl_easy_setopt(call, CURLOPT_PREREQDATA, this);
  // With a folder of certificates beside the file libcurl reads all of them anew for every connection, which is a megabyte and more each.
  curl_easy_setopt(call, CURLOPT_CAPATH, nullptr);
  if (!request_.ca_file.empty()) curl_easy_setopt(call, CURLOPT_CAINFO, request_.ca_file.c_str());
}

Instant StreamTransfer::due() const {
  const auto& wait = request_.timeouts;
  const Instant end = started_ + wait.total;
  if (phase_ == Phase::connecting) return std::min(end, started_ + wait.connect);
  if (phase_ == Phase::waiting) return std::min(end, connected_ + wait.first_byte);
  return std::min(end, last_byte_ + wait.between_bytes);
}

std::optional<Error> StreamTransfer::late(Instant now) const {
  if (now < due()) return std::nullopt;
  const auto& wait = request_.timeouts;
  if (now >= started_ + wait.total) return fail_transient("timeout", host_ + " was not done after " + seconds(wait.total)).error();
  if (phase_ == Phase::connecting) return fail_transient("connect_failed", host_ + ": no connection in " + seconds(wait.connect)).error();
  if (phase_ == Phase::waiting)
    return fail_transient("first_byte_timeout", host_ + " began no answer in " + seconds(wait.first_byte)).error();
  return fail_transient("stalled", host_ + " sent nothing more for " + seconds(wait.between_bytes)).error();
}

void StreamTransfer::enter(Phase phase) {
  if (phase_ == phase) return;
  phase_ = phase;
  if (phase_changed) phase_changed();
}

std::size_t StreamTransfer::on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& self = *static_cast<StreamTransfer*>(user);
  const bool was_complete = self.head_.complete();
  if (!self.head_.take({data, size * count})) {
    self.why_ =
        fail_user("response_too_large", self.host_ + ": a head of more than " + std::to_string(self.request_.max_head_bytes) + " bytes")
            .error();
    return 0;
  }
  if (!was_complete && self.head_.complete() && self.handler_.on_head) self.handler_.on_head(self.head_.status(), self.head_.headers());
  return size * count;
}

std::size_t StreamTransfer::on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& self = *static_cast<StreamTransfer*>(user);
  const std::size_t bytes = size * count;
  self.last_byte_ = system_clock().boot_time();
  self.enter(Phase::receiving);
  self.received_ += bytes;
  if (self.received_ > self.request_.max_response_bytes) {
    self.why_ = fail_user("response_too_large",
                          self.host_ + " answered with more than " + std::to_string(self.request_.max_response_bytes) + " bytes")
                    .error();
    return 0;
  }
  if (self.handler_.on_bytes && !self.handler_.on_bytes({data, bytes})) {
    self.why_ = fail_transient("stopped", "the answer of " + self.host_ + " was not read to its end").error();
    return 0;
  }
  return bytes;
}

int StreamTransfer::on_connected(void* user, char* address, char*, int, int) {
  auto& self = *static_cast<StreamTransfer*>(user);
  if (!allowed(self.guard_, address)) {
    self.guard_.refused = true;
    return CURL_PREREQFUNC_ABORT;
  }
  self.connected_ = system_clock().boot_time();
  self.enter(Phase::waiting);
  return CURL_PREREQFUNC_OK;
}

void StreamTransfer::end(CURLcode code) {
  if (code != CURLE_OK) return end(why_ ? *why_ : error_of(code, host_, guard_));
  if (handler_.on_end) handler_.on_end({});
}

void StreamTransfer::end(Error why) {
  if (handler_.on_end) handler_.on_end(std::unexpected(std::move(why)));
}

}  // namespace argosy::http::curl
