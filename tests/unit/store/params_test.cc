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

std::string header(char type, char count, char nulls) {
  return std::string("\0\0\0\1\0\0\0", 7) + nulls + std::string(3, '\0') + type + std::string(3, '\0') + count + std::string("\0\0\0\1", 4);
}

TEST(BinaryArray, StatesItsTypeItsCountAndEachLength) {
  BinaryTexts array;
  array.add("ab").add("");
  EXPECT_EQ(std::move(array).take(), header(25, 2, 0) + std::string("\0\0\0\2ab\0\0\0\0", 10));
}

TEST(BinaryArray, TellsNullFromTheEmptyText) {
  BinaryTexts array;
  array.add("").null();
  EXPECT_EQ(std::move(array).take(), header(25, 2, 1) + std::string("\0\0\0\0\xff\xff\xff\xff", 8));
}

TEST(BinaryArray, WritesTheHighestByteOfANumberFirst) {
  BinaryNumbers<std::int16_t> small;
  small.add(-2);
  EXPECT_EQ(std::move(small).take(), header(21, 1, 0) + std::string("\0\0\0\2\xff\xfe", 6));
  BinaryNumbers<std::int64_t> big;
  big.add(1 << 8);
  EXPECT_EQ(std::move(big).take(), header(20, 1, 0) + std::string("\0\0\0\x8\0\0\0\0\0\0\1\0", 12));
  BinaryNumbers<bool> flags;
  flags.add(true);
  EXPECT_EQ(std::move(flags).take(), header(16, 1, 0) + std::string("\0\0\0\1\1", 5));
}

TEST(BinaryArray, NoticesWhatNoColumnCanHold) {
  BinaryTexts texts;
  EXPECT_EQ(texts.add(std::string_view("a\0b", 3)).problem(), "a text has a NUL character");
  BinaryNumbers<std::int16_t> numbers;
  EXPECT_EQ(numbers.add(-32'768).add(32'767).problem(), "");
  EXPECT_EQ(numbers.add(32'768).problem(), "a number is out of its column's range");
  EXPECT_EQ(Params().add(numbers).problem(), "a number is out of its column's range");
}

TEST(ArrayText, OfNothingIsEmpty) { EXPECT_EQ(ArrayText().copy(), "{}"); }

TEST(Params, NoticeANulWhereverItHides) {
  const std::string_view nul("a\0b", 3);
  ArrayText array;
  array.text("fine").text(nul);
  EXPECT_NE(Params().add(array).problem(), "");
  EXPECT_NE(Params().text(nul).problem(), "");
  EXPECT_EQ(Params().bytes(nul).add(1).text("fine").problem(), "");
}

TEST(Params, KeepTheirOrder) {
  const Uuid id = *Uuid::parse("018f0000-0000-7000-8000-000000000001");
  const std::vector<std::string> expected{"t", "5", "x", "018f0000-0000-7000-8000-000000000001", "{1,2}"};
  std::vector<std::string> kept;
  for (const auto& value : Params().add(true).add(5).text("x").add(id).text(small_array({1, 2})).values()) kept.push_back(value.bytes);
  EXPECT_EQ(kept, expected);
}

TEST(Params, MixTextAndBinaryInAnyOrder) {
  BinaryUuids array;
  const auto params = Params().text("x").bytes("y").add(array).add(1);
  std::vector<bool> binary;
  for (const auto& value : params.values()) binary.push_back(value.binary);
  EXPECT_EQ(binary, (std::vector<bool>{false, true, true, false}));
}

}  // namespace
}  // namespace argosy::store
