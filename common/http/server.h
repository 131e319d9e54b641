// HTTP/1.1 and WebSocket server on its own threads; the only server in the product. Routes answer through a callback, from any thread,
// at any time, so that a slow database never holds a server thread. Bounds: header and body size, connections, header, body and idle
// time-outs; what passes a bound gets a 4xx problem and the connection is closed. Pipelined requests are answered one after the other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/http/message.h"

namespace argosy::http {

// To be called once, from any thread, also after the server is gone; a second call does nothing. A request whose Respond is destroyed
// without a call is answered 500. Handlers run on a server thread and must not block.
using Respond = std::function<void(Response)>;
using Handler = std::function<void(Request, Respond)>;

// One WebSocket client. Thread-safe; methods after the connection is gone do nothing.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  // Queues a text message; the bytes are shared, not copied. False when the client's queue would pass its byte bound: nothing is queued.
  virtual bool send(std::shared_ptr<const std::string> text) = 0;
  // Sends what is queued if it can within a second, then the close frame.
  virtual void close(int code, std::string_view reason) = 0;
  virtual std::size_t queued_bytes() const = 0;
};

struct WebSocketEvents {
  std::function<void(std::string_view text)> on_text;  // a whole message; called on a server thread
  std::function<void()> on_close;                      // once, whoever closed; no call follows it
};
// Decides on an upgrade: returns the response of a refusal, or accepts through `accept`, which yields the connection later, on a server
// thread, once the handshake is done.
using Accept = std::function<void(std::function<WebSocketEvents(std::shared_ptr<WebSocket>)>)>;
using WebSocketHandler = std::function<void(Request, Accept, Respond refuse)>;

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one, see port()
  int threads = 2;
  std::size_t max_header_bytes = 16 << 10;
  std::size_t max_body_bytes = 1 << 20;
  std::size_t max_connections = 10'000;
  std::chrono::milliseconds header_timeout{10'000}, body_timeout{30'000}, idle_timeout{60'000};
  std::chrono::milliseconds answer_timeout{20'000};  // for the handler; then the client gets a 503, and what the handler says is dropped
  std::chrono::milliseconds write_timeout{30'000};   // for each piece of an answer that the client takes
  std::size_t ws_max_message_bytes = 64 << 10;
  std::size_t ws_client_buffer_bytes = 1 << 20;
  std::chrono::milliseconds ws_ping_every{25'000}, ws_pong_timeout{8'000};
  bool ws_deflate = false;                                // offer permessage-deflate: less traffic for twice the processor time
  std::function<void(std::string_view what)> on_error{};  // a handler threw, no descriptor was left; called on a server thread
};

class Server {
 public:
  explicit Server(ServerOptions options);
  ~Server();  // stops

  // Patterns: "/api/v1/tasks/{id}"; a last part "{name...}" matches the rest. Before start() only. Unknown path: 404; known path with
  // another method: 405 with Allow. `answer_timeout`: where an answer may take longer than all others.
  void route(std::string_view method, std::string_view pattern, Handler handler,
             std::optional<std::chrono::milliseconds> answer_timeout = std::nullopt);
  void websocket(std::string_view pattern, WebSocketHandler handler);

  Result<void> start();  // errors (B): address_in_use, address_invalid
  std::uint16_t port() const;
  // No new connections; open requests may finish until `grace`; WebSockets are closed with 1001. Idempotent.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(2000));

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace argosy::http
