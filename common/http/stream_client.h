// HTTP calls whose answers come piece by piece, hundreds at a time: one thread per object waits for all of them with epoll. For the model
// layer; a process has one. start(), after() and StreamCall::cancel() may be called from any thread; every callback comes on the client's
// own thread, which serves all calls: it must not block.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/core/pools/pool_use.h"
#include "common/http/message.h"

namespace argosy::http {

namespace curl {
class StreamLoop;
}

struct StreamTimeouts {
  std::chrono::milliseconds connect{10'000};  // name, TCP and TLS, from the start
  std::chrono::milliseconds first_byte{
      300'000};  // of the body, from the connection on: a model may think for minutes before it says a word
  std::chrono::milliseconds between_bytes{120'000};  // of the body
  std::chrono::milliseconds total{20 * 60'000};
};

struct StreamRequest {
  std::string method = "POST";
  std::string url;
  Headers headers{};
  std::shared_ptr<const std::string> body{};  // shared, so that a repeat does not copy it; null: none
  StreamTimeouts timeouts{};
  std::size_t max_response_bytes = 64 << 20;
  std::size_t max_head_bytes = 64 << 10;
  bool refuse_private_addresses = false;  // every connection is looked at, also one that is used again; no redirects ever, no proxy
  bool allow_loopback = false;            // an exception to the former
  std::string ca_file{};                  // PEM of whom to trust; empty: the system's
};

// Nothing is unpacked (no Accept-Encoding is sent): what the server sends is what on_bytes gets, within max_response_bytes.
struct StreamHandler {
  std::function<void(int status, const Headers& headers)> on_head;
  std::function<bool(std::string_view bytes)> on_bytes;  // false: enough, the connection is closed and on_end says `stopped`
  // Exactly once and last. Errors (A): connect_failed, tls_failed, first_byte_timeout, stalled, timeout, cut, answer_malformed, cancelled,
  // stopped, too_many_calls; (B): address_refused, url_invalid, response_too_large. Any status is a success here.
  std::function<void(Result<void>)> on_end;
};

// One call, as who started it holds it. It may outlive the client. Letting it go does not end the call.
class StreamCall {
 public:
  StreamCall() = default;
  // Closes the connection; on_end says `cancelled` unless the call has ended. Returns at once.
  void cancel();

 private:
  friend class StreamClient;
  std::function<void()> cancel_;
};

class StreamClient {
 public:
  StreamClient();
  ~StreamClient();  // what runs ends as `cancelled`, what waits in after() is called at once
  StreamClient(const StreamClient&) = delete;
  StreamClient& operator=(const StreamClient&) = delete;

  StreamCall start(StreamRequest request, StreamHandler handler);
  // Calls `what` on the client's thread, not before `wait` is over.
  void after(std::chrono::milliseconds wait, std::function<void()> what);
  // Of open calls; none waits, for what is too much is refused.
  PoolUse use() const;

 private:
  std::shared_ptr<curl::StreamLoop> loop_;
};

}  // namespace argosy::http
