#include "common/egress/policy.h"

#include <gmock/gmock.h>

#include "common/egress/audit.h"

namespace argosy::egress {
namespace {

using ::testing::ElementsAre;

HostName name(std::string_view text) { return *HostName::parse(text); }

std::vector<std::string> pinned(Pins& pins, const std::vector<std::string>& resolved, std::string_view host = "a.example") {
  const auto found = pins.pin(name(host), resolved);
  if (!found) return {found.error().reason};
  std::vector<std::string> out;
  for (const auto& address : *found) out.push_back(address.text());
  return out;
}

TEST(Pins, RefuseANameThatLeadsInside) {
  const Policy policy;
  Pins pins(policy);
  for (const auto* inside :
       {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "::", "fe80::1", "fd00::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "224.0.0.1", "203.0.113.9", "not an address", ""})
    EXPECT_THAT(pinned(pins, {inside}), ElementsAre("address_refused")) << inside;
  EXPECT_THAT(pinned(pins, {}), ElementsAre("address_refused"));
}

TEST(Pins, UseOnlyThePublicOnesOfSeveralAddresses) {
  const Policy policy;
  Pins pins(policy);
  EXPECT_THAT(pinned(pins, {"2600::1", "127.0.0.1", "8.8.8.8", "8.8.8.8", "169.254.169.254"}), ElementsAre("8.8.8.8", "2600::1"));
}

TEST(Pins, KeepTheFirstAnswerForAName) {
  const Policy policy;
  Pins pins(policy);
  EXPECT_EQ(pins.find(name("a.example")), nullptr);
  EXPECT_THAT(pinned(pins, {"8.8.8.8"}), ElementsAre("8.8.8.8"));
  EXPECT_THAT(pinned(pins, {"9.9.9.9"}), ElementsAre("8.8.8.8"));
  EXPECT_NE(pins.find(name("a.example")), nullptr);
}

TEST(Pins, TakeAnAddressThatTheOperatorVouchesForWithItsNameOnly) {
  const Policy policy{.allow = {}, .addresses = *parse_host_addresses("mirror.example=10.0.0.7"), .limits = {}};
  Pins pins(policy);
  EXPECT_THAT(pinned(pins, {"10.0.0.8"}, "mirror.example"), ElementsAre("address_refused"));
  EXPECT_THAT(pinned(pins, {"10.0.0.7"}, "other.example"), ElementsAre("address_refused"));
  EXPECT_THAT(pinned(pins, {"10.0.0.7", "10.0.0.8"}, "mirror.example"), ElementsAre("10.0.0.7"));
}

TEST(Pins, TryABoundedNumberOfAddresses) {
  const Policy policy;
  Pins pins(policy);
  std::vector<std::string> many;
  for (int i = 0; i < 100; ++i) many.push_back("8.8.8." + std::to_string(i));
  EXPECT_EQ(pinned(pins, many).size(), 8u);
}

TEST(Audit, SaysWhatHappenedAndNoMore) {
  const AuditEvent event{.at = 1'795'000'000'000,
                         .host = "a.example",
                         .port = 443,
                         .address = "8.8.8.8",
                         .allowed = true,
                         .reason = "",
                         .bytes_up = 7,
                         .bytes_down = 8,
                         .duration = std::chrono::milliseconds(9)};
  EXPECT_EQ(json::dump(to_json(event)),
            R"({"at":"2026-11-18T11:06:40.000Z","host":"a.example","port":443,"address":"8.8.8.8","verdict":"allowed","reason":"",)"
            R"("bytes_up":7,"bytes_down":8,"duration_ms":9})");
}

}  // namespace
}  // namespace argosy::egress
