// Every recorded body, read whole, in pieces and cut short.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/llm/streams.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(json::Value(json::Object()));
}

TEST(Streams, AreReadAsTheirRecordsSay) {
  const auto streams = recorded_streams();
  ASSERT_GT(streams.size(), 120u);
  for (const auto& stream : streams) {
    auto expected = stream.expected;
    auto answer = parsed(answer_to(stream.api, {stream.body}));
    const auto expected_error = expected.string_or("error", ""), error = answer.string_or("error", "");
    EXPECT_EQ(expected_error.empty(), error.empty()) << stream.name << ": " << error;
    EXPECT_THAT(error, HasSubstr(expected_error)) << stream.name;
    expected.as_object()["error"] = answer.as_object()["error"] = nullptr;
    auto& calls = answer.as_object()["tool_calls"].as_array();
    const auto& expected_calls = expected.array_or_empty("tool_calls");
    for (std::size_t i = 0; i < std::min(calls.size(), expected_calls.size()); ++i) {
      if (!expected_calls[i].string_or("id", "").empty()) continue;
      EXPECT_THAT(calls[i].string_or("id", ""), StartsWith("call_")) << stream.name;
      calls[i].as_object()["id"] = "";
    }
    EXPECT_EQ(json::dump(answer), json::dump(expected)) << stream.name;
  }
}

// `offset` bytes, then pieces of `size`.
std::vector<std::string_view> split(std::string_view body, std::size_t offset, std::size_t size) {
  std::vector<std::string_view> pieces{body.substr(0, offset)};
  for (std::size_t i = offset; i < body.size(); i += size) pieces.push_back(body.substr(i, size));
  return pieces;
}

TEST(Streams, AreReadAlikeHoweverTheirBytesAreSplit) {
  constexpr std::size_t kSmallBody = 500, kPiece = 48;
  for (const auto& stream : recorded_streams()) {
    const std::string_view body = stream.body;
    const auto whole = answer_to(stream.api, {body});
    EXPECT_EQ(answer_to(stream.api, split(body, 0, 1)), whole) << stream.name;
    // Each byte is once the first of a piece: of the second of two, and where that takes too long of one among many.
    const std::size_t size = body.size() <= kSmallBody ? kSmallBody : kPiece;
    for (std::size_t i = 1; i < std::min(body.size(), size); ++i)
      ASSERT_EQ(answer_to(stream.api, split(body, i, size)), whole) << stream.name << " at " << i;
  }
}

TEST(Streams, ThatAreCutShortAreNeverComplete) {
  for (const auto& stream : recorded_streams()) {
    const std::string_view body = stream.body;
    if (!read(stream.api, body).complete) continue;
    // NDJSON and plain JSON can do without the white space after the last bracket, and a CR ends a line whatever follows.
    std::size_t end = body.ends_with("\r\n") ? body.size() - 1 : body.size();
    while (body.starts_with('{') && body[end - 1] != '}') --end;
    const std::size_t step = 1 + end / 500;  // the work grows with the square
    for (std::size_t i = (end - 1) % step; i < end; i += step) {
      const auto answer = read(stream.api, body.substr(0, i));
      ASSERT_FALSE(answer.complete) << stream.name << " at " << i;
      ASSERT_EQ(answer.stop, StopReason::error) << stream.name << " at " << i;
      ASSERT_FALSE(answer.error.empty()) << stream.name << " at " << i;
    }
  }
}

}  // namespace
}  // namespace argosy::llm
