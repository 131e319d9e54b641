// A server on a port of its own, with an echo and a greeting, for tests of what it answers.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "common/http/server.h"
#include "tests/unit/http/raw_client.h"

namespace argosy::http {

class HttpServer : public testing::Test {
 protected:
  // An echo at /echo, and what a test adds.
  void start(ServerOptions options = {}, const std::function<void(Server&)>& add = {}) {
    server_ = std::make_unique<Server>(std::move(options));
    server_->route("POST", "/echo", [](Request request, Respond respond) { respond({.body = std::move(request.body)}); });
    server_->route("GET", "/hello",
                   [](Request, Respond respond) { respond({.headers = {{"Content-Type", "text/plain"}}, .body = "hello"}); });
    if (add) add(*server_);
    const auto started = server_->start();
    ASSERT_TRUE(started) << to_string(started.error());
  }
  std::string url(const std::string& path) { return "http://127.0.0.1:" + std::to_string(server_->port()) + path; }
  // What the server says to these bytes before it closes.
  std::string exchange(std::string_view bytes) {
    RawClient raw(server_->port());
    raw.send(bytes);
    return raw.read_to_end();
  }

  std::unique_ptr<Server> server_;
};

}  // namespace argosy::http
