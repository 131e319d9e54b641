// Promises of the streaming client, against our own server and against a socket that says exactly what a test wants.
#include "common/http/stream_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "common/http/server.h"
#include "tests/unit/http/raw_server.h"

namespace argosy::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// What one call brought.
struct Heard {
  int status = 0;
  Headers headers;
  std::string bytes;
  Result<void> end;
  int ends = 0;
  std::string code() const { return end ? "ok" : end.error().code; }
};

class Listener {
 public:
  StreamHandler handler(std::size_t enough = SIZE_MAX) {
    return {.on_head =
                [this](int status, const Headers& headers) {
                  heard_.status = status;
                  heard_.headers = headers;
                },
            .on_bytes =
                [this, enough](std::string_view bytes) {
                  if (heard_.bytes.empty()) begun_.set_value();
                  heard_.bytes += bytes;
                  return heard_.bytes.size() < enough;
                },
            .on_end =
                [this](Result<void> end) {
                  heard_.end = std::move(end);
                  ++heard_.ends;
                  done_.set_value();
                }};
  }
  void wait_begun() { begun_.get_future().wait(); }
  const Heard& wait() {
    done_.get_future().wait();
    return heard_;
  }

 private:
  Heard heard_;
  std::promise<void> begun_, done_;
};

class HttpStreams : public testing::Test {
 protected:
  Heard call(StreamRequest request, std::size_t enough = SIZE_MAX) {
    Listener listener;
    client_.start(std::move(request), listener.handler(enough));
    return listener.wait();
  }
  Heard call_raw(const std::string& answer, StreamRequest request = StreamRequest{.url = ""}) {
    RawServer server(answer);
    request.url = server.url();
    return call(std::move(request));
  }

  StreamClient client_;
};

constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

TEST_F(HttpStreams, GivesHeadBytesAndEndInTheirOrder) {
  const Heard heard = call_raw(std::string(kHead) + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
  EXPECT_EQ(heard.code(), "ok");
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(heard.bytes, "hello world");
}

TEST_F(HttpStreams, SendsMethodHeadersAndTheSharedBody) {
  const auto body = std::make_shared<const std::string>(200'000, 'b');
  RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", body->size());
  const Heard heard = call({.url = server.url("/v1/chat"), .headers = {{"X-Key", "k"}}, .body = body});
  EXPECT_EQ(heard.bytes, "ok");
  const std::string request = server.request();
  EXPECT_THAT(request, testing::StartsWith("POST /v1/chat HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("X-Key: k\r\n"));
  EXPECT_TRUE(request.ends_with(*body));
}

TEST_F(HttpStreams, FollowsNoRedirectAndCallsAnyStatusASuccess) {
  const Heard heard = call_raw("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(heard.code(), "ok");
  EXPECT_EQ(heard.status, 302);
}

TEST_F(HttpStreams, ForgetsWhatCameBeforeTheFinalHead) {
  const Heard heard = call_raw("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_EQ(heard.status, 200);
  EXPECT_FALSE(heard.headers.contains("X-Early"));
}

TEST_F(HttpStreams, TellsWhatWasLate) {
  const StreamTimeouts quick{.first_byte = 50ms, .between_bytes = 50ms};
  EXPECT_EQ(call_raw("", {.url = "", .timeouts = quick}).code(), "first_byte_timeout");
  EXPECT_EQ(call_raw(std::string(kHead) + "\r\n", {.url = "", .timeouts = quick}).code(), "first_byte_timeout");
  EXPECT_EQ(call_raw(std::string(kHead) + "\r\nx", {.url = "", .timeouts = quick}).code(), "stalled");
  EXPECT_EQ(call_raw(std::string(kHead) + "\r\nx", {.url = "", .timeouts = {.total = 50ms}}).code(), "timeout");
  RawServer silent("");
  EXPECT_EQ(call({.url = "https://127.0.0.1:" + std::to_string(silent.port()), .timeouts = {.connect = 50ms}}).code(), "connect_failed");
}

TEST_F(HttpStreams, BoundsHeadAndBody) {
  const StreamRequest small{.url = "", .max_response_bytes = 1'000, .max_head_bytes = 1'000};
  EXPECT_EQ(call_raw(std::string(kHead) + "\r\n" + std::string(2'000, 'x'), small).code(), "response_too_large");
  EXPECT_EQ(call_raw(std::string(kHead) + "X: " + std::string(2'000, 'x') + "\r\n", small).code(), "response_too_large");
  EXPECT_EQ(call_raw(std::string(kHead) + "X-Endless: " + std::string(1 << 20, 'x')).code(), "response_too_large");
  std::string many(kHead);
  for (int i = 0; i < 10'000; ++i) many += "X-" + std::to_string(i) + ": a header of many\r\n";
  EXPECT_EQ(call_raw(many).code(), "response_too_large");
}

TEST_F(HttpStreams, SaysWhatCameInTheFormOfHttp) {
  EXPECT_EQ(call_raw("SSH-2.0-OpenSSH_9.2\r\n").code(), "answer_malformed");
  EXPECT_EQ(call_raw("\x16\x03\x01\x02").code(), "answer_malformed");
  EXPECT_EQ(call_raw(std::string(kHead) + "Transfer-Encoding: chunked\r\n\r\nzz\r\n").code(), "cut");
}

TEST_F(HttpStreams, TellsThatAnAnswerWasCut) {
  RawServer server(std::string(kHead) + "Content-Length: 100\r\n\r\nhalf", 0, RawServer::Then::close);
  EXPECT_EQ(call({.url = server.url()}).code(), "cut");
  RawServer silent("", 0, RawServer::Then::close);
  EXPECT_EQ(call({.url = silent.url()}).code(), "cut");
}

TEST_F(HttpStreams, ClosesTheConnectionOfACancelledCall) {
  RawServer server(std::string(kHead) + "\r\nfirst");
  Listener listener;
  auto running = client_.start({.url = server.url()}, listener.handler());
  listener.wait_begun();
  running.cancel();
  const Heard heard = listener.wait();
  EXPECT_EQ(heard.code(), "cancelled");
  EXPECT_EQ(heard.bytes, "first");
  EXPECT_TRUE(server.peer_closed());
  running.cancel();  // of a call that has ended: nothing
  client_.after(0ms, [] {});
  EXPECT_EQ(heard.ends, 1);
}

TEST_F(HttpStreams, EndsACallWhoseHandlerHasEnough) {
  RawServer server(std::string(kHead) + "\r\nenough");
  EXPECT_EQ(call({.url = server.url()}, 3).code(), "stopped");
  EXPECT_TRUE(server.peer_closed());
}

TEST_F(HttpStreams, RefusesPrivateAddressesHoweverTheyAreWritten) {
  RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 0);
  for (const std::string host : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "0.0.0.0", "10.0.0.1", "169.254.169.254",
                                 "[::1]", "[::ffff:127.0.0.1]"})
    EXPECT_EQ(call({.url = "http://" + host + ":" + std::to_string(server.port()) + "/", .refuse_private_addresses = true}).code(),
              "address_refused")
        << host;
  EXPECT_EQ(call({.url = server.url(), .refuse_private_addresses = true, .allow_loopback = true}).bytes, "ok");
}

TEST_F(HttpStreams, RefusesAConnectionThatAnotherCallMadeToAPrivateAddress) {
  Server server{{.address = "127.0.0.1"}};
  server.route("POST", "/", [](Request, Respond respond) { respond({.body = "ok"}); });
  ASSERT_TRUE(server.start());
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  EXPECT_EQ(call({.url = url}).bytes, "ok");  // and is kept
  EXPECT_EQ(call({.url = url, .refuse_private_addresses = true}).code(), "address_refused");
}

TEST_F(HttpStreams, SpeaksHttpAndHttpsOnly) {
  for (const std::string bad : {"file:///etc/passwd", "ftp://example.com/", "", "http://", "http://a b/"})
    EXPECT_EQ(call({.url = bad}).code(), "url_invalid") << bad;
}

TEST_F(HttpStreams, CallsLaterWhatItWasAskedToInTheOrderOfTheirTimes) {
  std::promise<std::string> done;
  std::string order;
  client_.after(40ms, [&] { done.set_value(order + "c"); });
  client_.after(20ms, [&] { order += "b"; });
  client_.after(0ms, [&] { order += "a"; });
  EXPECT_EQ(done.get_future().get(), "abc");
}

TEST(HttpStreamsEnd, EndsWhatRunsAndCallsWhatWaits) {
  RawServer server(std::string(kHead) + "\r\nfirst");
  Listener listener;
  bool called = false;
  {
    StreamClient client;
    client.start({.url = server.url()}, listener.handler());
    client.after(std::chrono::hours(1), [&] { called = true; });
    listener.wait_begun();
  }
  EXPECT_EQ(listener.wait().code(), "cancelled");
  EXPECT_TRUE(called);
}

}  // namespace
}  // namespace argosy::http
