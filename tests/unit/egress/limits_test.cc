#include <fmt/format.h>

#include <latch>

#include "tests/unit/egress/fixture.h"
#include "tests/unit/egress/hello.h"

namespace argosy::egress {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::chrono::milliseconds kSoon{50};

// Waits until the client goes.
void hold(Raw& client) { client.read_to_end(); }

class LimitsTest : public ProxyTest {};

TEST_F(LimitsTest, AClientThatDribblesItsHeadIsCutOff) {
  policy.limits.head_time = kSoon;
  start();
  Raw raw = client();
  raw.send("GET http://a.example/ HTTP/1.1\r\nX: ");
  EXPECT_THAT(raw.read_to_end(), StartsWith("HTTP/1.1 408 Request Timeout\r\nX-Argosy-Egress: refused; reason=head_timeout\r\n"));
}

TEST_F(LimitsTest, AClientThatSaysNothingInItsTunnelIsCutOff) {
  const Server server(hold);
  policy.limits.hello_time = kSoon;
  allow("a.example", server.port());
  start();
  Raw raw = tunnel_to(fmt::format("a.example:{}", server.port()));
  raw.send(hello_for("a.example").substr(0, 20));
  raw.read_to_end();
  raw.close();
  EXPECT_EQ(event().reason, "hello_timeout");
  EXPECT_FALSE(event().allowed);
}

TEST_F(LimitsTest, ATunnelWithoutTrafficIsClosed) {
  const Server server(hold);
  policy.limits.idle_time = kSoon;
  allow("a.example", server.port());
  start();
  Raw raw = tunnel_to(fmt::format("a.example:{}", server.port()));
  raw.send(hello_for("a.example"));
  EXPECT_EQ(raw.read_to_end(), "");
  EXPECT_EQ(event().reason, "idle");
}

TEST_F(LimitsTest, AServerThatDoesNotAnswerIsGivenUp) {
  // A listener whose queue is full answers nobody.
  const Listening full = listen_on("127.0.0.1", 0, 0);
  std::vector<Raw> crowd;
  crowd.push_back(Raw::to(full.port));
  allow("a.example", full.port);
  policy.limits.connect_time = kSoon;
  start();
  EXPECT_THAT(answer(connect_to(fmt::format("a.example:{}", full.port))), StartsWith("HTTP/1.1 504 Gateway Timeout\r\n"));
  EXPECT_EQ(event().reason, "dial_timeout");
}

TEST_F(LimitsTest, ALookupThatHangsIsGivenUp) {
  struct Hanging : Resolver {
    Result<std::vector<std::string>> resolve(const std::string&) override {
      released.wait();
      return fail_transient("lookup_failed", "late");
    }
    std::latch released{1};
  };
  const auto hanging = std::make_shared<Hanging>();
  policy.limits.lookup_time = kSoon;
  allow("a.example", 443);
  Listening listening = listen_on();
  Proxy slow(policy, {}, hanging);
  slow.serve(listening.fd.release());
  Raw raw = Raw::to(listening.port);
  raw.send(connect_to("a.example:443"));
  EXPECT_THAT(raw.read_to_end(), HasSubstr("reason=lookup_timeout"));
  hanging->released.count_down();
}

TEST_F(LimitsTest, FiftyAtOnceAreServedAndSoAreMoreThanHaveRoom) {
  const WebServer server(std::string(100'000, 'x'));
  allow("a.example", server.port());
  policy.limits.max_connections = 8;
  start();
  const auto host = fmt::format("a.example:{}", server.port());
  std::vector<Raw> crowd;
  for (int i = 0; i < 50; ++i) {
    crowd.push_back(client());
    crowd.back().send(get("http://" + host + "/", host));
  }
  for (auto& one : crowd) {
    EXPECT_THAT(one.read_to_end(), EndsWith("xxx"));
    one.close();
  }
  EXPECT_EQ(events(50).size(), 50u);
  EXPECT_EQ(proxy->totals().allowed, 50);
}

TEST_F(LimitsTest, FiftyTunnelsStandBesideEachOther) {
  std::latch all_here(50);
  const Server server([&](Raw& client) {
    client.read_exactly(1);
    all_here.arrive_and_wait();
    client.send("together");
  });
  allow("a.example", server.port());
  start();
  std::vector<Raw> crowd;
  for (int i = 0; i < 50; ++i) {
    crowd.push_back(tunnel_to(fmt::format("a.example:{}", server.port())));
    crowd.back().send(hello_for("a.example"));
  }
  for (auto& one : crowd) EXPECT_EQ(one.read_to_end(), "together");
}

TEST_F(LimitsTest, TheBudgetOfRequestsHolds) {
  const WebServer server;
  allow("a.example", server.port());
  policy.limits.max_requests = 3;
  start();
  const auto host = fmt::format("a.example:{}", server.port());
  for (int i = 0; i < 3; ++i) EXPECT_THAT(answer(get("http://" + host + "/", host)), EndsWith("hello"));
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(answer(get("http://" + host + "/", host)),
                StartsWith("HTTP/1.1 429 Too Many Requests\r\nX-Argosy-Egress: refused; reason=budget_requests"));
  EXPECT_EQ(server.connections(), 3);
  proxy->stop();
  EXPECT_EQ(events(4).size(), 4u);  // the first that was too many is reported, the others are counted
  EXPECT_EQ(proxy->totals().unaudited, 2);
  EXPECT_EQ(proxy->totals().refused, 3);
}

TEST_F(LimitsTest, TheBudgetOfBytesDownHoldsToTheByte) {
  const WebServer server(std::string(500'000, 'x'));
  allow("a.example", server.port());
  policy.limits.max_bytes_down = 100'000;
  start();
  const auto host = fmt::format("a.example:{}", server.port());
  EXPECT_LE(answer(get("http://" + host + "/", host)).size(), 100'000u);
  EXPECT_EQ(event().reason, "budget_bytes_down");
  EXPECT_THAT(answer(get("http://" + host + "/", host)), HasSubstr("429 Too Many Requests"));
  EXPECT_EQ(proxy->totals().bytes_down, 100'000);
}

TEST_F(LimitsTest, TheBudgetOfBytesUpHoldsToTheByte) {
  const Server server(hold);
  allow("a.example", server.port());
  policy.limits.max_bytes_up = 100'000;
  start();
  Raw raw = tunnel_to(fmt::format("a.example:{}", server.port()));
  raw.send(hello_for("a.example") + std::string(400'000, 'u'));
  raw.read_to_end();
  EXPECT_EQ(event().reason, "budget_bytes_up");
  EXPECT_EQ(event().bytes_up, 100'000);
  EXPECT_THAT(answer(connect_to(fmt::format("a.example:{}", server.port()))), HasSubstr("reason=budget_bytes_up"));
}

TEST_F(LimitsTest, ASlowReaderHoldsUpNobodyElse) {
  const WebServer big(std::string(30'000'000, 'x'));
  const WebServer small;
  allow("a.example", big.port());
  allow("b.example", small.port());
  start();
  Raw slow = client();
  const auto big_host = fmt::format("a.example:{}", big.port()), small_host = fmt::format("b.example:{}", small.port());
  slow.send(get("http://" + big_host + "/", big_host));
  EXPECT_THAT(slow.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 OK"));
  for (int i = 0; i < 5; ++i) EXPECT_THAT(answer(get("http://" + small_host + "/", small_host)), EndsWith("hello"));
  EXPECT_EQ(slow.read_to_end().size(), 30'000'000u);
}

}  // namespace
}  // namespace argosy::egress
