// Money and caps as text: exactly what is written, or nothing.
#include "common/core/text/usd.h"

#include <gtest/gtest.h>

#include "common/core/text/cap.h"

namespace argosy {
namespace {

TEST(Usd, IsReadExactly) {
  EXPECT_EQ(parse_usd("5"), 5 * kUsd);
  EXPECT_EQ(parse_usd("0.15"), 150'000'000);
  EXPECT_EQ(parse_usd("0.000000001"), 1);
  EXPECT_EQ(parse_usd("0005.10"), 5 * kUsd + 100'000'000);
  EXPECT_EQ(parse_usd("1000000"), kMostUsd);
}

TEST(Usd, NothingElseIsMoney) {
  for (const auto* text : {"", ".", "5.", ".5", "-1", "+1", " 1", "1 ", "1e3", "1,5", "0x1", "0.0000000001", "1000000.000000001", "1000001",
                           "99999999", "1.2.3"})
    EXPECT_FALSE(parse_usd(text)) << text;
}

TEST(Usd, IsWrittenAsItIsRead) {
  for (const NanoUsd amount : {NanoUsd{0}, NanoUsd{1}, NanoUsd{75}, kUsd / 2, kUsd, 5 * kUsd + 1, kMostUsd})
    EXPECT_EQ(parse_usd(usd_text(amount)), amount);
  EXPECT_EQ(usd_text(150'000'000), "0.15");
  EXPECT_EQ(usd_text(-kUsd / 2), "-0.5");
}

TEST(Cap, OfNothingIsZeroAndNoCapIsAWord) {
  EXPECT_EQ(parse_usd_cap("0"), Cap{0});
  EXPECT_EQ(parse_usd_cap("2.5"), Cap{5 * kUsd / 2});
  EXPECT_EQ(parse_usd_cap("none"), Cap{});
  EXPECT_EQ(parse_token_cap("0"), Cap{0});
  EXPECT_EQ(parse_token_cap("1000000000000"), Cap{kMostTokens});
  EXPECT_EQ(parse_token_cap("none"), Cap{});
}

TEST(Cap, NothingElseIsOne) {
  for (const auto* text : {"", "any", "None", "-1", "1000001"}) EXPECT_FALSE(parse_usd_cap(text)) << text;
  for (const auto* text : {"", "any", "None", "-1", "1.5", "1000000000001"}) EXPECT_FALSE(parse_token_cap(text)) << text;
}

}  // namespace
}  // namespace argosy
