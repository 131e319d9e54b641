// A blocking WebSocket client for the command line and for tests. One thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "common/core/error.h"
#include "common/http/message.h"

namespace argosy::http {

class WebSocketClient {
 public:
  // `url` is ws://host:port/path?query. Errors: connect_failed (A), upgrade_refused (B, details hold the status).
  static Result<std::unique_ptr<WebSocketClient>> connect(const std::string& url, const Headers& headers = {},
                                                          std::chrono::milliseconds timeout = std::chrono::seconds(10));
  virtual ~WebSocketClient() = default;
  virtual Result<void> send(std::string_view text) = 0;
  // The next text message; nothing when `timeout` passed; error "closed" (details: {"code":1008,"reason":"..."}) when the server closed.
  virtual Result<std::optional<std::string>> receive(std::chrono::milliseconds timeout) = 0;
  virtual void close() = 0;
};

}  // namespace argosy::http
