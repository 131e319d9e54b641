// What each vendor is sent.
#include <gmock/gmock.h>

#include "common/llm/wire/encode.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

json::Value schema() {
  return json::parse(R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})").value();
}

// A system message, a question, two calls with their results, thoughts of several vendors.
Request conversation() {
  const json::Object signed_block{{"type", "thinking"}, {"thinking", "Hm."}, {"signature", "Eq"}};
  const json::Object reasoning{{"type", "reasoning"}, {"id", "rs_1"}, {"summary", json::Array()}, {"encrypted_content", "gAAA"}};
  Request request;
  request.messages = {{Role::system, {Text{"Be brief."}}, true},
                      {Role::user, {Text{"Look."}}},
                      {Role::assistant,
                       {Text{"I look."}, Thinking{"Hm.", signed_block}, Thinking{"", reasoning},
                        ToolCall{.id = "functions.read:7", .name = "read", .arguments = R"({"a":"x"})"},
                        ToolCall{.id = "call_2", .name = "list files", .arguments = "{"}}},
                      {Role::user, {ToolResult{"functions.read:7", "text", false}, ToolResult{"call_2", "no such folder", true}}, true}};
  request.tools = {Tool{"read", "reads", schema()}};
  request.temperature = 1.5;
  request.max_tokens = 1000;
  request.seed = 7;
  request.user_key = "u1";
  return request;
}

json::Value body(const Endpoint& endpoint, const Request& request, bool stream = true) {
  const auto encoded = encode(endpoint, request, stream);
  EXPECT_TRUE(encoded) << (encoded ? "" : to_string(encoded.error()));
  return encoded ? json::parse(encoded->body).value() : json::Value(json::Object());
}

json::Value at(const json::Value& value, std::string_view key, std::size_t index) {
  const auto& array = value.array_or_empty(key);
  return index < array.size() ? array[index] : json::Value();
}

const Endpoint kAnthropic{Api::anthropic, "https://api.anthropic.com", "claude-sonnet-4-5", "sk-1"};
const Endpoint kOpenAi{Api::openai_chat, "https://api.openai.com/v1", "gpt-4.1", "sk-2"};
const Endpoint kResponses{Api::openai_responses, "https://api.openai.com/v1/", "gpt-5", "sk-3"};
const Endpoint kOllama{Api::ollama, "http://localhost:11434", "qwen3:8b", "", 32'768};

TEST(Encode, GoesToThePathOfTheApiWithItsKey) {
  const auto anthropic = encode(kAnthropic, conversation()).value();
  EXPECT_EQ(anthropic.url, "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(anthropic.headers.at("x-api-key"), "sk-1");
  EXPECT_EQ(anthropic.headers.at("Anthropic-Version"), "2023-06-01");
  const auto openai = encode(kOpenAi, conversation()).value();
  EXPECT_EQ(openai.url, "https://api.openai.com/v1/chat/completions");
  EXPECT_EQ(openai.headers.at("authorization"), "Bearer sk-2");
  EXPECT_EQ(encode(kResponses, conversation())->url, "https://api.openai.com/v1/responses");
  const auto ollama = encode(kOllama, conversation()).value();
  EXPECT_EQ(ollama.url, "http://localhost:11434/api/chat");
  EXPECT_FALSE(ollama.headers.contains("authorization"));
}

TEST(Encode, GivesAnthropicThinkingFirstAndResultsTogether) {
  const auto sent = body(kAnthropic, conversation());
  EXPECT_EQ(json::dump(at(sent, "system", 0)), R"({"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}})");
  const auto said = at(sent, "messages", 1), results = at(sent, "messages", 2);
  EXPECT_EQ(json::dump(at(said, "content", 0)), R"({"type":"thinking","thinking":"Hm.","signature":"Eq"})");
  EXPECT_EQ(json::dump(at(said, "content", 1)), R"({"type":"text","text":"I look."})");
  const auto call = at(said, "content", 2), result = at(results, "content", 0), failed = at(results, "content", 1);
  EXPECT_THAT(call.string_or("id", ""), MatchesRegex("toolu_[0-9a-f]{24}"));
  EXPECT_EQ(call.string_or("id", ""), result.string_or("tool_use_id", "?"));
  EXPECT_EQ(json::dump(*call.find("input")), R"({"a":"x"})");
  EXPECT_EQ(at(said, "content", 3).string_or("name", ""), "list_files");
  EXPECT_TRUE(failed.bool_or("is_error", false));
  EXPECT_NE(failed.find("cache_control"), nullptr);
  EXPECT_EQ(sent.find("temperature")->as_double(), 1.0);
  EXPECT_EQ(sent.find("seed"), nullptr);
}

TEST(Encode, MarksAtMostFourPlacesForAnthropicsCache) {
  Request request = conversation();
  for (int i = 0; i < 9; ++i) request.messages.push_back({i % 2 ? Role::user : Role::assistant, {Text{"x"}}, true});
  const auto text = encode(kAnthropic, request)->body;
  std::size_t marks = 0;
  for (auto found = text.find("cache_control"); found != std::string::npos; found = text.find("cache_control", found + 1)) ++marks;
  EXPECT_EQ(marks, 4u);
}

TEST(Encode, DescribesToAnthropicTheToolsOfOldCalls) {
  Request request = conversation();
  request.tools.clear();
  const auto sent = body(kAnthropic, request);
  EXPECT_EQ(sent.array_or_empty("tools").size(), 2u);
  EXPECT_EQ(sent.find("tool_choice")->string_or("type", ""), "none");
}

TEST(Encode, GivesOpenAiToolMessagesAndAsksForUsage) {
  const auto sent = body(kOpenAi, conversation());
  EXPECT_EQ(json::dump(*sent.find("stream_options")), R"({"include_usage":true})");
  EXPECT_EQ(sent.int_or("max_completion_tokens", 0), 1000);
  EXPECT_EQ(sent.find("max_tokens"), nullptr);
  EXPECT_EQ(at(sent, "messages", 0).string_or("role", ""), "system");
  const auto said = at(sent, "messages", 2);
  EXPECT_EQ(said.find("reasoning_content"), nullptr);
  EXPECT_EQ(at(said, "tool_calls", 0).string_or("id", ""), "functions.read:7");
  EXPECT_EQ(at(said, "tool_calls", 0).find("function")->string_or("arguments", ""), R"({"a":"x"})");
  EXPECT_EQ(at(said, "tool_calls", 1).find("function")->string_or("arguments", ""), R"({"unreadable_arguments":"{"})");
  EXPECT_EQ(json::dump(at(sent, "messages", 3)), R"({"role":"tool","tool_call_id":"functions.read:7","content":"text"})");
  EXPECT_EQ(at(sent, "messages", 4).string_or("content", ""), "The call failed: no such folder");
  EXPECT_EQ(body(kOpenAi, conversation(), false).find("stream_options"), nullptr);
}

TEST(Encode, SpellsIdsAsMistralAndKimiDemand) {
  const Endpoint mistral{Api::openai_chat, "https://api.mistral.ai/v1", "devstral-medium"};
  const auto to_mistral = body(mistral, conversation());
  const auto id = at(at(to_mistral, "messages", 2), "tool_calls", 0).string_or("id", "");
  EXPECT_THAT(id, MatchesRegex("[0-9a-zA-Z]{9}"));
  EXPECT_EQ(at(to_mistral, "messages", 3).string_or("tool_call_id", ""), id);
  EXPECT_EQ(to_mistral.find("stream_options"), nullptr);
  EXPECT_EQ(to_mistral.int_or("random_seed", 0), 7);
  const Endpoint kimi{Api::openai_chat, "https://api.moonshot.ai/v1", "kimi-k2-thinking"};
  const auto to_kimi = body(kimi, conversation());
  EXPECT_EQ(at(to_kimi, "messages", 4).string_or("tool_call_id", ""), "functions.list_files:1");
  EXPECT_EQ(at(to_kimi, "messages", 2).string_or("reasoning_content", ""), "Hm.");
}

TEST(Encode, SpellsTheSameConversationTheSameWayEachTime) {
  EXPECT_EQ(encode(kAnthropic, conversation())->body, encode(kAnthropic, conversation())->body);
}

TEST(Encode, GivesResponsesItemsAndStoresNothing) {
  const auto sent = body(kResponses, conversation());
  EXPECT_FALSE(sent.bool_or("store", true));
  EXPECT_EQ(sent.string_or("instructions", ""), "Be brief.");
  EXPECT_EQ(at(sent, "input", 1).string_or("encrypted_content", ""), "gAAA");
  EXPECT_EQ(at(sent, "input", 3).string_or("type", ""), "function_call");
  EXPECT_EQ(at(sent, "input", 5).string_or("call_id", ""), at(sent, "input", 3).string_or("call_id", "?"));
  EXPECT_EQ(sent.find("temperature"), nullptr);
  Request request = conversation();
  request.stop = {"###"};
  EXPECT_EQ(encode(kResponses, request).error().code, "request_unsupported");
}

TEST(Encode, AsksForAsMuchAsAReservationCountsWith) {
  Request request = conversation();
  request.max_tokens = 3;
  EXPECT_EQ(body(kResponses, request).int_or("max_output_tokens", 0), output_asked(Api::openai_responses, request));
  EXPECT_EQ(body(kOllama, request).find("options")->int_or("num_predict", 0), output_asked(Api::ollama, request));
  request.max_tokens = -1;
  EXPECT_EQ(encode(kOllama, request).error().code, "output_invalid") << "for ollama it would mean: without end";
}

TEST(Encode, GivesOllamaOptionsAndNamesOfTools) {
  const auto sent = body(kOllama, conversation());
  EXPECT_EQ(json::dump(*sent.find("options")), R"({"num_predict":1000,"num_ctx":32768,"temperature":1.5,"seed":7})");
  EXPECT_EQ(json::dump(at(at(sent, "messages", 2), "tool_calls", 0)), R"({"function":{"name":"read","arguments":{"a":"x"}}})");
  EXPECT_EQ(at(sent, "messages", 3).string_or("tool_name", ""), "read");
}

TEST(Encode, AsksEachVendorForASchema) {
  Request request = conversation();
  request.schema = schema();
  EXPECT_EQ(*body(kAnthropic, request).find("output_config")->find("format")->find("schema"), schema());
  EXPECT_TRUE(body(kOpenAi, request).find("response_format")->find("json_schema")->bool_or("strict", false));
  EXPECT_EQ(body(kResponses, request).find("text")->find("format")->string_or("type", ""), "json_schema");
  EXPECT_EQ(*body(kOllama, request).find("format"), schema());
  request.schema->as_object().erase("additionalProperties");
  EXPECT_FALSE(body(kOpenAi, request).find("response_format")->find("json_schema")->bool_or("strict", false));
}

TEST(Encode, SendsImagesInEachVendorsForm) {
  Request request;
  request.messages = {{Role::user, {Text{"What?"}, Image{"image/png", "iVBORw=="}}}};
  EXPECT_THAT(encode(kAnthropic, request)->body, HasSubstr(R"("source":{"type":"base64","media_type":"image/png","data":"iVBORw=="})"));
  EXPECT_THAT(encode(kOpenAi, request)->body, HasSubstr(R"("image_url":{"url":"data:image/png;base64,iVBORw=="})"));
  EXPECT_THAT(encode(kResponses, request)->body, HasSubstr(R"("image_url":"data:image/png;base64,iVBORw==")"));
  EXPECT_THAT(encode(kOllama, request)->body, HasSubstr(R"("images":["iVBORw=="])"));
  request.messages[0].parts[1] = Image{"image/svg+xml", "iVBORw=="};
  EXPECT_EQ(encode(kOpenAi, request).error().code, "image_invalid");
}

TEST(Encode, SendsNoInvalidUtf8) {
  Request request;
  request.messages = {{Role::user, {Text{std::string("a\xff\0b", 4)}}}};
  for (const auto& endpoint : {kAnthropic, kOpenAi, kResponses, kOllama})
    EXPECT_THAT(encode(endpoint, request)->body, HasSubstr("a\xef\xbf\xbd\xef\xbf\xbd"
                                                           "b"));
}

TEST(Encode, RefusesARequestWithoutAQuestionAndAKeyThatBreaksAHeader) {
  Request request;
  request.messages = {{Role::system, {Text{"S"}}}, {Role::user, {Text{"  "}}}};
  EXPECT_EQ(encode(kOpenAi, request).error().code, "request_empty");
  Endpoint endpoint = kOpenAi;
  endpoint.key = "sk\r\nX-Evil: 1";
  const auto refused = encode(endpoint, conversation());
  EXPECT_EQ(refused.error().code, "key_invalid");
  EXPECT_THAT(to_string(refused.error()), Not(HasSubstr("sk")));
}

}  // namespace
}  // namespace argosy::llm
