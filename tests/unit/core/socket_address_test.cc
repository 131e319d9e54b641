// Addresses as people write them.
#include "common/core/socket_address.h"

#include <gtest/gtest.h>

namespace argosy {
namespace {

TEST(SocketAddress, ReadsBackWhatItWrites) {
  for (const auto* text : {"127.0.0.1:0", "10.1.2.3:65535", "[::1]:9000", "[2001:db8::2]:1"}) {
    const auto address = SocketAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
    EXPECT_FALSE(address->is_any());
  }
}

TEST(SocketAddress, TakesNeitherNamesNorHalves) {
  for (const auto* text : {"", ":", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x", "::1:80",
                           "[::1]", "[127.0.0.1]:80", "[]:80", "1.2.3:80"}) {
    EXPECT_FALSE(SocketAddress::parse(text)) << text;
  }
}

TEST(SocketAddress, KnowsTheOnesThatNobodyCanSendTo) {
  EXPECT_TRUE(SocketAddress::parse("0.0.0.0:1")->is_any());
  EXPECT_TRUE(SocketAddress::parse("[::]:1")->is_any());
}

}  // namespace
}  // namespace argosy
