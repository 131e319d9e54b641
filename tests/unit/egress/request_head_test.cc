#include "common/egress/request_head.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

namespace argosy::egress {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kMostBytes = 1024;

// "CONNECT host:port", "GET host:port", the reason of a refusal, or "more".
std::string verdict(std::string_view bytes) {
  const auto head = read_head(bytes, kMostBytes);
  if (!head) return "more";
  if (!*head) return fmt::format("{} {}", (*head).error().status, (*head).error().reason);
  return fmt::format("{} {}:{}", (*head)->tunnel ? "CONNECT" : "GET", (*head)->to.host.text(), (*head)->to.port);
}
std::string connect(std::string_view target, std::string_view more = "") {
  return fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n{}\r\n", target, target, more);
}
std::string get(std::string_view more = "") { return fmt::format("GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n{}\r\n", more); }

TEST(RequestHead, TakesWhatPackageManagersSend) {
  EXPECT_EQ(verdict(connect("A.example.:443")), "CONNECT a.example:443");
  EXPECT_EQ(verdict("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\nProxy-Connection: close\r\n\r\n"), "CONNECT a.example:443");
  EXPECT_EQ(verdict("CONNECT a.example:443 HTTP/1.0\r\n\r\n"), "CONNECT a.example:443");  // http.client of Python 3.11
  EXPECT_EQ(verdict(get()), "GET a.example:80");
  EXPECT_EQ(verdict("HEAD HTTP://a.example:8080 HTTP/1.1\r\nHost: a.example:8080\r\n\r\n"), "GET a.example:8080");
}

TEST(RequestHead, RefusesWhatItDoesNotOffer) {
  EXPECT_EQ(verdict("POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"), "405 method_refused");
  EXPECT_EQ(verdict("connect a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n"), "405 method_refused");
  EXPECT_EQ(verdict("GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 scheme_refused");
  EXPECT_EQ(verdict("GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 scheme_refused");
  EXPECT_EQ(verdict("GET ftp://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 scheme_refused");
  EXPECT_EQ(verdict("GET http://a.example/ HTTP/1.0\r\nHost: a.example\r\n\r\n"), "400 version_refused");
  EXPECT_EQ(verdict("GET http://a.example/\r\nHost: a.example\r\n\r\n"), "400 request_malformed");
  EXPECT_EQ(verdict("PRI * HTTP/2.0\r\n\r\n"), "405 method_refused");
  EXPECT_EQ(verdict("\x05\x01\x00"), "0 socks_refused");
  EXPECT_EQ(verdict("\x04\x01"), "0 socks_refused");
  EXPECT_EQ(verdict("\x16\x03\x01"), "400 request_malformed");
}

TEST(RequestHead, RefusesWhatTwoParsersReadDifferently) {
  EXPECT_EQ(verdict(get("Host: a.example\r\n")), "400 host_mismatch");
  EXPECT_EQ(verdict("GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n"), "400 host_mismatch");
  EXPECT_EQ(verdict("GET http://a.example/ HTTP/1.1\r\nHost: a.example:81\r\n\r\n"), "400 host_mismatch");
  EXPECT_EQ(verdict("GET http://a.example/ HTTP/1.1\r\n\r\n"), "400 host_mismatch");
  EXPECT_EQ(verdict("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:80\r\n\r\n"), "400 host_mismatch");
  EXPECT_EQ(verdict("CONNECT a.example:443 HTTP/1.0\r\nHost: b.example\r\n\r\n"), "400 host_mismatch");
  EXPECT_EQ(verdict(get("Accept: a\r\n b\r\n")), "400 header_malformed");
  EXPECT_EQ(verdict("GET http://a.example/ HTTP/1.1\r\n Host: a.example\r\n\r\n"), "400 header_malformed");
  EXPECT_EQ(verdict(get("Accept : a\r\n")), "400 header_malformed");
  EXPECT_EQ(verdict(get("Accept\r\n")), "400 header_malformed");
  EXPECT_EQ(verdict(get(": a\r\n")), "400 header_malformed");
  EXPECT_EQ(verdict(get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")), "400 body_refused");
  EXPECT_EQ(verdict(get("Content-Length: 5\r\n")), "400 body_refused");
  EXPECT_EQ(verdict(get("transfer-encoding: chunked\r\n")), "400 body_refused");
  EXPECT_EQ(verdict(connect("a.example:443", "Content-Length: 1\r\n")), "400 body_refused");
  EXPECT_EQ(verdict("GET http://a.example/ HTTP/1.1\nHost: a.example\n\n"), "400 request_malformed");
  EXPECT_EQ(verdict("GET http://a.example/ HTTP/1.1\rHost: a.example\r\n\r\n"), "400 request_malformed");
  EXPECT_EQ(verdict("GET http://a.example/ HTTP/1.1\r\r\nHost: a.example\r\n\r\n"), "400 request_malformed");
  EXPECT_EQ(verdict("GET  http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 request_malformed");
  EXPECT_EQ(verdict("GET http://a.example/\t HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 request_malformed");
  EXPECT_EQ(verdict("GET http://a.example/#f HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 request_malformed");
  EXPECT_EQ(verdict(std::string_view("GET http://a.example/\0 HTTP/1.1\r\n", 34)), "400 request_malformed");
}

TEST(RequestHead, RefusesHostsThatHideSomething) {
  for (const auto* host : {"127.1", "0x7f.1", "2130706433", "0177.0.0.1", "a%00.example", "a..example",
                           "b\xc3\xbc"
                           "cher.example",
                           "a_[.example", "[::1", "[fe80::1%25lo]"})
    EXPECT_EQ(verdict(connect(fmt::format("{}:443", host))).substr(0, 3), "400") << host;
  EXPECT_EQ(verdict(connect("u@a.example:443")), "400 userinfo_refused");
  EXPECT_EQ(verdict(connect("a.example:443@b.example:443")), "400 userinfo_refused");
  EXPECT_EQ(verdict("GET http://u:p@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 userinfo_refused");
  EXPECT_EQ(verdict("GET http://a.example\\@b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 userinfo_refused");
  EXPECT_EQ(verdict("GET http:///x HTTP/1.1\r\nHost: a.example\r\n\r\n"), "400 host_malformed");
  EXPECT_EQ(verdict(connect("a.example")), "400 port_malformed");
  EXPECT_EQ(verdict(connect("a.example:0")), "400 port_malformed");
  EXPECT_EQ(verdict(connect("a.example:443/x")), "400 port_malformed");
}

TEST(RequestHead, ForwardsAPlainRequestWithoutWhatConcernsTheProxyOnly) {
  const auto head = read_head(
      "GET http://a.example:8080/x?y=%20 HTTP/1.1\r\nAccept: */*\r\nHost: A.example:8080\r\nProxy-Authorization: Basic x\r\n"
      "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nUpgrade: h2c\r\nX-Forwarded-For: 10.0.0.1\r\nVia: 1.1 me\r\nTE: trailers\r\n\r\nrest",
      kMostBytes);
  ASSERT_TRUE(head && *head);
  EXPECT_EQ((*head)->forward, "GET /x?y=%20 HTTP/1.1\r\nHost: a.example:8080\r\naccept: */*\r\nConnection: close\r\n\r\n");
  const auto no_path = read_head("GET http://a.example?q HTTP/1.1\r\nHost: a.example\r\n\r\n", kMostBytes);
  EXPECT_THAT((*no_path)->forward, HasSubstr("GET /?q HTTP/1.1\r\nHost: a.example\r\n"));
}

TEST(RequestHead, HasABoundOnItsBytesAndHeaders) {
  EXPECT_EQ(verdict("GET http://a.example/" + std::string(kMostBytes, 'x')), "431 head_too_large");
  EXPECT_EQ(verdict(get("X: " + std::string(kMostBytes, 'x') + "\r\n")), "431 head_too_large");
  std::string many;
  for (int i = 0; i < 101; ++i) many += "A: b\r\n";
  EXPECT_EQ(verdict(get(many)), "431 head_too_large");
}

TEST(RequestHead, ASplitRequestGetsTheVerdictOfTheWholeOne) {
  const std::vector<std::string> wholes{get(),
                                        connect("a.example:443") + "more bytes\n\r\x01",
                                        get("Accept : a\r\n"),
                                        "GET http://a.example/\nHost: x\r\n\r\n",
                                        "POST / HTTP/1.1\r\nHost: \x01\r\n\r\n",
                                        "GET http://a.example/" + std::string(kMostBytes - 25, 'x') + "\r\n\r\n\r\n",
                                        get("X: " + std::string(2 * kMostBytes, 'x') + "\r\n"),
                                        get() + get(),
                                        "\x05rest"};
  for (const auto& whole : wholes) {
    const std::string expected = verdict(whole);
    std::string first = "more";
    for (std::size_t length = 0; first == "more" && length <= whole.size(); ++length)
      first = verdict(std::string_view(whole).substr(0, length));
    EXPECT_EQ(first, expected) << whole;
    for (std::size_t length = 0; length <= whole.size(); ++length) {
      const std::string early = verdict(std::string_view(whole).substr(0, length));
      EXPECT_TRUE(early == "more" || early == expected) << whole << " at " << length << ": " << early;
    }
  }
}

TEST(RequestHead, RandomBytesGetAVerdictOrWaitForMore) {
  std::mt19937 random(7);
  const std::string seed = get("Connection: x\r\n") + connect("a.example:443");
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = seed.substr(random() % seed.size());
    for (int change = 0; change < 3; ++change) bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto head = read_head(bytes, kMostBytes);
    if (head && *head) {
      EXPECT_LE((*head)->length, bytes.size());
    }
  }
}

TEST(Answer, SaysWhyForPeopleAndForPrograms) {
  const Refusal refusal{403, "host_not_allowed", "not on the list"};
  EXPECT_THAT(answer_to(refusal), HasSubstr("HTTP/1.1 403 Forbidden\r\nX-Argosy-Egress: refused; reason=host_not_allowed\r\n"));
  EXPECT_THAT(answer_to(refusal), HasSubstr("\r\n\r\nargosy egress proxy: not on the list (host_not_allowed)\n"));
  EXPECT_THAT(answer_to(refusal, false), Not(HasSubstr("not on the list")));
  EXPECT_THAT(answer_to({405, "method_refused", "x"}), HasSubstr("\r\nAllow: CONNECT, GET, HEAD\r\n"));
}

}  // namespace
}  // namespace argosy::egress
