// Promises of the server's WebSockets and of the client that talks to them, over loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>

#include "common/http/server.h"
#include "common/http/websocket_client.h"
#include "tests/unit/http/raw_client.h"

namespace argosy::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::chrono::seconds kPatience{kPatienceSeconds};

std::shared_ptr<const std::string> shared(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

class HttpWebSocket : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    server_ = std::make_unique<Server>(std::move(options));
    // Echoes; what is opened last can be had from `opened()`, and its end from `closed()`.
    server_->websocket("/ws/{name}", [this](Request request, Accept accept, Respond refuse) {
      if (request.params.at("name") == "forbidden") return refuse(problem_response({.status = 403, .type = "forbidden", .detail = "No."}));
      accept([this](std::shared_ptr<WebSocket> socket) {
        opened_.set_value(socket);
        return WebSocketEvents{.on_text = [socket](std::string_view text) { socket->send(shared(std::string(text))); },
                               .on_close = [this] { closed_.set_value(); }};
      });
    });
    const auto started = server_->start();
    ASSERT_TRUE(started) << to_string(started.error());
  }
  std::string url(const std::string& name = "x") { return "ws://127.0.0.1:" + std::to_string(server_->port()) + "/ws/" + name; }
  std::unique_ptr<WebSocketClient> connect() {
    auto client = WebSocketClient::connect(url());
    EXPECT_TRUE(client) << to_string(client.error());
    return client ? std::move(*client) : nullptr;
  }
  std::shared_ptr<WebSocket> opened() { return opened_.get_future().get(); }
  bool closed() { return closed_.get_future().wait_for(kPatience) == std::future_status::ready; }
  // A client that shakes hands and then does only what the test says.
  void shake_hands(RawClient& raw) {
    raw.send(
        "GET /ws/x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_THAT(raw.read_until("\r\n\r\n"), testing::AllOf(StartsWith("HTTP/1.1 101"), HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
  }

  std::promise<std::shared_ptr<WebSocket>> opened_;
  std::promise<void> closed_;
  std::unique_ptr<Server> server_;
};

TEST_F(HttpWebSocket, EchoesWholeMessagesInTheirOrder) {
  start();
  const auto client = connect();
  for (const std::string text : {"one", "two", "", "ünï"}) ASSERT_TRUE(client->send(text));
  for (const std::string text : {"one", "two", "", "ünï"}) {
    const auto got = client->receive(kPatience);
    ASSERT_TRUE(got) << to_string(got.error());
    EXPECT_EQ(*got, text);
  }
}

TEST_F(HttpWebSocket, CompressesWhenItIsTurnedOn) {
  start({.ws_deflate = true});
  RawClient raw(server_->port());
  raw.send(
      "GET /ws/x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
  EXPECT_THAT(raw.read_until("\r\n\r\n"), HasSubstr("Sec-WebSocket-Extensions: permessage-deflate"));
  ASSERT_TRUE(opened()->send(shared(std::string(60'000, 'a'))));
  EXPECT_LT(static_cast<unsigned char>(raw.read_until(std::string(1, '\xc1')).size()), 60'000u);  // FIN, RSV1, text
}

TEST_F(HttpWebSocket, HandsARefusalToTheClient) {
  start();
  const auto refused = WebSocketClient::connect(url("forbidden"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "upgrade_refused");
  EXPECT_THAT(refused.error().details, HasSubstr("403"));
}

TEST_F(HttpWebSocket, TellsAPlainRequestThatAnUpgradeIsNeeded) {
  start();
  RawClient raw(server_->port());
  raw.send("GET /ws/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(raw.read_to_end(), testing::AllOf(StartsWith("HTTP/1.1 426"), HasSubstr("Upgrade: websocket")));
  RawClient old(server_->port());
  old.send("GET /ws/x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 8\r\n\r\n");
  EXPECT_THAT(old.read_until("\r\n\r\n"), testing::AllOf(StartsWith("HTTP/1.1 426"), HasSubstr("Sec-WebSocket-Version: 13")));
}

TEST_F(HttpWebSocket, ClosesWithTheCodeAndReasonItWasGivenAfterWhatWasQueued) {
  start();
  const auto client = connect();
  const auto socket = opened();
  ASSERT_TRUE(socket->send(shared("last words")));
  socket->close(4008, "too slow; last seq 17" + std::string(200, '.'));
  EXPECT_FALSE(socket->send(shared("too late")));
  EXPECT_EQ(client->receive(kPatience), "last words");
  const auto end = client->receive(kPatience);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, "closed");
  EXPECT_THAT(end.error().details, testing::AllOf(HasSubstr("4008"), HasSubstr("too slow; last seq 17")));
  EXPECT_TRUE(closed());
}

TEST_F(HttpWebSocket, SaysOnceThatTheClientClosed) {
  start();
  const auto client = connect();
  const auto socket = opened();
  client->close();
  EXPECT_TRUE(closed());
  EXPECT_FALSE(socket->send(shared("nobody is there")));
  socket->close(1000, "and a second close does nothing");
}

TEST_F(HttpWebSocket, NoticesAClientThatVanishes) {
  start();
  RawClient raw(server_->port());
  shake_hands(raw);
  raw.close();
  EXPECT_TRUE(closed());
}

TEST_F(HttpWebSocket, RefusesToQueueMoreThanTheBoundForAClientThatDoesNotRead) {
  start({.ws_client_buffer_bytes = 256 << 10});
  RawClient raw(server_->port());
  shake_hands(raw);
  const auto socket = opened();
  const auto piece = shared(std::string(64 << 10, 'x'));
  std::size_t sent = 0;
  while (socket->send(piece)) {
    EXPECT_LE(socket->queued_bytes(), std::size_t{256 << 10});
    ASSERT_LT(++sent, 10'000u);  // the kernel's buffers take some megabytes first
  }
  EXPECT_GT(socket->queued_bytes(), std::size_t{128 << 10});
  socket->close(4008, "too slow");  // the close frame cannot get through either: cut after a second
  EXPECT_TRUE(closed());
  EXPECT_EQ(socket->queued_bytes(), 0u);
}

TEST_F(HttpWebSocket, AsksASilentClientAndCutsItWhenItDoesNotAnswer) {
  start({.ws_ping_every = 30ms, .ws_pong_timeout = 30ms});
  RawClient raw(server_->port());
  shake_hands(raw);
  EXPECT_TRUE(closed());
  EXPECT_THAT(raw.read_to_end(), StartsWith(std::string("\x89\x00", 2)));
}

TEST_F(HttpWebSocket, KeepsASilentClientThatAnswersPings) {
  start({.ws_ping_every = 20ms, .ws_pong_timeout = 5'000ms});
  const auto client = connect();
  const auto socket = opened();
  for (int round = 0; round < 5; ++round) {  // answering is part of receiving; nothing comes for longer than a ping takes
    EXPECT_EQ(client->receive(50ms), std::nullopt);
  }
  ASSERT_TRUE(socket->send(shared("still here")));
  EXPECT_EQ(client->receive(kPatience), "still here");
}

TEST_F(HttpWebSocket, ClosesOnAMessageOverTheBound) {
  start({.ws_max_message_bytes = 100});
  const auto client = connect();
  ASSERT_TRUE(client->send(std::string(101, 'x')));
  EXPECT_THAT(client->receive(kPatience).error().details, HasSubstr("1009"));
}

TEST_F(HttpWebSocket, ClosesOnBytesThatAreNotText) {
  start();
  RawClient raw(server_->port());
  shake_hands(raw);
  raw.send(std::string("\x82\x81\x00\x00\x00\x00x", 7));
  EXPECT_THAT(raw.read_until("only"), HasSubstr("\x03\xebtext messages only"));  // 1003
}

TEST_F(HttpWebSocket, ClosesOnTextThatIsNotUtf8) {
  start();
  RawClient raw(server_->port());
  shake_hands(raw);
  raw.send(std::string("\x81\x81\x00\x00\x00\x00\xff", 7));
  EXPECT_THAT(raw.read_to_end(), HasSubstr("\x03\xef"));  // 1007
}

TEST_F(HttpWebSocket, TakesMessagesFromManyThreads) {
  start();
  const auto client = connect();
  const auto socket = opened();
  constexpr int kThreads = 8;
  constexpr int kEach = 200;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) EXPECT_TRUE(socket->send(shared(std::to_string(t) + ":" + std::to_string(i))));
    });
  }
  std::vector<int> next(kThreads, 0);
  for (int i = 0; i < kThreads * kEach; ++i) {
    const auto got = client->receive(kPatience);
    ASSERT_TRUE(got && *got);
    const auto colon = (*got)->find(':');
    EXPECT_EQ(std::stoi((*got)->substr(colon + 1)), next[static_cast<std::size_t>(std::stoi(**got))]++);
  }
}

TEST_F(HttpWebSocket, TellsItsClientsWhenTheServerStops) {
  start();
  const auto client = connect();
  const auto socket = opened();
  std::jthread stopper([&] { server_->stop(kPatience); });
  EXPECT_THAT(client->receive(kPatience).error().details, testing::AllOf(HasSubstr("1001"), HasSubstr("stopping")));
  stopper.join();
  EXPECT_TRUE(closed());
  server_.reset();
  EXPECT_FALSE(socket->send(shared("after the server's end")));
}

TEST_F(HttpWebSocket, ClientGivesUpOnAServerThatIsNotThere) {
  start();
  const auto gone = url();
  server_.reset();
  EXPECT_EQ(WebSocketClient::connect(gone).error().code, "connect_failed");
  EXPECT_EQ(WebSocketClient::connect("http://x").error().code, "url_invalid");
}

}  // namespace
}  // namespace argosy::http
