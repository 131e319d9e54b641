// A hub whose clients are sockets that keep what they were given, and whose time is moved by hand. One thread.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/core/json.h"
#include "workers/fanout/frames.h"
#include "workers/fanout/hub.h"

namespace argosy::fanout {

class HandClock : public Clock {
 public:
  UnixMillis unix_ms() const override { return 0; }
  std::chrono::nanoseconds boot_time() const override { return now; }
  std::chrono::nanoseconds now = std::chrono::hours(1);
};

// A client that takes bytes when told to.
class Socket : public http::WebSocket {
 public:
  bool send(std::shared_ptr<const std::string> text) override {
    if (code != 0 || queued + text->size() > bound) return false;
    queued += reading ? 0 : text->size();
    frames.push_back(std::move(text));
    return true;
  }
  void close(int with, std::string_view why) override {
    code = with;
    reason = why;
  }
  std::size_t queued_bytes() const override { return queued; }

  // The seqs it was given, 0 for messages without one.
  std::vector<std::int64_t> seqs() const {
    std::vector<std::int64_t> all;
    for (const auto& frame : frames) all.push_back(json::parse(*frame)->int_or("seq", 0));
    return all;
  }
  std::vector<std::string> types() const {
    std::vector<std::string> all;
    for (const auto& frame : frames) all.push_back(json::parse(*frame)->string_or("type", ""));
    return all;
  }

  std::vector<std::shared_ptr<const std::string>> frames;
  std::size_t queued = 0, bound = 1 << 20;
  bool reading = true;
  int code = 0;
  std::string reason;
};

inline const TaskId kTask{Uuid::v7(1)};

inline tasks::Event event(std::int64_t seq, const TaskId& task = kTask, std::string data = "{}") {
  return {.task = task, .seq = seq, .at = 0, .type = "step_state", .data = std::move(data)};
}
inline std::vector<tasks::Event> events(std::int64_t first, std::int64_t last) {
  std::vector<tasks::Event> all;
  for (std::int64_t seq = first; seq <= last; ++seq) all.push_back(event(seq));
  return all;
}

class HubTest : public ::testing::Test {
 protected:
  struct Client {
    Hub::ClientId id;
    std::shared_ptr<Socket> socket;
  };
  // As the attach does it, with Postgres at `head`; `page` is what it has read.
  Client attach(std::int64_t from, std::int64_t head, const std::vector<tasks::Event>& page = {}, std::size_t bound = 1 << 20) {
    Client client{hub_.watch(kTask), std::make_shared<Socket>()};
    client.socket->bound = bound;
    hub_.head_known(kTask, head);
    join(client, from, head, page);
    return client;
  }
  void join(const Client& client, std::int64_t from, std::int64_t head, const std::vector<tasks::Event>& page) {
    hub_.join(client.id, client.socket, hello_frame({.task = kTask, .head = head, .from = from, .continuous = true, .history = "h"}), from,
              page);
  }
  void kafka(std::vector<tasks::Event> what) { hub_.offer(std::move(what)); }
  Hub::Work work() {
    hub_.wake();
    return hub_.take_work();
  }

  HandClock clock_;
  telemetry::Metrics metrics_;
  Hub hub_{clock_, metrics_, {.client_buffer_bytes = 4096}};
};

}  // namespace argosy::fanout
