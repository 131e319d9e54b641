// A conversation that grows is made shorter, never more often than it helps, and what was done is told after it.
#include "tests/unit/agent/loop_fixture.h"

namespace argosy::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Compaction : public LoopTest {
 protected:
  Compaction() {
    std::map<std::string, std::string> files;
    for (int i = 0; i < 60; ++i) {
      std::string text;
      for (int line = 0; line < 150; ++line) text += fmt::format("value_{}_{} = compute({})\n", i, line, line * i);
      files[fmt::format("f{}.py", i)] = text;
    }
    tree = tree_of(files);
    context_tokens = 20'000;
    agent.limits.rounds = 100;
  }

  static llm::Answer reads(int which) {
    auto one = answers(fmt::format("I look at {}. ", which), {calls("read_file", fmt::format(R"({{"path":"f{}.py"}})", which))});
    one.usage = {};
    return one;
  }
  // An answer that itself is long: masking results frees nothing of it.
  static llm::Answer writes(int which) {
    auto one = answers({calls("create_file", fmt::format(R"({{"path":"n{}.py","content":"{}"}})", which,
                                                         std::string(5'000, static_cast<char>('a' + which % 26))))});
    one.usage = {};
    return one;
  }
  static std::int64_t masked(const LoopState& state) {
    std::int64_t count = 0;
    for (const auto& message : state.messages)
      for (const auto& part : message.parts)
        if (const auto* result = std::get_if<llm::ToolResult>(&part);
            result != nullptr && result->text.starts_with("[This result was left out"))
          ++count;
    return count;
  }
  static std::int64_t size(const LoopState& state) {
    std::int64_t bytes = 0;
    for (const auto& message : state.messages)
      for (const auto& part : message.parts)
        if (const auto* result = std::get_if<llm::ToolResult>(&part)) bytes += static_cast<std::int64_t>(result->text.size());
    return bytes;
  }

  llm::Prompts prompts = llm::Prompts::open().value();
};

TEST_F(Compaction, MasksOldResultsFirstAndInBatches) {
  summary = *prompts.get("summary");
  auto one = loop();
  (void)one.go_on();
  int batches = 0;
  std::int64_t before = 0;
  for (int i = 0; i < 25; ++i) {
    const auto next = one.answered(reads(i));
    ASSERT_TRUE(std::holds_alternative<CallModel>(next));
    EXPECT_FALSE(std::get<CallModel>(next).summary) << "masking frees enough";
    expect_sound(one.state());
    EXPECT_LT(size(one.state()), 20'000 * 3);
    const auto now = masked(one.state());
    if (now != before) {
      ++batches;
      EXPECT_THAT(results(one.state()), AllOf(HasSubstr("record of your work"), HasSubstr("f0.py")));
    }
    before = now;
  }
  EXPECT_GT(batches, 1);
  EXPECT_LT(batches, 12) << "each loses the cache";
  EXPECT_THAT(results(one.state()), HasSubstr("value_24_149")) << "the newest stay";
  EXPECT_EQ(one.state().compactions, 0);
}

TEST_F(Compaction, SummarisesWhereMaskingFreesTooLittleAndKeepsTheRecord) {
  summary = *prompts.get("summary");
  auto one = loop();
  (void)one.go_on();
  Next next = one.answered(reads(0));
  int which = 0;
  while (!std::get<CallModel>(next).summary) {
    ASSERT_LT(which, 30);
    next = one.answered(writes(which++));
    ASSERT_TRUE(std::holds_alternative<CallModel>(next));
  }
  const auto& request = *std::get<CallModel>(next).request;
  EXPECT_TRUE(request.tools.empty());
  EXPECT_EQ(std::get<CallModel>(next).prompt.name, "summary");
  const auto again = one.go_on();
  EXPECT_TRUE(std::get<CallModel>(again).summary) << "after a crash it is asked for again";
  const auto rounds = one.state().rounds;
  const auto count = one.state().messages.size();
  next = one.answered(answers("It has read f0.py and is writing files."));
  EXPECT_FALSE(std::get<CallModel>(next).summary);
  EXPECT_EQ(one.state().rounds, rounds) << "a summary is no round";
  EXPECT_EQ(one.state().compactions, 1);
  EXPECT_LT(one.state().messages.size(), count);
  expect_sound(one.state());
  ASSERT_EQ(one.state().messages[2].role, llm::Role::user);
  const auto& said = std::get<llm::Text>(one.state().messages[2].parts.at(0)).text;
  EXPECT_THAT(said, AllOf(HasSubstr("In place of"), HasSubstr("It has read f0.py")));
  EXPECT_THAT(std::get<llm::Text>(one.state().messages[2].parts.at(1)).text, AllOf(HasSubstr("f0.py"), HasSubstr("n0.py")));
}

TEST_F(Compaction, IsAskedForOnlySoOftenAndThenEndsHonestly) {
  summary = *prompts.get("summary");
  agent.limits.compactions = 2;
  auto one = loop();
  Next next = one.go_on();
  int summaries = 0;
  for (int i = 0; i < 90 && !std::holds_alternative<End>(next); ++i) {
    const bool asked = std::get<CallModel>(next).summary;
    summaries += asked ? 1 : 0;
    next = asked ? one.answered(answers("")) : one.answered(writes(i));  // a summary that is of no use counts, too
  }
  ASSERT_TRUE(std::holds_alternative<End>(next));
  EXPECT_EQ(std::get<End>(next).reason, tasks::EndReason::budget);
  EXPECT_EQ(summaries, 2);
}

TEST_F(Compaction, LearnsHowManyTokensTheConversationHas) {
  auto one = loop();
  (void)one.go_on();
  auto first = reads(0);
  first.usage = {.input = 400, .output = 10};
  (void)one.answered(first);
  EXPECT_GT(one.state().bytes_a_kilotoken, 3'000);
  EXPECT_EQ(one.state().tokens, 410);
}

}  // namespace
}  // namespace argosy::agent
