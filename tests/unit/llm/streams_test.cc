// Every recorded body, read whole, in pieces and cut short.
#include <gmock/gmock.h>

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

TEST(Streams, AreReadAlikeHoweverTheirBytesAreSplit) {
  for (const auto& stream : recorded_streams()) {
    const std::string_view body = stream.body;
    const auto whole = answer_to(stream.api, {body});
    for (std::size_t i = 1; i < body.size(); ++i)
      ASSERT_EQ(answer_to(stream.api, {body.substr(0, i), body.substr(i)}), whole) << stream.name << " at " << i;
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < body.size(); ++i) bytes.push_back(body.substr(i, 1));
    EXPECT_EQ(answer_to(stream.api, bytes), whole) << stream.name;
  }
}

TEST(Streams, ThatAreCutShortAreNeverComplete) {
  for (const auto& stream : recorded_streams()) {
    const std::string_view body = stream.body;
    if (!read(stream.api, body).complete) continue;
    // NDJSON and plain JSON can do without the white space after the last bracket, and a CR ends a line whatever follows.
    std::size_t end = body.ends_with("\r\n") ? body.size() - 1 : body.size();
    while (body.starts_with('{') && body[end - 1] != '}') --end;
    for (std::size_t i = 0; i < end; ++i) {
      const auto answer = read(stream.api, body.substr(0, i));
      ASSERT_FALSE(answer.complete) << stream.name << " at " << i;
      ASSERT_EQ(answer.stop, StopReason::error) << stream.name << " at " << i;
      ASSERT_FALSE(answer.error.empty()) << stream.name << " at " << i;
    }
  }
}

}  // namespace
}  // namespace argosy::llm
