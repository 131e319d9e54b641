// Promises of ids, time, errors and digests.
#include "common/core/ids.h"

#include <gtest/gtest.h>

#include <set>
#include <unordered_set>

#include "common/core/clock.h"
#include "common/core/crypto.h"
#include "common/core/error.h"
#include "common/core/ids/uuids.h"
#include "common/core/text.h"

namespace argosy {
namespace {

TEST(Uuid, TextGoesThereAndBack) {
  const char* text = "018f3c1a-0b2d-7c3e-8f40-5162738495a6";
  EXPECT_EQ(Uuid::parse(text)->to_string(), text);
  EXPECT_EQ(Uuid::parse("018F3C1A-0B2D-7C3E-8F40-5162738495A6"), Uuid::parse(text));
}

TEST(Uuid, TakesNoOtherForm) {
  for (const char* text :
       {"", "018f3c1a0b2d7c3e8f405162738495a6", "{018f3c1a-0b2d-7c3e-8f40-5162738495a6}", "018f3c1a-0b2d-7c3e-8f40-5162738495a",
        "018f3c1a-0b2d-7c3e-8f40-5162738495ag", "018f3c1a-0b2d-7c3e-8f40_5162738495a6", "018f3c1a-0b2d-7c3e-8f4-05162738495a6"}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(Uuid, CarriesItsVersionAndVariant) {
  EXPECT_EQ(Uuid::v4().to_string()[14], '4');
  const std::string v7 = Uuid::v7(0x018f3c1a0b2d).to_string();
  EXPECT_EQ(v7.substr(0, 13), "018f3c1a-0b2d");
  EXPECT_EQ(v7[14], '7');
  EXPECT_NE(std::string("89ab").find(v7[19]), std::string::npos);
}

TEST(Uuid, ManyAtOnceAreAsRandomAsOne) {
  EXPECT_TRUE(random_uuids(0).empty());
  std::set<Uuid> seen;
  for (const auto count : {1, 2, 300}) {
    for (const Uuid& id : random_uuids(static_cast<std::size_t>(count))) {
      EXPECT_TRUE(seen.insert(id).second);
      const std::string text = id.to_string();
      EXPECT_EQ(text[14], '4');
      EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
    }
  }
  EXPECT_EQ(seen.size(), 303u);
}

TEST(Uuid, Version7SortsByTime) {
  EXPECT_LT(Uuid::v7(1000), Uuid::v7(1001));
  EXPECT_LT(Uuid::v7(0xffffffff), Uuid::v7(0x100000000));
}

TEST(Uuid, IsNeverMadeTwice) {
  std::set<Uuid> seen;
  std::unordered_set<std::size_t> hashes;
  for (int i = 0; i < 1000; ++i) {
    const Uuid id = Uuid::v7(7);
    EXPECT_TRUE(seen.insert(id).second);
    hashes.insert(std::hash<Uuid>{}(id));
  }
  EXPECT_GT(hashes.size(), 990u);
}

TEST(Rfc3339, WritesUtcWithMilliseconds) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(1'795'283'033'123), "2026-11-21T17:43:53.123Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
  for (const UnixMillis at : {UnixMillis{0}, UnixMillis{1'795'283'033'123}, UnixMillis{-1}}) EXPECT_EQ(from_rfc3339(rfc3339(at)), at);
  EXPECT_EQ(from_rfc3339("2026-11-21T18:43:53.1239+01:00"), 1'795'283'033'123);
  EXPECT_EQ(from_rfc3339("2026-11-21T17:43:53Z"), 1'795'283'033'000);
  for (const auto* bad : {"", "2026-11-21", "2026-11-21T17:43:53", "2026-11-21 17:43:53Z", "2026-13-21T17:43:53Z", "2026-11-21T24:00:00Z",
                          "2026-11-21T17:43:53.Z", "2026-11-21T17:43:53+0100", "-026-11-21T17:43:53Z", "2026-11-21T17:43:53Zx"})
    EXPECT_EQ(from_rfc3339(bad), std::nullopt) << bad;
}

TEST(Category, LettersStandForTheFour) {
  for (const Category category : {Category::transient, Category::needs_user, Category::code_logic, Category::security}) {
    EXPECT_EQ(category_from_letter(letter(category)), category);
  }
  EXPECT_EQ(letter(Category::security), 'D');
  EXPECT_FALSE(category_from_letter('E'));
  EXPECT_FALSE(category_from_letter('a'));
}

Result<int> half(int number) {
  if (number % 2 != 0) return fail_user("odd", "the number is odd", "double it");
  return number / 2;
}
Result<int> quarter(int number) {
  ARGOSY_TRY(const int once, half(number));
  ARGOSY_TRY(const int twice, half(once));
  return twice;
}
Result<void> check(int number) {
  ARGOSY_TRY_VOID(half(number));
  return {};
}

TEST(Try, ReturnsTheFirstErrorAndElseTheValue) {
  EXPECT_EQ(quarter(8), 2);
  EXPECT_EQ(quarter(6).error().code, "odd");
  EXPECT_TRUE(check(2));
  EXPECT_EQ(to_string(check(1).error()), "odd: the number is odd (double it)");
}

TEST(Sha256, MatchesTheStandardsVector) {
  EXPECT_EQ(crypto::sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hmac, MatchesRfc4231) {
  EXPECT_EQ(text::hex(crypto::hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(crypto::hmac_sha256("", "").size(), 32u);
}

TEST(EqualConstantTime, ComparesAllBytes) {
  EXPECT_TRUE(crypto::equal_constant_time("abc", "abc"));
  EXPECT_FALSE(crypto::equal_constant_time("abc", "abd"));
  EXPECT_FALSE(crypto::equal_constant_time("abc", "ab"));
  EXPECT_TRUE(crypto::equal_constant_time("", ""));
}

}  // namespace
}  // namespace argosy
