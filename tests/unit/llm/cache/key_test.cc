// What makes two calls the same, and what makes them alike.
#include "common/llm/cache/key.h"

#include <gtest/gtest.h>

namespace argosy::llm {
namespace {

Request asked(const std::string& text = "How long is it?") {
  Request request;
  request.messages = {{.role = Role::system, .parts = {Text{"You help."}}}, {.role = Role::user, .parts = {Text{text}}}};
  request.tools = {{.name = "read", .description = "Reads", .parameters = json::Object{{"type", "object"}, {"title", "t"}}}};
  request.temperature = 0.5;
  return request;
}
const CallOptions kOptions{.kind = "plan", .role = "planner"};

TEST(CacheKeyTest, IsTheSameForTheSameWhoeverAsks) {
  const auto key = cache_key(asked(), kOptions, "models");
  EXPECT_EQ(key.exact.size(), 32u);
  EXPECT_EQ(key.around.size(), 32u);
  EXPECT_EQ(key.said, "How long is it?");
  Request same = asked();
  same.user_key = "somebody";
  same.messages[0].cache_until_here = true;
  same.tools[0].parameters = json::Object{{"title", "t"}, {"type", "object"}};
  CallOptions options = kOptions;
  options.task = "t";
  options.payer = Payer{};
  options.payer->user = "ann";
  EXPECT_EQ(cache_key(same, options, "models").exact, key.exact);
  EXPECT_EQ(cache_key(same, options, "models").around, key.around);
}

TEST(CacheKeyTest, ChangesWithEverythingThatMayChangeTheAnswer) {
  const auto key = cache_key(asked(), kOptions, "models");
  const auto differs = [&](const CacheKey& other, bool also_around = true) {
    EXPECT_NE(other.exact, key.exact);
    if (also_around) EXPECT_NE(other.around, key.around);
  };
  differs(cache_key(asked("How wide is it?"), kOptions, "models"), false);
  differs(cache_key(asked(), kOptions, "other models"));
  const std::vector<std::function<void(Request&, CallOptions&)>> changes{
      [](Request& r, CallOptions&) { r.temperature = 0.6; },
      [](Request& r, CallOptions&) { r.temperature.reset(); },
      [](Request& r, CallOptions&) { r.max_tokens = 5; },
      [](Request& r, CallOptions&) { r.seed = 1; },
      [](Request& r, CallOptions&) { r.stop = {"x"}; },
      [](Request& r, CallOptions&) { r.schema = json::Object{}; },
      [](Request& r, CallOptions&) { r.must_call_a_tool = true; },
      [](Request& r, CallOptions&) { r.tools[0].description = "Writes"; },
      [](Request& r, CallOptions&) { r.tools.clear(); },
      [](Request& r, CallOptions&) { r.messages[0].parts = {Text{"You harm."}}; },
      [](Request& r, CallOptions&) { r.messages.insert(r.messages.begin() + 1, {.role = Role::assistant, .parts = {Text{"Hm."}}}); },
      [](Request&, CallOptions& o) { o.kind = "review"; },
      [](Request&, CallOptions& o) { o.role = "reviewer"; },
      [](Request&, CallOptions& o) { o.model = "large"; },
      [](Request&, CallOptions& o) { o.complexity = Complexity::high; },
  };
  for (const auto& change : changes) {
    Request request = asked();
    CallOptions options = kOptions;
    change(request, options);
    differs(cache_key(request, options, "models"));
  }
}

TEST(CacheKeyTest, OnlyAUsersLastWordsAreAlikeToOthers) {
  EXPECT_EQ(cache_key(asked("How wide is it?"), kOptions, "").around, cache_key(asked(), kOptions, "").around);
  Request request = asked();
  request.messages.push_back({.role = Role::assistant, .parts = {ToolCall{.id = "1", .name = "read", .arguments = "{}"}}});
  EXPECT_EQ(cache_key(request, kOptions, "").said, "");
  request.messages.push_back({.role = Role::user, .parts = {ToolResult{.call = "1", .text = "it"}}});
  EXPECT_EQ(cache_key(request, kOptions, "").said, "");
  request = asked();
  request.messages.back().parts.emplace_back(Image{.media_type = "image/png", .base64 = "AAAA"});
  EXPECT_EQ(cache_key(request, kOptions, "").said, "");
  EXPECT_EQ(cache_key(asked("  \n"), kOptions, "").said, "");
  EXPECT_EQ(cache_key(Request{}, kOptions, "").said, "");
}

TEST(CacheKeyTest, NeitherLongTextsNorSecretsAreSentToBeCompared) {
  EXPECT_FALSE(cache_key(asked(std::string(kMaxSaidBytes, 'a')), kOptions, "").said.empty());
  EXPECT_TRUE(cache_key(asked(std::string(kMaxSaidBytes + 1, 'a')), kOptions, "").said.empty());
  EXPECT_TRUE(cache_key(asked("why does password=hunter2secret not work?"), kOptions, "").said.empty());
}

}  // namespace
}  // namespace argosy::llm
