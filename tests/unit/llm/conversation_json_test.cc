// Requests and answers come back from JSON as they were.
#include "common/llm/conversation_json.h"

#include <gmock/gmock.h>

namespace argosy::llm {
namespace {

using testing::HasSubstr;

Request full_request() {
  return {.messages = {{.role = Role::system, .parts = {Text{"You help."}}, .cache_until_here = true},
                       {.role = Role::user, .parts = {Text{"What is this?"}, Image{"image/png", "aGk="}}},
                       {.role = Role::assistant,
                        .parts = {Thinking{"hm", json::Object{{"signature", "abc"}}}, ToolCall{"c1", "read", R"({"n": 1.50})", ""},
                                  ToolCall{"c2", "read", "{", "cut"}}},
                       {.role = Role::user, .parts = {ToolResult{"c1", "text", false}, ToolResult{"c2", "no", true}}}},
          .tools = {{.name = "read", .description = "Reads", .parameters = json::Object{{"type", "object"}}}},
          .must_call_a_tool = true,
          .temperature = 0.25,
          .max_tokens = 77,
          .stop = {"END"},
          .seed = -3,
          .schema = json::Value(json::Object{{"type", "string"}}),
          .user_key = "u-1"};
}

TEST(ConversationJson, BringsRequestsBackWhole) {
  const json::Value written(to_json(full_request()));
  const auto read = request_from_json(*json::parse(json::dump(written)));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(json::dump(to_json(*read)), json::dump(written));
  EXPECT_TRUE(read->messages[0].cache_until_here);
  EXPECT_EQ(std::get<ToolCall>(read->messages[2].parts[1]).arguments, R"({"n": 1.50})");
  EXPECT_EQ(std::get<ToolCall>(read->messages[2].parts[2]).problem, "cut");
  EXPECT_TRUE(std::get<ToolResult>(read->messages[3].parts[1]).failed);
  EXPECT_EQ(read->temperature, 0.25);
  EXPECT_EQ(read->seed, -3);
  EXPECT_EQ(read->user_key, "u-1");
}

TEST(ConversationJson, BringsAnswersBackWhole) {
  const Answer answer{.text = "Grüße",
                      .thinking = {{.text = "hm", .block = json::Object{{"signature", "abc"}}}},
                      .tool_calls = {{.id = "c", .name = "read", .arguments = "{}"}},
                      .stop = StopReason::tool_use,
                      .usage = {.input = 5, .output = 0},
                      .complete = true,
                      .error = "e",
                      .error_type = "t",
                      .model = "m"};
  const auto read = answer_from_json(json::Value(to_json(answer)));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(json::dump(to_json(*read)), json::dump(to_json(answer)));
  EXPECT_EQ(read->usage, answer.usage);
  EXPECT_EQ(read->usage.cached, std::nullopt);
}

TEST(ConversationJson, CanAlwaysBeReadAgain) {
  Request request;
  request.messages = {{.role = Role::user, .parts = {Text{std::string("a\0b\xff", 4)}}}};
  const auto read = json::parse(json::dump(to_json(request)));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<Text>(request_from_json(*read)->messages[0].parts[0]).text, "a\uFFFDb\uFFFD");
}

TEST(ConversationJson, SaysWhereItIsWrong) {
  for (const auto& [text, where] : {std::pair{R"({"messages":[{"role":"king","parts":[]}]})", "messages[0]: there is no role \"king\""},
                                    std::pair{R"({"messages":[{"role":"user","parts":[{"kind":"x","text":""}]}]})", "messages[0].parts[0]"},
                                    std::pair{R"({"messages":[],"stop":[1]})", "stop"}, std::pair{"[]", "request"}}) {
    const auto read = request_from_json(*json::parse(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, "conversation_malformed");
    EXPECT_THAT(read.error().message, HasSubstr(where));
  }
  EXPECT_THAT(answer_from_json(*json::parse(R"({"text":"","stop_reason":"tired"})")).error().message, HasSubstr("tired"));
}

}  // namespace
}  // namespace argosy::llm
