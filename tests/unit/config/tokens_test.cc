// Promises of the tokens file: only whole, well-formed files are taken, and a token is found by its hash alone.
#include "common/config/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/crypto.h"

namespace argosy::config {
namespace {

constexpr std::string_view kOrg = "018f0000-0000-7000-8000-000000000002";

std::string line(std::string_view token, std::string_view rest) { return crypto::sha256_hex(token) + " " + std::string(rest) + "\n"; }

TEST(Tokens, FindWhoseTokenItIs) {
  const auto table = TokenTable::parse("# people\n\n" + line("alpha", std::string(kOrg) + " ann developer") +
                                       line("beta", std::string(kOrg) + "\tbob  viewer\r"));
  ASSERT_TRUE(table) << to_string(table.error());
  EXPECT_EQ(table->size(), 2u);
  const auto bob = table->find("beta");
  ASSERT_TRUE(bob);
  EXPECT_EQ(bob->user, "bob");
  EXPECT_EQ(bob->role, "viewer");
  EXPECT_EQ(bob->org.to_string(), kOrg);
  EXPECT_FALSE(table->find("gamma"));
  EXPECT_FALSE(table->find(""));
  EXPECT_FALSE(table->find(crypto::sha256_hex("alpha")));  // the hash opens nothing
}

TEST(Tokens, RefuseAFileWithABadLineAndNameIt) {
  const std::string good = line("a", std::string(kOrg) + " ann developer");
  for (const std::string& bad :
       {std::string("abc org ann developer\n"), line("b", "not-a-uuid ann developer"), line("b", std::string(kOrg) + " ann king"),
        line("b", std::string(kOrg) + " ann"), line("b", std::string(kOrg) + " ann admin extra"), good}) {
    const auto table = TokenTable::parse(good + bad);
    ASSERT_FALSE(table) << bad;
    EXPECT_EQ(table.error().code, "tokens_invalid");
    EXPECT_THAT(table.error().message, ::testing::HasSubstr("line 2"));
  }
}

TEST(Tokens, AMissingFileIsAnError) { EXPECT_EQ(TokenTable::load("/nonexistent/tokens").error().code, "file_not_found"); }

TEST(Bearer, IsReadFromTheHeaderInAnyCase) {
  EXPECT_EQ(bearer_of("Bearer abc"), "abc");
  EXPECT_EQ(bearer_of("bearer  abc "), "abc");
  EXPECT_FALSE(bearer_of("Basic abc"));
  EXPECT_FALSE(bearer_of("Bearer"));
  EXPECT_FALSE(bearer_of("Bearer   "));
  EXPECT_FALSE(bearer_of(""));
}

}  // namespace
}  // namespace argosy::config
