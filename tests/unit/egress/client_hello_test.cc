#include "common/egress/client_hello.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/egress/hello.h"

namespace argosy::egress {
namespace {

std::string verdict(std::string_view bytes, std::string_view asked_for = "a.example", bool allow_missing = false) {
  const auto judged = judge_hello(bytes, *HostName::parse(asked_for), allow_missing);
  if (!judged) return "more";
  return *judged ? "ok" : judged->error().reason;
}

TEST(ClientHello, MustNameTheHostThatWasAskedFor) {
  EXPECT_EQ(verdict(hello_for("a.example")), "ok");
  EXPECT_EQ(verdict(hello_for("A.Example")), "ok");
  EXPECT_EQ(verdict(hello_for("b.example")), "sni_mismatch");
  EXPECT_EQ(verdict(hello_for("a.example.evil.example")), "sni_mismatch");
  EXPECT_EQ(verdict(hello_for(std::string("a.example\0", 10))), "sni_mismatch");
  EXPECT_EQ(verdict(hello_for("")), "sni_mismatch");
}

TEST(ClientHello, MayLackANameForAnAddressOrWhereThePolicySaysSo) {
  EXPECT_EQ(verdict(hello_without_name()), "sni_missing");
  EXPECT_EQ(verdict(hello_without_name(), "a.example", true), "ok");
  EXPECT_EQ(verdict(hello_without_name(), "192.0.2.1"), "ok");
  EXPECT_EQ(verdict(hello_for("b.example"), "192.0.2.1"), "sni_mismatch");
}

TEST(ClientHello, NothingElseGoesThroughATunnel) {
  for (const auto* text : {"GET / HTTP/1.1\r\n", "SSH-2.0-x\r\n", "\x80\x2e\x01", "\x15\x03\x01", "\x16\x02\x01"})
    EXPECT_EQ(verdict(text), "not_tls") << text;
  EXPECT_EQ(verdict(record(std::string("\x02\0\0\0", 4))), "hello_malformed");
  EXPECT_EQ(verdict(record("")), "hello_malformed");
}

TEST(ClientHello, RefusesWhatCouldNameTwoServers) {
  EXPECT_EQ(verdict(record(hello_message(server_name("a.example") + server_name("b.example")))), "hello_malformed");
  const auto entry = [](std::string_view name) { return number(0, 1) + block(name, 2); };
  EXPECT_EQ(verdict(record(hello_message(extension(0, block(entry("a.example") + entry("b.example"), 2))))), "hello_malformed");
  EXPECT_EQ(verdict(record(hello_message(server_name("a.example") + extension(0xfe0d, "x")))), "ech_refused");
  EXPECT_EQ(verdict(record(hello_message(server_name("a.example")) + hello_message(server_name("b.example")))), "hello_malformed");
}

TEST(ClientHello, MayComeInSeveralRecords) {
  const std::string message = hello_message(server_name("a.example"));
  std::string pieces;
  for (std::size_t at = 0; at < message.size(); at += 7) pieces += record(std::string_view(message).substr(at, 7));
  EXPECT_EQ(verdict(pieces), "ok");
  EXPECT_EQ(verdict(record(std::string_view(message).substr(0, 9)) + "GET /"), "hello_malformed");
}

TEST(ClientHello, HasABound) {
  EXPECT_EQ(verdict(record(number(1, 1) + number(1 << 20, 3))), "hello_malformed");
  std::string dribble;
  const std::string message = hello_message(server_name("a.example") + extension(21, std::string(8000, '\0')));
  for (const char c : message) dribble += record(std::string_view(&c, 1));
  ASSERT_GT(dribble.size(), kMostHelloBytes);
  EXPECT_EQ(verdict(dribble), "hello_malformed");
}

TEST(ClientHello, ASplitHelloGetsTheVerdictOfTheWholeOne) {
  const std::string early = record("\x01");
  for (const auto& whole : {hello_for("a.example") + record("early data"), hello_for("b.example"), hello_without_name(),
                            record(hello_message(server_name("a.example")) + "x"), early + "x", early + record(hello_message("").substr(1)),
                            std::string("\x16\x03\x01\x50\x00", 5) + "x"}) {
    const std::string expected = verdict(whole);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const std::string part = verdict(std::string_view(whole).substr(0, length));
      EXPECT_TRUE(part == "more" || part == expected) << length << ": " << part << ", not " << expected;
    }
  }
}

TEST(ClientHello, RandomChangesGetAVerdictOrWaitForMore) {
  std::mt19937 random(11);
  const std::string seed = hello_for("a.example");
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes = seed.substr(0, random() % seed.size() + 1);
    for (int change = 0; change < 3; ++change) bytes[random() % bytes.size()] = static_cast<char>(random());
    EXPECT_FALSE(verdict(bytes).empty());
  }
}

}  // namespace
}  // namespace argosy::egress
