// Conversations that no vendor would take, and what is made of them.
#include <gmock/gmock.h>

#include "common/llm/repair.h"

namespace argosy::llm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// "user: text result(a)=text" for each message.
std::vector<std::string> shown(const std::vector<Message>& messages) {
  std::vector<std::string> lines;
  for (const auto& message : messages) {
    std::string& line = lines.emplace_back(message.role == Role::user        ? "user:"
                                           : message.role == Role::assistant ? "assistant:"
                                                                             : "system:");
    for (const auto& part : message.parts) {
      if (const auto* text = std::get_if<Text>(&part)) line += " " + text->text;
      if (const auto* call = std::get_if<ToolCall>(&part)) line += " call(" + call->id + ")";
      if (const auto* result = std::get_if<ToolResult>(&part))
        line += " " + std::string(result->failed ? "failed(" : "result(") + result->call + ")";
      if (std::holds_alternative<Thinking>(part)) line += " thinking";
    }
  }
  return lines;
}

Message user(std::vector<Part> parts) { return {Role::user, std::move(parts)}; }
Message assistant(std::vector<Part> parts) { return {Role::assistant, std::move(parts)}; }
ToolCall call(std::string id) { return {.id = std::move(id), .name = "f", .arguments = "{}"}; }
ToolResult result(std::string id, std::string text = "done") { return {.call = std::move(id), .text = std::move(text)}; }

TEST(Repair, LeavesAConversationThatIsRight) {
  const std::vector<Message> messages{{Role::system, {Text{"S"}}},
                                      user({Text{"Do"}}),
                                      assistant({Thinking{"Hm", {}}, call("a"), call("b")}),
                                      user({result("a"), result("b")}),
                                      assistant({Text{"Done"}})};
  EXPECT_EQ(shown(repair(messages)), shown(messages));
}

TEST(Repair, GivesACallWithoutAResultAFailedOne) {
  const auto repaired = repair({user({Text{"Do"}}), assistant({call("a"), call("b")}), user({result("b"), Text{"and"}})});
  EXPECT_THAT(shown(repaired), ElementsAre("user: Do", "assistant: call(a) call(b)", "user: failed(a) result(b) and"));
  EXPECT_EQ(std::get<ToolResult>(repaired[2].parts[0]).text, kInterruptedCall);
}

TEST(Repair, AnswersTheLastCallToo) {
  EXPECT_THAT(shown(repair({user({Text{"Do"}}), assistant({call("a")})})),
              ElementsAre("user: Do", "assistant: call(a)", "user: failed(a)"));
}

TEST(Repair, TellsTheModelWhatWasWrongWithItsCall) {
  auto wrong = call("a");
  wrong.problem = "the arguments are not JSON";
  const auto repaired = repair({user({Text{"Do"}}), assistant({wrong})});
  EXPECT_EQ(std::get<ToolResult>(repaired[2].parts[0]).text, "the arguments are not JSON");
}

TEST(Repair, PutsResultsBehindTheirCalls) {
  const auto repaired = repair({user({Text{"Do"}}),
                                assistant({call("a"), call("b")}),
                                user({Text{"Hurry"}}),
                                {Role::system, {Text{"S"}}},
                                user({result("b"), result("a")}),
                                assistant({Text{"Done"}})});
  EXPECT_THAT(shown(repaired),
              ElementsAre("user: Do", "assistant: call(a) call(b)", "user: result(a) result(b) Hurry", "system: S", "assistant: Done"));
}

TEST(Repair, TurnsAResultWithoutItsCallIntoText) {
  EXPECT_THAT(shown(repair({user({result("gone", "42"), Text{"Go on"}})})),
              ElementsAre("user: Result of a call that is no longer shown:\n42 Go on"));
}

TEST(Repair, KeepsTheFirstOfTwoResults) {
  const auto repaired = repair({user({Text{"Do"}}), assistant({call("a")}), user({result("a", "first"), result("a", "second")})});
  ASSERT_EQ(repaired[2].parts.size(), 1u);
  EXPECT_EQ(std::get<ToolResult>(repaired[2].parts[0]).text, "first");
}

TEST(Repair, TellsCallsWithOneIdApart) {
  const auto repaired =
      repair({user({Text{"Do"}}), assistant({call("a")}), user({result("a", "1")}), assistant({call("a")}), user({result("a", "2")})});
  EXPECT_THAT(shown(repaired),
              ElementsAre("user: Do", "assistant: call(a)", "user: result(a)", "assistant: call(a-2)", "user: result(a-2)"));
  EXPECT_EQ(std::get<ToolResult>(repaired[4].parts[0]).text, "2");
}

TEST(Repair, JoinsMessagesOfOneRoleAndDropsEmptyOnes) {
  EXPECT_THAT(shown(repair({user({Text{"a"}}), user({Text{" \n"}}), user({Text{"b"}}), assistant({}), assistant({Text{"c"}}),
                            assistant({Text{"d"}})})),
              ElementsAre("user: a b", "assistant: c d"));
}

TEST(Repair, ChangesNothingTheSecondTime) {
  const auto once = repair({assistant({call("a"), call("a")}),
                            user({Text{"x"}, result("b")}),
                            assistant({call("a")}),
                            {Role::system, {Text{"S"}}},
                            user({result("a")})});
  EXPECT_EQ(shown(repair(once)), shown(once));
}

TEST(ToMessage, KeepsIdsUniqueInTheConversation) {
  Answer answer;
  answer.text = "Again.";
  answer.tool_calls = {call("a"), call("c")};
  const auto message = to_message(answer, {assistant({call("a")})});
  EXPECT_THAT(shown({message}), ElementsAre("assistant: Again. call(a-2) call(c)"));
}

}  // namespace
}  // namespace argosy::llm
