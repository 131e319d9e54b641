#include "common/core/net/host_name.h"

#include <gtest/gtest.h>

#include "common/core/net/host_rule.h"

namespace argosy {
namespace {

std::string host(std::string_view text) {
  const auto parsed = HostName::parse(text);
  return parsed ? parsed->text() : parsed.error().code;
}
std::string port(std::string_view text) {
  const auto parsed = parse_host_port(text);
  return parsed ? std::to_string(parsed->port) : parsed.error().code;
}

TEST(HostName, HasOneSpellingForWhatIsTheSame) {
  EXPECT_EQ(host("Example.ORG"), "example.org");
  EXPECT_EQ(host("example.org."), "example.org");
  EXPECT_EQ(host("XN--Bcher-KVA.example"), "xn--bcher-kva.example");
  EXPECT_EQ(host("[::0001]"), "::1");
  EXPECT_EQ(host("[0:0:0:0:0:FFFF:127.0.0.1]"), "::ffff:127.0.0.1");
  EXPECT_EQ(host("192.0.2.1."), "192.0.2.1");
}

TEST(HostName, RefusesNumbersThatSomeResolversTakeForAnAddress) {
  for (const auto* text : {"127.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.01", "1.2.3.4.5", "256.0.0.1", "0X7F.1",
                           "example.1", "1", "0x", "127.0.0.1.."})
    EXPECT_EQ(host(text), "host_malformed") << text;
}

TEST(HostName, RefusesWhatNoHostNameHas) {
  using std::string_view_literals::operator""sv;
  for (const auto text : {""sv,
                          "."sv,
                          "a..b"sv,
                          ".a"sv,
                          "a b"sv,
                          " a"sv,
                          "a\t"sv,
                          "a\0.example.org"sv,
                          "a%00b"sv,
                          "a%2eb"sv,
                          "b\xc3\xbc"
                          "cher.example"sv,
                          "a/b"sv,
                          "a\\b"sv,
                          "a#b"sv,
                          "a@b"sv,
                          "a:b"sv,
                          "-a"sv,
                          "a-"sv,
                          "*.a"sv,
                          "::1"sv,
                          "[::1"sv,
                          "[::1]x"sv,
                          "[fe80::1%eth0]"sv,
                          "[127.0.0.1]"sv,
                          "[]"sv,
                          "[a]"sv})
    EXPECT_EQ(host(text), "host_malformed") << text;
  EXPECT_EQ(host(std::string(64, 'a') + ".example"), "host_malformed");
  EXPECT_EQ(host(std::string(63, 'a') + ".example"), std::string(63, 'a') + ".example");
  std::string long_name = "a";
  while (long_name.size() < 254) long_name += ".a";
  EXPECT_EQ(host(long_name), "host_malformed");
}

TEST(HostName, LiesWithinAnotherByWholeLabels) {
  const auto within = [](std::string_view a, std::string_view b) { return HostName::parse(a)->is_within(*HostName::parse(b)); };
  EXPECT_TRUE(within("a.example.org", "example.org"));
  EXPECT_TRUE(within("example.org", "example.org"));
  EXPECT_FALSE(within("badexample.org", "example.org"));
  EXPECT_FALSE(within("example.org", "a.example.org"));
}

TEST(HostPort, TakesPortsThatAreOne) {
  EXPECT_EQ(port("a:443"), "443");
  EXPECT_EQ(port("[::1]:65535"), "65535");
  for (const auto* text : {"a", "a:", "a:0", "a:65536", "a:+1", "a:-1", "a: 1", "a:1 ", "a:1x", "a:000443", "[::1]"})
    EXPECT_EQ(port(text), "port_malformed") << text;
  EXPECT_EQ(port("a:1:2"), "port_malformed");
  EXPECT_EQ(port("user@a:443"), "userinfo_refused");
  EXPECT_EQ(port("user:pass@a:443"), "userinfo_refused");
  EXPECT_EQ(port("[::1]443"), "host_malformed");
}

TEST(HostRule, CoversANameOnItsPort) {
  const auto covers = [](std::string_view rule, std::string_view name, std::uint16_t at) {
    return parse_host_rule(rule)->covers(*HostName::parse(name), at);
  };
  EXPECT_TRUE(covers("a.example", "A.example.", 443));
  EXPECT_FALSE(covers("a.example", "a.example", 80));
  EXPECT_FALSE(covers("a.example", "b.a.example", 443));
  EXPECT_TRUE(covers("*.a.example:8443", "c.b.a.example", 8443));
  EXPECT_FALSE(covers("*.a.example", "a.example", 443));
  EXPECT_FALSE(covers("*.a.example", "ba.example", 443));
}

TEST(HostRule, IsReadFromListsOfTheConfiguration) {
  const auto rules = parse_ecosystem_rules(" mirror.example , go:*.example.org:8443,python:443,,java:[fd00::7]:80 ");
  ASSERT_TRUE(rules) << to_string(rules.error());
  ASSERT_EQ(rules->size(), 4u);
  EXPECT_EQ((*rules)[0].rule.to_string(), "mirror.example:443");
  EXPECT_EQ((*rules)[1].ecosystem, "go");
  EXPECT_EQ((*rules)[1].rule.to_string(), "*.example.org:8443");
  EXPECT_EQ((*rules)[2].ecosystem, "");  // a host that is called like an ecosystem
  EXPECT_EQ((*rules)[3].rule.to_string(), "[fd00::7]:80");
  EXPECT_EQ(parse_ecosystem_rules("fine.example, not fine").error().code, "host_malformed");
  EXPECT_TRUE(parse_ecosystem_rules("not fine").error().message.starts_with("\"not fine\""));
  EXPECT_EQ(parse_ecosystem_rules("*.127.0.0.1").error().code, "host_malformed");
  EXPECT_EQ(parse_ecosystem_rules("u:p@host").error().code, "userinfo_refused");
  EXPECT_FALSE(parse_ecosystem_rules("user:hunter2@host").error().message.contains("hunter2"));
}

TEST(HostAddress, IsReadFromListsOfTheConfiguration) {
  const auto addresses = parse_host_addresses("mirror.example=10.0.0.7, mirror.example=[fd00::7],b.example = FD00::8");
  ASSERT_TRUE(addresses);
  ASSERT_EQ(addresses->size(), 3u);
  EXPECT_EQ((*addresses)[1].address.text(), "fd00::7");
  EXPECT_EQ((*addresses)[2].address.text(), "fd00::8");
  EXPECT_EQ(parse_host_addresses("mirror.example").error().code, "address_malformed");
  EXPECT_EQ(parse_host_addresses("mirror.example=other.example").error().code, "address_malformed");
  EXPECT_EQ(parse_host_addresses("mirror.example=010.0.0.1").error().code, "host_malformed");
}

}  // namespace
}  // namespace argosy
