// The loop ends at its limits, and says when they are near.
#include "common/agent/loop.h"
#include "tests/unit/agent/loop/words.h"

namespace argosy::agent {
namespace {

using tasks::EndReason;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST_F(LoopTest, EndsAtEachLimit) {
  const auto ends = [&] {
    auto one = loop();
    (void)one.go_on();
    now += 61'000;
    return one.answered(answers({kRead}));
  };
  agent.limits.rounds = 1;
  EXPECT_EQ(reason(ends()), EndReason::iterations);
  EXPECT_THAT(std::get<End>(ends()).text, HasSubstr("a.py (all, round 1"));
  agent.limits = {.minutes = 1};
  EXPECT_EQ(reason(ends()), EndReason::timeout);
  agent.limits = {.tokens = 1'500};
  EXPECT_EQ(reason(ends()), EndReason::budget);
  agent.limits = {};
  purse.tokens_left = 100;
  EXPECT_EQ(reason(ends()), EndReason::budget) << "what the task has left";
  purse = {};
  agent.limits.runs = 1;
  auto one = loop();
  (void)one.go_on();
  EXPECT_THAT(std::get<RunSteps>(one.answered(answers({kTest, calls("run_command", R"({"command":"ls"})", "l")}))).runs, SizeIs(1));
  (void)one.ran({{.call = "t", .output = "ok"}});
  ASSERT_TRUE(asks_model(one.answered(answers({calls("run_tests", "{}", "u")}))));
  EXPECT_THAT(results(one.state()), HasSubstr("All 1 runs are used"));
  expect_sound(one.state());
}

TEST_F(LoopTest, IsToldWhatIsLeftOfItsShareAndEndsWithItsWorkWhenThatIsUsedUp) {
  purse = {.tokens_left = 90'000, .task_tokens = 100'000, .money_left = 4 * kUsd, .task_money = 5 * kUsd};
  budget_share = 0.2;
  auto one = loop();
  (void)one.go_on();
  EXPECT_THAT(results(one.state()), AllOf(HasSubstr("the budget has 20k tokens left"), HasSubstr("1 USD of the budget are left")));
  ASSERT_TRUE(asks_model(one.answered(answers({kEdit}), kUsd * 3 / 10)));
  EXPECT_THAT(results(one.state()), AllOf(HasSubstr("the budget has 18k tokens left"), HasSubstr("0.7 USD")));
  auto kept = loop_state_from(to_json_text(one.state())).value();
  auto again = loop(std::move(kept));
  (void)again.go_on();
  ASSERT_TRUE(asks_model(again.answered(answers({kRead}), kUsd * 3 / 10)));
  const auto end = again.answered(answers({kRead}), kUsd * 3 / 10);
  EXPECT_EQ(reason(end), EndReason::budget) << "0.1 is left, and a round costs 0.3";
  EXPECT_THAT(std::get<End>(end).text, HasSubstr("0.1 USD are left"));
  EXPECT_FALSE(again.state().edits.files.empty());
}

TEST_F(LoopTest, MayUseWhatTheTaskHasWithoutAShareAndNoMoreThanThatWithOne) {
  purse = {.tokens_left = 500, .task_tokens = 1'000'000, .money_left = {}, .task_money = {}};
  budget_share = 1;
  auto one = loop();
  (void)one.go_on();
  EXPECT_EQ(reason(one.answered(answers({kRead}))), EndReason::budget) << "others have used it";
  purse = {.tokens_left = {}, .task_tokens = {}, .money_left = 0, .task_money = 0};
  auto free = loop();
  (void)free.go_on();
  EXPECT_TRUE(asks_model(free.answered(answers({kRead})))) << "a model that costs nothing needs no money";
}

TEST_F(LoopTest, CarriesOutSoManyCallsOfAnAnswerAndNoMore) {
  auto one = loop();
  (void)one.go_on();
  std::vector<llm::ToolCall> many;
  for (int i = 0; i < 10'000; ++i)
    many.push_back(calls("create_file", fmt::format(R"({{"path":"n{}.py","content":"x = {}\n"}})", i, i), fmt::format("c{}", i)));
  policy.max_files_changed = 1'000;
  ASSERT_TRUE(asks_model(one.answered(answers(many))));
  EXPECT_EQ(one.state().edits.files.size(), 64u);
  EXPECT_THAT(results(one.state()), AllOf(HasSubstr("!c64: This call was not carried out: an answer may hold 64"),
                                          HasSubstr("Your answer held 10000 calls: the first 64 were carried out")));
  EXPECT_LT(to_json_text(one.state()).size(), 200'000u) << "what was not carried out does not fill the conversation";
  expect_sound(one.state());
}

TEST_F(LoopTest, TellsWhenTheEndIsNear) {
  agent.limits.rounds = 4;
  auto one = loop();
  (void)one.go_on();
  EXPECT_THAT(results(one.state()), Not(HasSubstr("Come to an end")));
  (void)one.answered(answers({kRead}));
  EXPECT_THAT(results(one.state()), HasSubstr("Come to an end"));
}

}  // namespace
}  // namespace argosy::agent
