// Arguments reach Postgres as they are, or not at all.
#include "common/store/internal/params.h"

#include <gtest/gtest.h>

namespace argosy::store {
namespace {

TEST(ArrayText, QuotesWhatWouldEndAnElement) {
  ArrayText array;
  array.text("plain").text("a \"quote\"").text("back\\slash").text("").text("{1,2}").text("NULL");
  EXPECT_EQ(array.copy(), R"({"plain","a \"quote\"","back\\slash","","{1,2}","NULL"})");
}

TEST(ArrayText, TellsNullFromTheTextOfThatName) {
  ArrayText array;
  array.null().add(7).add(std::int16_t{-3}).add(true).add(false);
  EXPECT_EQ(array.copy(), "{NULL,7,-3,t,f}");
}

TEST(ArrayText, WritesBytesInHexadecimal) {
  ArrayText array;
  array.bytes(std::string_view("\0\xff", 2)).bytes("");
  EXPECT_EQ(array.copy(), R"({"\\x00ff","\\x"})");
}

TEST(BinaryTexts, StatesItsTypeItsCountAndEachLength) {
  BinaryTexts array;
  array.add("ab").add("");
  const std::string header("\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\2\0\0\0\1", 20);
  EXPECT_EQ(std::move(array).take(), header + std::string("\0\0\0\2ab\0\0\0\0", 10));
}

TEST(BinaryTexts, NoticesANul) { EXPECT_TRUE(BinaryTexts().add(std::string_view("a\0b", 3)).has_nul()); }

TEST(ArrayText, OfNothingIsEmpty) { EXPECT_EQ(ArrayText().copy(), "{}"); }

TEST(Params, NoticeANulWhereverItHides) {
  const std::string_view nul("a\0b", 3);
  ArrayText array;
  array.text("fine").text(nul);
  EXPECT_TRUE(Params().add(array).has_nul());
  EXPECT_TRUE(Params().text(nul).has_nul());
  EXPECT_FALSE(Params().bytes(nul).add(1).text("fine").has_nul());
}

TEST(Params, KeepTheirOrder) {
  const Uuid id = *Uuid::parse("018f0000-0000-7000-8000-000000000001");
  const std::vector<std::string> expected{"t", "5", "x", "018f0000-0000-7000-8000-000000000001", "{1,2}"};
  EXPECT_EQ(Params().add(true).add(5).text("x").add(id).text(small_array({1, 2})).values(), expected);
}

}  // namespace
}  // namespace argosy::store
