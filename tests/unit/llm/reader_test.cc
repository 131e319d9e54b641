// What the readers of answers hold to whatever comes: bounds, live pieces, thinking that is to be sent back, ids.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/unit/llm/streams.h"

namespace argosy::llm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string text_chunk(std::string_view text) {
  return fmt::format(R"({{"choices":[{{"index":0,"delta":{{"content":{}}}}}]}})", json::quote(text));
}
const std::string kStop = R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})";

TEST(Reader, EndsABodyThatIsTooLong) {
  const ReaderLimits limits{.max_bytes = 1'000};
  for (const Api api : {Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama}) {
    const auto reader = AnswerReader::make(api, limits);
    while (reader->wants_more()) reader->take(": nothing but comments\n");
    const auto answer = reader->finish();
    EXPECT_EQ(answer.error, "the answer has more than 1000 bytes");
    EXPECT_FALSE(answer.complete);
  }
}

TEST(Reader, DropsOneByteOrderMarkAndNoMore) {
  const std::string body = sse({text_chunk("x"), text_chunk("y"), kStop, "[DONE]"}), mark = "\xef\xbb\xbf";
  EXPECT_EQ(read(Api::openai_chat, body).text, "xy");
  EXPECT_EQ(read(Api::openai_chat, mark + body).text, "xy");
  // What stands before the first name makes it another one, which nobody knows.
  for (const auto& before : {mark + mark, "\n" + mark, mark.substr(0, 2)}) {
    EXPECT_EQ(read(Api::openai_chat, before + body).text, "y") << before.size();
    EXPECT_EQ(answer_to(Api::openai_chat, {before.substr(0, 1), before.substr(1), body}), answer_to(Api::openai_chat, {before + body}));
  }
}

TEST(Reader, EndsAnEventThatIsTooLarge) {
  const ReaderLimits limits{.max_event_bytes = 1'000};
  const std::string filler(600, 'x');
  const auto line = read(Api::openai_chat, "data: " + filler + filler, limits);
  EXPECT_THAT(line.error, HasSubstr("one event has more than 1000 bytes"));
  const auto lines = read(Api::openai_chat, "data: " + filler + "\ndata: " + filler + "\n\n", limits);
  EXPECT_THAT(lines.error, HasSubstr("one event has more than 1000 bytes"));
  const auto text = read(Api::ollama, "{\"a\":\"" + filler + filler, limits);
  EXPECT_THAT(text.error, HasSubstr("one event has more than 1000 bytes"));
}

TEST(Reader, EndsAnAnswerWhoseTextIsTooLong) {
  const auto reader = AnswerReader::make(Api::openai_chat, {.max_answer_bytes = 1'000});
  while (reader->wants_more()) reader->take(sse({text_chunk("123456789 ")}));
  const auto answer = reader->finish();
  EXPECT_EQ(answer.text.size(), 1'000u);
  EXPECT_EQ(answer.stop, StopReason::error);
  EXPECT_THAT(answer.error, HasSubstr("more than 1000 bytes"));
}

TEST(Reader, EndsAnAnswerOfTooManyCalls) {
  std::string calls;
  for (int i = 0; i < 10'000; ++i)
    calls += fmt::format(R"({}{{"index":{},"id":"c{}","function":{{"name":"f","arguments":"{{}}"}}}})", i ? "," : "", i, i);
  const auto answer = read(Api::openai_chat, sse({R"({"choices":[{"delta":{"tool_calls":[)" + calls + "]}}]}", kStop, "[DONE]"}));
  EXPECT_EQ(answer.tool_calls.size(), ReaderLimits().max_tool_calls);
  EXPECT_EQ(answer.stop, StopReason::error);
  EXPECT_THAT(answer.error, HasSubstr("more than 128 tool calls"));
}

TEST(Reader, RefusesJsonThatWouldTakeMuchMemory) {
  std::string values = "[";
  for (int i = 0; i < 300'000; ++i) values += "0,";
  EXPECT_THAT(read(Api::ollama, "{\"a\":" + values + "0]}").error, HasSubstr("values"));
  const std::string deep(100'000, '[');
  EXPECT_THAT(read(Api::openai_chat, sse({deep})).error, HasSubstr("nesting"));
}

TEST(Reader, TellsPiecesAsTheyCome) {
  const auto reader = AnswerReader::make(Api::openai_chat);
  std::string text, thinking;
  const OnDelta on_delta = [&](Delta kind, std::string_view piece) { (kind == Delta::text ? text : thinking) += piece; };
  reader->take(sse({text_chunk("<think>Hm")}), on_delta);
  EXPECT_EQ(thinking, "Hm");
  reader->take(sse({text_chunk(".</think>\nYes"), text_chunk(", sir")}), on_delta);
  EXPECT_EQ(thinking, "Hm.");
  EXPECT_EQ(text, "Yes, sir");
}

TEST(Reader, WantsNoMoreAfterTheEndMark) {
  const auto reader = AnswerReader::make(Api::openai_chat);
  reader->take(sse({text_chunk("a"), kStop}));
  EXPECT_TRUE(reader->wants_more());
  reader->take(sse({"[DONE]", text_chunk("b")}));
  EXPECT_FALSE(reader->wants_more());
  EXPECT_EQ(reader->finish().text, "a");
}

const Stream& stream(const std::string& name) {
  static const auto kStreams = recorded_streams();
  return *std::ranges::find(kStreams, name, &Stream::name);
}

TEST(Reader, KeepsSignedThinkingAsTheVendorWroteIt) {
  const auto anthropic = read(Api::anthropic, stream("anthropic/thinking").body);
  ASSERT_EQ(anthropic.thinking.size(), 2u);
  EXPECT_EQ(json::dump(anthropic.thinking[0].block), R"({"type":"thinking","thinking":"Let me see.","signature":"EqQBCgIYAhIM"})");
  EXPECT_EQ(json::dump(anthropic.thinking[1].block), R"({"type":"redacted_thinking","data":"EmwKAhgB"})");
  const auto responses = read(Api::openai_responses, stream("openai-responses/reasoning_and_calls").body);
  ASSERT_EQ(responses.thinking.size(), 1u);
  EXPECT_EQ(responses.thinking[0].block.string_or("encrypted_content", ""), "gAAAAAB");
  const auto openrouter = read(Api::openai_chat, stream("openai-chat/openrouter_reasoning").body);
  ASSERT_EQ(openrouter.thinking.size(), 1u);
  EXPECT_EQ(json::canonical(openrouter.thinking[0].block.array_or_empty("reasoning_details").at(0)),
            R"({"format":"anthropic-claude-v1","index":0,"signature":"EqQB","text":"Hmm.","type":"reasoning.text"})");
}

TEST(Reader, MakesIdsThatAreMissingUnlikeEachOther) {
  std::set<std::string> ids;
  for (const auto* name : {"ollama/calls", "openai-chat/no_id_no_index"}) {
    const auto& from = stream(name);
    for (const auto& call : read(from.api, from.body).tool_calls) EXPECT_TRUE(ids.insert(call.id).second);
  }
  EXPECT_EQ(ids.size(), 5u);
}

TEST(Reader, TakesACallInTheTextOnlyForAToolThatWasOffered) {
  const auto& from = stream("openai-chat/text_call_hermes");
  const std::vector<Tool> none, other{Tool{"h", "", json::Object()}}, both{Tool{"f", "", json::Object()}, Tool{"g", "", json::Object()}};
  EXPECT_TRUE(read(from.api, from.body, {}, &none).tool_calls.empty());
  EXPECT_THAT(read(from.api, from.body, {}, &other).text, HasSubstr("<tool_call>"));
  EXPECT_EQ(read(from.api, from.body, {}, &both).tool_calls.size(), 2u);
}

TEST(Reader, TypesElementsOfACallByTheSchemaOfItsTool) {
  const auto schema = json::parse(R"({"type":"object","properties":{"path":{"type":"string"},"lines":{"type":"array"}}})").value();
  const std::vector<Tool> offered{Tool{"write", "", schema}};
  const auto answer =
      read(Api::openai_chat,
           sse({text_chunk("<function=write><parameter=path>12</parameter><parameter=lines>[1]</parameter></function>"), kStop, "[DONE]"}),
           {}, &offered);
  ASSERT_EQ(answer.tool_calls.size(), 1u);
  EXPECT_EQ(answer.tool_calls[0].arguments, R"({"path":"12","lines":[1]})");
}

TEST(Reader, SaysWhatTheVendorCallsItsError) {
  const auto answer = read(Api::anthropic, stream("anthropic/error_overloaded").body);
  EXPECT_EQ(answer.error_type, "overloaded_error");
}

}  // namespace
}  // namespace argosy::llm
