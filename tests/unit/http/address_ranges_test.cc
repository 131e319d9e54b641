// Which addresses count as public. The vectors are those that past bypasses of such checks were made of.
#include "common/http/address_ranges.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>

#include <memory>
#include <string>

namespace argosy::http {
namespace {

// Resolved as the client does it, so that odd spellings of numbers become what the kernel would connect to.
const AddressRange* range_of_host(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return nullptr;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> guard(found, freeaddrinfo);
  return special_range_of(*found->ai_addr);
}

TEST(AddressRanges, KnowsEveryWayToWriteThisMachineOrItsNetwork) {
  for (const std::string host : {"127.0.0.1",       "127.1",           "2130706433",
                                 "0177.0.0.1",      "0x7f000001",      "0x7f.1",
                                 "127.255.255.254", "0.0.0.0",         "0",
                                 "10.0.0.1",        "10.255.255.255",  "100.64.0.1",
                                 "100.127.255.255", "100.100.100.200", "169.254.169.254",
                                 "169.254.170.2",   "2852039166",      "172.16.0.1",
                                 "172.31.255.255",  "192.0.0.192",     "192.168.0.1",
                                 "192.168.255.255", "198.18.0.1",      "198.19.255.255",
                                 "192.0.2.1",       "198.51.100.1",    "203.0.113.1",
                                 "224.0.0.1",       "239.255.255.250", "240.0.0.1",
                                 "255.255.255.255"}) {
    EXPECT_NE(range_of_host(host), nullptr) << host;
  }
}

TEST(AddressRanges, KnowsEveryWayToHideAnAddressInAVersionSixOne) {
  for (const std::string host : {"::",
                                 "::1",
                                 "::ffff:127.0.0.1",
                                 "::ffff:8.8.8.8",
                                 "::127.0.0.1",
                                 "::a9fe:a9fe",
                                 "::ffff:0:127.0.0.1",
                                 "2002:a9fe:a9fe::",
                                 "2002:7f00:1::1",
                                 "64:ff9b::a9fe:a9fe",
                                 "64:ff9b:1::1",
                                 "2001::1",
                                 "2001:0:a9fe:a9fe::",
                                 "2001:db8::1",
                                 "fc00::1",
                                 "fd00:ec2::254",
                                 "fdff::1",
                                 "fe80::1",
                                 "fe81::1",
                                 "febf::1",
                                 "fec0::1",
                                 "ff02::1",
                                 "100::1",
                                 "3fff::1",
                                 "5f00::1"}) {
    EXPECT_NE(range_of_host(host), nullptr) << host;
  }
}

TEST(AddressRanges, LetsPublicAddressesPassRightUpToTheEdges) {
  for (const std::string host :
       {"1.1.1.1",         "8.8.8.8",      "9.255.255.255",   "11.0.0.0",    "100.63.255.255",  "100.128.0.0",
        "126.255.255.255", "128.0.0.0",    "169.253.255.255", "169.255.0.0", "172.15.255.255",  "172.32.0.0",
        "192.167.255.255", "192.169.0.0",  "198.17.255.255",  "198.20.0.0",  "223.255.255.255", "2001:4860:4860::8888",
        "2606:4700::1111", "2a00:1450::1", "fbff::1",         "2003::1"}) {
    EXPECT_EQ(range_of_host(host), nullptr) << host;
    EXPECT_EQ(special_range_of(host), nullptr) << host;
  }
}

TEST(AddressRanges, CountsWhatIsNoAddressAsSpecial) {
  for (const std::string text : {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "127.1", "::g", "1.1.1.1 "})
    EXPECT_NE(special_range_of(text), nullptr) << text;
}

TEST(AddressRanges, TakesOnlyTheRealLoopbackForLoopback) {
  const auto loopback = [](const std::string& host) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> guard(found, freeaddrinfo);
    return is_loopback(*found->ai_addr);
  };
  EXPECT_TRUE(loopback("127.0.0.1"));
  EXPECT_TRUE(loopback("127.9.9.9"));
  EXPECT_TRUE(loopback("::1"));
  for (const std::string host : {"128.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1", "10.0.0.1"}) EXPECT_FALSE(loopback(host)) << host;
}

TEST(AddressRanges, EveryRangeOfTheTableRefusesItsFirstAddress) {
  for (const auto& range : special_ranges()) {
    const std::string first(range.cidr.substr(0, range.cidr.find('/')));
    EXPECT_NE(special_range_of(first), nullptr) << range.cidr;
    EXPECT_FALSE(range.purpose.empty());
  }
}

}  // namespace
}  // namespace argosy::http
