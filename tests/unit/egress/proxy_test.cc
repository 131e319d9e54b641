#include "common/egress/proxy.h"

#include <fmt/format.h>

#include <random>

#include "tests/unit/egress/fixture.h"
#include "tests/unit/egress/hello.h"

namespace argosy::egress {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// Reads a hello of known length, then says it all back, and what comes after it.
void echo(Raw& client) {
  while (true) {
    const std::string got = client.read_exactly(1);
    if (got.empty() || !client.send(got)) return;
  }
}

TEST_F(ProxyTest, APlainRequestIsForwardedAndItsAnswerStreamedBack) {
  const WebServer server(std::string(3'000'000, 'x'));
  allow("a.example", server.port());
  start();
  const std::string host = fmt::format("a.example:{}", server.port());
  const std::string got = answer(get("http://" + host + "/secret/path?token=1", host) + "GET http://pipelined/");
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(got.size(), 3'000'000u + got.find("\r\n\r\n") + 4);
  EXPECT_EQ(server.seen(), fmt::format("GET /secret/path?token=1 HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", host));
  EXPECT_TRUE(event().allowed);
  EXPECT_EQ(event().host, "a.example");
  EXPECT_EQ(event().address, "127.0.0.1");
  EXPECT_EQ(event().bytes_down, static_cast<std::int64_t>(got.size()));
  EXPECT_EQ(event().bytes_up, static_cast<std::int64_t>(server.seen().size()));
  EXPECT_THAT(event().reason, IsEmpty());
  EXPECT_THAT(json::dump(to_json(event())), Not(HasSubstr("secret")));
}

TEST_F(ProxyTest, ATunnelCarriesBytesBothWaysAndHalfCloses) {
  const Server server([](Raw& client) {
    const std::string all = client.read_to_end();  // the client says that it is done
    client.send(fmt::format("got {}", all.size()));
  });
  allow("a.example", server.port());
  start();
  Raw raw = tunnel_to(fmt::format("a.example:{}", server.port()));
  const std::string hello = hello_for("a.example");
  raw.send(hello + std::string(500'000, 'u'));
  raw.finish_sending();
  EXPECT_EQ(raw.read_to_end(), fmt::format("got {}", hello.size() + 500'000));
  EXPECT_EQ(event().bytes_up, static_cast<std::int64_t>(hello.size() + 500'000));
  EXPECT_TRUE(event().allowed);
}

TEST_F(ProxyTest, AServerThatClosesFirstIsHeardToTheEnd) {
  const Server server([](Raw& client) {
    client.read_exactly(1);
    client.send(std::string(700'000, 'd'));
    client.finish_sending();
    client.read_to_end();
  });
  allow("a.example", server.port());
  start();
  Raw raw = tunnel_to(fmt::format("a.example:{}", server.port()));
  raw.send(hello_for("a.example"));
  EXPECT_EQ(raw.read_to_end().size(), 700'000u);
  raw.close();
  EXPECT_EQ(event().bytes_down, 700'000);
}

TEST_F(ProxyTest, WhatIsNotAllowedIsNeitherResolvedNorReached) {
  const Server server(echo);
  allow("a.example", server.port());
  allow("*.below.example", server.port());
  start();
  const auto port = server.port();
  for (const auto& target : {fmt::format("b.example:{}", port), fmt::format("a.example:{}", port == 1 ? 2 : port - 1),
                             fmt::format("x.a.example:{}", port), fmt::format("below.example:{}", port), fmt::format("127.0.0.1:{}", port),
                             fmt::format("[::1]:{}", port), fmt::format("[::ffff:127.0.0.1]:{}", port), fmt::format("localhost:{}", port)})
    EXPECT_THAT(answer(connect_to(target)), HasSubstr("HTTP/1.1 403 Forbidden\r\nX-Argosy-Egress: refused; reason=host_not_allowed\r\n"))
        << target;
  EXPECT_EQ(resolver->asked("b.example"), 0);
  EXPECT_EQ(server.connections(), 0);
  EXPECT_FALSE(events(8).at(0).allowed);
  EXPECT_EQ(events(8).at(0).reason, "host_not_allowed");
}

TEST_F(ProxyTest, AnAllowedNameThatLeadsInsideIsRefused) {
  const Server server(echo);
  allow("a.example", server.port());
  policy.addresses.clear();
  start();
  EXPECT_THAT(answer(connect_to(fmt::format("A.EXAMPLE.:{}", server.port()))), HasSubstr("reason=address_refused"));
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(ProxyTest, AnAllowedLiteralAddressInsideIsRefusedUnlessVouchedFor) {
  const WebServer server;
  allow("127.0.0.1", server.port());
  start();
  const std::string url = fmt::format("127.0.0.1:{}", server.port());
  EXPECT_THAT(answer(get("http://" + url, url)), HasSubstr("reason=address_refused"));
  policy.addresses = *parse_host_addresses("127.0.0.1=127.0.0.1");
  start();
  EXPECT_THAT(answer(get("http://" + url, url)), EndsWith("hello"));
}

TEST_F(ProxyTest, ANameThatMovesIsStillDialledWhereItWas) {
  const WebServer first("first");
  const auto target = fmt::format("moving.example:{}", first.port());
  resolver = std::make_shared<ScriptedResolver>(std::map<std::string, ScriptedResolver::Answers>{
      {"moving.example", {std::vector<std::string>{"127.0.0.1"}, std::vector<std::string>{"127.0.0.2"}}}});
  policy.addresses = *parse_host_addresses("moving.example=127.0.0.1,moving.example=127.0.0.2");
  allow("moving.example", first.port());
  start();
  for (int i = 0; i < 3; ++i) EXPECT_THAT(answer(get("http://" + target, target)), EndsWith("first"));
  EXPECT_EQ(resolver->asked("moving.example"), 1);
  EXPECT_EQ(events(3).at(2).address, "127.0.0.1");
}

TEST_F(ProxyTest, ANameWithSeveralAddressesIsTriedInTurn) {
  const WebServer server("second", "127.0.0.3");
  resolver = std::make_shared<ScriptedResolver>(
      std::map<std::string, ScriptedResolver::Answers>{{"two.example", {std::vector<std::string>{"127.0.0.2", "127.0.0.3"}}}});
  policy.addresses = *parse_host_addresses("two.example=127.0.0.2,two.example=127.0.0.3");
  allow("two.example", server.port());
  start();
  const auto target = fmt::format("two.example:{}", server.port());
  EXPECT_THAT(answer(get("http://" + target, target)), EndsWith("second"));
  EXPECT_EQ(event().address, "127.0.0.3");
}

TEST_F(ProxyTest, WhatCannotBeReachedIsSaidSo) {
  std::uint16_t closed = listen_on().port;
  allow("a.example", closed);
  allow("nowhere.example", closed);
  start();
  EXPECT_THAT(answer(connect_to(fmt::format("a.example:{}", closed))), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_THAT(answer(connect_to(fmt::format("nowhere.example:{}", closed))), HasSubstr("reason=name_unknown"));
  EXPECT_EQ(events(2).at(0).reason, "dial_failed");
}

TEST_F(ProxyTest, ATunnelToAFrontIsClosedBeforeTheServerHearsAnything) {
  const Server server([](Raw& client) { EXPECT_EQ(client.read_to_end(), ""); });
  allow("a.example", server.port());
  start();
  const auto target = fmt::format("a.example:{}", server.port());
  const std::vector<std::pair<std::string, std::string>> fronts{{hello_for("hidden.example"), "sni_mismatch"},
                                                                {hello_without_name(), "sni_missing"},
                                                                {"GET / HTTP/1.1\r\nHost: hidden.example\r\n\r\n", "not_tls"},
                                                                {"SSH-2.0-OpenSSH\r\n", "not_tls"}};
  for (std::size_t i = 0; i < fronts.size(); ++i) {
    Raw raw = tunnel_to(target);
    raw.send(fronts[i].first);
    EXPECT_EQ(raw.read_to_end(), std::string("\x15\x03\x03\x00\x02\x02\x31", 7));
    raw.close();
    EXPECT_EQ(events(i + 1).at(i).reason, fronts[i].second);
    EXPECT_FALSE(events(i + 1).at(i).allowed);
    EXPECT_EQ(events(i + 1).at(i).bytes_up, 0);
  }
}

TEST_F(ProxyTest, MalformedRequestsAreAnsweredAndSocksIsNot) {
  start();
  EXPECT_THAT(answer("POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"), HasSubstr("405 Method Not Allowed"));
  EXPECT_THAT(answer("GET http://u:p@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"), HasSubstr("reason=userinfo_refused"));
  EXPECT_THAT(answer("GARBAGE\n\n"), HasSubstr("400 Bad Request"));
  EXPECT_EQ(answer("\x05\x01"), "");
  EXPECT_EQ(events(4).at(3).reason, "socks_refused");
  EXPECT_EQ(events(4).at(1).host, "");
}

TEST_F(ProxyTest, AnySplitOfARequestHasTheSameEnd) {
  const WebServer server;
  allow("a.example", server.port());
  start();
  const auto host = fmt::format("a.example:{}", server.port());
  const std::string bad = get("http://b.example/", "b.example"), good = get("http://" + host + "/", host);
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    const std::string& whole = round % 2 == 0 ? good : bad;
    Raw raw = client();
    for (std::size_t at = 0; at < whole.size();) {
      const std::size_t length = 1 + random() % 40;
      raw.send(whole.substr(at, length));
      at += length;
    }
    EXPECT_THAT(raw.read_to_end(), HasSubstr(round % 2 == 0 ? "200 OK" : "403 Forbidden"));
  }
}

TEST_F(ProxyTest, RandomBytesNeverEndIt) {
  const WebServer server;
  allow("a.example", server.port());
  start();
  std::mt19937 random(5);
  const auto host = fmt::format("a.example:{}", server.port());
  for (int round = 0; round < 200; ++round) {
    std::string bytes = round % 2 == 0 ? get("http://" + host + "/", host) : std::string(random() % 300, 'x');
    for (auto& c : bytes)
      if (round % 2 == 1 || random() % 50 == 0) c = static_cast<char>(random());
    Raw raw = client();
    raw.send(bytes);
    raw.finish_sending();
    raw.read_to_end();
  }
  EXPECT_THAT(answer(get("http://" + host + "/", host)), EndsWith("hello"));
}

TEST_F(ProxyTest, StoppingEndsWhatIsOpenAndAuditsIt) {
  const Server server(echo);
  allow("a.example", server.port());
  start();
  Raw open = tunnel_to(fmt::format("a.example:{}", server.port()));
  proxy->stop();
  EXPECT_EQ(open.read_to_end(), "");
  EXPECT_EQ(event().reason, "stopped");
  proxy->stop();
}

}  // namespace
}  // namespace argosy::egress
