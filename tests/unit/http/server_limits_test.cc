// Promises of the HTTP server to clients that send too much, too slowly or nonsense.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <random>

#include "common/http/client.h"
#include "tests/unit/http/server_fixture.h"

namespace argosy::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST_F(HttpServer, RefusesABodyOverItsBoundBeforeReadingIt) {
  start({.max_body_bytes = 1000});
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 413"), HasSubstr("1000 bytes")));
}

TEST_F(HttpServer, RefusesAChunkedBodyThatGrowsOverItsBound) {
  start({.max_body_bytes = 1000});
  std::string request = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 200; ++i) request += "a\r\n0123456789\r\n";
  EXPECT_THAT(exchange(request), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServer, ARefusedClientThatGoesOnSendingStillReadsWhy) {
  start({.max_body_bytes = 1000});
  const std::string much(8 << 20, 'x');
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(much.size()) + "\r\n\r\n" + much),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServer, RefusesAHeaderOverItsBound) {
  start({.max_header_bytes = 2000});
  EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHost: x\r\nX: " + std::string(3000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(exchange("GET /" + std::string(200'000, 'x')), StartsWith("HTTP/1.1 431"));
}

TEST_F(HttpServer, RefusesAnEndlessChunkHeader) {
  start();
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'x')),
              StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServer, TellsASlowHeaderThatItWasTooSlow) {
  start({.header_timeout = std::chrono::milliseconds(50)});
  EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHos"), testing::AllOf(StartsWith("HTTP/1.1 408"), HasSubstr("header")));
}

TEST_F(HttpServer, TellsASlowBodyThatItWasTooSlow) {
  start({.body_timeout = std::chrono::milliseconds(50)});
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"),
              testing::AllOf(StartsWith("HTTP/1.1 408"), HasSubstr("body")));
}

TEST_F(HttpServer, ClosesAnIdleConnectionWithoutAWord) {
  start({.header_timeout = std::chrono::milliseconds(50), .idle_timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(exchange(""), "");
  EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"), testing::EndsWith("hello"));
}

TEST_F(HttpServer, ClosesOnAClientThatDoesNotTakeItsAnswer) {
  std::promise<void> asked;
  start({.write_timeout = std::chrono::milliseconds(50)}, [&](Server& server) {
    server.route("GET", "/big", [&](Request, Respond respond) {
      respond({.body = std::string(64 << 20, 'x')});
      asked.set_value();
    });
  });
  RawClient raw(server_->port());
  raw.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  asked.get_future().wait();
  server_->stop(std::chrono::seconds(20));  // returns as soon as the connection is gone; what was sent stays in our socket
  EXPECT_LT(raw.read_to_end().size(), std::size_t{64 << 20});
}

TEST_F(HttpServer, AnswersEveryKindOfGarbageWithFourHundredAndCloses) {
  start();
  const std::vector<std::string> garbage{
      "\r\n\r\n\r\nxx\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  // a TLS hello
      "GET\r\n\r\n",
      "GET /hello\r\n\r\n",
      "GET /hello HTTP/2.0\r\nHost: x\r\n\r\n",
      "GET /hello HTTP/9.9\r\nHost: x\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "GET /hello HTTP/1.1\r\n\r\n",                        // no Host
      "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",  // two
      "GET /hello HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
      "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n",
      "GET /hel\x01lo HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /%f HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET hello HTTP/1.1\r\nHost: x\r\n\r\n",
      "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
  };
  for (const auto& bytes : garbage) {
    EXPECT_THAT(exchange(bytes),
                testing::AllOf(StartsWith("HTTP/1.1 4"), HasSubstr("Connection: close"), HasSubstr("application/problem+json")))
        << bytes;
  }
  EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), testing::EndsWith("hello"));
}

TEST_F(HttpServer, SurvivesGoodRequestsWithBytesChangedLostAndRepeated) {
  start({.header_timeout = std::chrono::milliseconds(200), .body_timeout = std::chrono::milliseconds(200)});
  const std::string good =
      "POST /echo?a=b%20c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n4;x\r\nbody\r\n0\r\nT: "
      "x\r\n\r\n";
  std::minstd_rand random(20261121);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    for (auto changes = random() % 4; changes-- > 0;) {
      const auto at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, 1 + random() % 8);
          break;
        default:
          bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 16));
      }
      if (bytes.empty()) bytes = "\r";
    }
    RawClient raw(server_->port());
    raw.send(bytes);
    raw.finish_sending();
    const std::string answer = raw.read_to_end();  // or nothing, when we seem to have left half-way
    if (!answer.empty())
      EXPECT_THAT(answer, testing::AnyOf(StartsWith("HTTP/1.1 2"), StartsWith("HTTP/1.1 4"), StartsWith("HTTP/1.1 100 "))) << bytes;
  }
  EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), testing::EndsWith("hello"));
}

TEST_F(HttpServer, AnswersTheRequestThatCameBeforeThePipelinedGarbage) {
  start();
  const auto answer = exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n");
  EXPECT_THAT(answer, testing::AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("\r\n\r\nhelloHTTP/1.1 400")));
}

}  // namespace
}  // namespace argosy::http
