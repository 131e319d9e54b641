// What is left out of a conversation that is too long.
#include "common/llm/money/fit.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

Message say(Role role, std::string text) { return {.role = role, .parts = {Text{std::move(text)}}}; }
Message call(std::string id) {
  return {.role = Role::assistant, .parts = {ToolCall{.id = std::move(id), .name = "read", .arguments = "{}"}}};
}
Message result(std::string id, std::string text) {
  return {.role = Role::user, .parts = {ToolResult{.call = std::move(id), .text = std::move(text)}}};
}

// Every call has its result and every result its call.
void expect_whole(const Request& request) {
  std::multiset<std::string> calls, results;
  for (const auto& message : request.messages)
    for (const auto& part : message.parts) {
      if (const auto* one = std::get_if<ToolCall>(&part)) calls.insert(one->id);
      if (const auto* one = std::get_if<ToolResult>(&part)) results.insert(one->call);
    }
  EXPECT_EQ(calls, results);
}

TEST(Fit, WhatFitsStaysAsItIs) {
  const Request request{.messages = {say(Role::user, "hello")}};
  const auto fitted = fit(request, bytes_of(request));
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->missing, Missing{});
}

TEST(Fit, TheOldestExchangesGoWithCallsAndResultsTogether) {
  const Request request{.messages = {say(Role::system, "rules"), say(Role::user, "the task"), call("a"),
                                     result("a", std::string(4'000, 'x')), call("b"), result("b", std::string(4'000, 'y')),
                                     say(Role::assistant, "done?"), say(Role::user, "go on")}};
  const auto fitted = fit(request, 5'500);
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->missing.messages, 2u);
  EXPECT_EQ(fitted->missing.tool_calls, 1u);
  expect_whole(fitted->request);
  EXPECT_EQ(std::get<Text>(fitted->request.messages[0].parts[0]).text, "rules");
  EXPECT_EQ(std::get<Text>(fitted->request.messages[1].parts[0]).text, "the task");
  EXPECT_NE(std::get<Text>(fitted->request.messages[1].parts[1]).text.find("2 earlier messages with 1 tool calls were left out"),
            std::string::npos);
  EXPECT_LE(bytes_of(fitted->request), 5'500);
}

TEST(Fit, ALongTextLosesItsMiddleBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += "aä€😀";
  for (std::size_t most = 40; most < 300; ++most) {
    const auto cut = cut_middle(text, most);
    EXPECT_LE(cut.size(), most);
    EXPECT_TRUE(text::is_utf8(cut));
    EXPECT_NE(cut.find("bytes left out"), std::string::npos);
  }
  const auto fitted = fit({.messages = {say(Role::user, text)}}, 3'000);
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->missing.cut_texts, 1u);
  EXPECT_LE(bytes_of(fitted->request), 3'000);
}

TEST(Fit, WhatMustStayAndDoesNotFitIsAnError) {
  const auto refused = fit({.messages = {say(Role::system, std::string(5'000, 's')), say(Role::user, "x")}}, 3'000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "context_too_long");
}

TEST(Fit, OfAnyConversationTheRestIsWholeAndFits) {
  std::minstd_rand random(7);
  for (int round = 0; round < 2'000; ++round) {
    Request request{.messages = {say(Role::system, "rules"), say(Role::user, "task")}};
    std::vector<std::string> open;
    for (int n = 0; n < 12; ++n) {
      const auto id = std::to_string(n);
      if (random() % 2 == 0) {
        request.messages.push_back(call(id));
        open.push_back(id);
      } else {
        request.messages.push_back(say(random() % 2 == 0 ? Role::user : Role::assistant, std::string(random() % 3'000, 'z')));
      }
      while (!open.empty() && random() % 3 != 0) {  // results come late and out of order
        const auto at = open.begin() + static_cast<std::ptrdiff_t>(random() % open.size());
        request.messages.push_back(result(*at, std::string(random() % 3'000, 'r')));
        open.erase(at);
      }
    }
    for (const auto& id : open) request.messages.push_back(result(id, "late"));
    const auto most = static_cast<std::int64_t>(2'000 + random() % 20'000);
    const auto fitted = fit(request, most);
    if (!fitted) continue;
    expect_whole(fitted->request);
    EXPECT_LE(bytes_of(fitted->request), most);
  }
}

}  // namespace
}  // namespace argosy::llm
