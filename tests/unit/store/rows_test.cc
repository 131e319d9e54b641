// What the server sends reads the same in both of its formats.
#include "common/store/internal/rows.h"

#include <gtest/gtest.h>

#include "common/store/internal/params.h"

namespace argosy::store {
namespace {

using Texts = std::vector<std::string>;

Field text(std::string_view bytes) { return {bytes, false, false}; }
Field binary(std::string_view bytes) { return {bytes, false, true}; }

TEST(Literal, EndsElementsAtCommasOutsideOfQuotes) { EXPECT_EQ(literal_from(R"({a,"b,c","d}",e})"), (Texts{"a", "b,c", "d}", "e"})); }

TEST(Literal, TakesAwayQuotesAndBackslashes) {
  EXPECT_EQ(literal_from(R"({"b \"c\"","back\\slash","{\"status\":\"running\"}"})"),
            (Texts{"b \"c\"", "back\\slash", R"({"status":"running"})"}));
}

TEST(Literal, FindsAnEscapeAtEveryPlaceOfALongElement) {
  for (std::size_t place = 0; place <= 24; ++place)
    for (const char* special : {"\"", "\\"}) {
      const std::string plain(24, 'x');
      const std::string element = plain.substr(0, place) + special + plain.substr(place);
      const std::string escaped = plain.substr(0, place) + "\\" + special + plain.substr(place);
      EXPECT_EQ(literal_from("{\"" + escaped + "\",\"" + escaped + escaped + "\"}"), (Texts{element, element + element}));
    }
}

TEST(Literal, KeepsCharactersOfTheUpperHalf) {
  EXPECT_EQ(literal_from("{\"\xc3\xa9\xe2\x80\x9c\\\"\xdc\xa2\xff\x80\"}"), Texts{"\xc3\xa9\xe2\x80\x9c\"\xdc\xa2\xff\x80"});
}

TEST(Literal, TellsNoElementFromAnEmptyOne) {
  EXPECT_EQ(literal_from("{}"), Texts{});
  EXPECT_EQ(literal_from(""), Texts{});
  EXPECT_EQ(literal_from(R"({""})"), Texts{""});
  EXPECT_EQ(literal_from(R"({NULL,"NULL",""})"), (Texts{"", "NULL", ""}));
}

TEST(Literal, PassesOverTheBoundsOfAnArrayThatDoesNotBeginAtOne) { EXPECT_EQ(literal_from("[0:1]={a,b}"), (Texts{"a", "b"})); }

TEST(Literal, OfDamagedTextEnds) {
  EXPECT_EQ(literal_from(R"({"a)"), Texts{"a"});
  EXPECT_EQ(literal_from(R"({"a\)"), Texts{"a"});
  EXPECT_EQ(literal_from("{a"), Texts{"a"});
  EXPECT_EQ(literal_from("a,b"), Texts{});
}

TEST(Field, NumbersOfAnyWidthKeepTheirSign) {
  EXPECT_EQ(int_from(text("-7")), -7);
  EXPECT_EQ(int_from(binary(std::string_view("\xff\xf9", 2))), -7);
  EXPECT_EQ(int_from(binary(std::string_view("\0\1\0\0", 4))), 65'536);
  EXPECT_EQ(int_from(binary(std::string_view("\x80\0\0\0\0\0\0\0", 8))), INT64_MIN);
  EXPECT_EQ(int_from({{}, true, true}), 0);
}

TEST(Field, ABooleanIsOneByte) {
  EXPECT_TRUE(bool_from(text("t")));
  EXPECT_FALSE(bool_from(text("f")));
  EXPECT_TRUE(bool_from(binary("\1")));
  EXPECT_FALSE(bool_from(binary(std::string_view("\0", 1))));
  EXPECT_FALSE(bool_from({{}, true, true}));
}

TEST(Field, ATimeIsRoundedToMilliseconds) {
  EXPECT_EQ(millis_from(text("1700000000001")), 1'700'000'000'001);
  // 2000-01-01 00:00:00.0015 and .001499
  EXPECT_EQ(millis_from(binary(std::string_view("\0\0\0\0\0\0\x05\xdc", 8))), 946'684'800'002);
  EXPECT_EQ(millis_from(binary(std::string_view("\0\0\0\0\0\0\x05\xdb", 8))), 946'684'800'001);
  EXPECT_EQ(millis_from({{}, true, true}), 0);
}

TEST(Field, UuidsAndBytesComeAsTheyAre) {
  const Uuid id = *Uuid::parse("018f0000-0000-7000-8000-0000000000ff");
  EXPECT_EQ(uuid_from(text(id.to_string())), id);
  EXPECT_EQ(uuid_from(binary({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()})), id);
  EXPECT_EQ(uuid_from(binary("short")), Uuid{});
  EXPECT_EQ(bytes_from(text(R"(\x00ff)")), std::string("\0\xff", 2));
  EXPECT_EQ(bytes_from(binary(R"(\x00ff)")), R"(\x00ff)");
}

TEST(Field, AnArrayIsWhatWasSent) {
  BinaryTexts sent;
  sent.add("a").null();
  sent.add("").add("{\"b\"}");
  EXPECT_EQ(array_from(binary(std::move(sent).take())), (Texts{"a", "", "", "{\"b\"}"}));
  EXPECT_EQ(array_from(text(R"({a,NULL})")), (Texts{"a", ""}));
  BinaryNumbers<std::int16_t> numbers;
  numbers.add(3).add(-1);
  EXPECT_EQ(small_array_from(binary(std::move(numbers).take())), (std::vector<std::int16_t>{3, -1}));
  EXPECT_EQ(small_array_from(text("{3,-1}")), (std::vector<std::int16_t>{3, -1}));
}

TEST(Field, ADamagedOrAbsentArrayIsShort) {
  EXPECT_EQ(array_from({{}, true, true}), Texts{});
  EXPECT_EQ(array_from(binary(std::string_view("\0\0\0\0\0\0\0\0\0\0\0\x19", 12))), Texts{});  // how the server sends an empty one
  BinaryTexts sent;
  sent.add("abc");
  const auto whole = std::move(sent).take();
  EXPECT_EQ(array_from(binary(std::string_view(whole).substr(0, whole.size() - 2))), Texts{"a"});
}

}  // namespace
}  // namespace argosy::store
