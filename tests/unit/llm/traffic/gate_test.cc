// Promises of the gate before every call: limits of a key, fairness over tasks, what answers teach it.
#include "common/llm/traffic/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/llm/traffic/gates.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST_F(GateTest, LetsEverybodyThroughWhereNoLimitIsKnown) {
  const auto open = gate();
  for (int i = 0; i < 100; ++i) enter(*open, "go");
  EXPECT_EQ(heard_.size(), 100U);
}

TEST_F(GateTest, SpreadsCallsOverTheMinuteOnceItIsSpent) {
  const auto narrow = gate({.requests_per_minute = 60});
  for (int i = 0; i < 62; ++i) enter(*narrow, "go");
  EXPECT_EQ(heard_.size(), 60U);
  time_.pass(999ms);
  EXPECT_EQ(heard_.size(), 60U);
  time_.pass(2ms);
  EXPECT_EQ(heard_.size(), 61U);
  time_.pass(1s);
  EXPECT_EQ(heard_.size(), 62U);
}

TEST_F(GateTest, CountsTokens) {
  const auto narrow = gate({.tokens_per_minute = 6'000});
  enter(*narrow, "large", "t", 6'000);
  enter(*narrow, "small", "t", 100);
  EXPECT_THAT(heard_, ElementsAre("large"));
  time_.pass(1001ms);
  EXPECT_THAT(heard_, ElementsAre("large", "small"));
}

TEST_F(GateTest, LetsThroughWhatIsLargerThanTheLimitWhenNothingElseIsUnderWay) {
  enter(*gate({.tokens_per_minute = 1'000}), "huge", "t", 50'000);
  EXPECT_THAT(heard_, ElementsAre("huge"));
}

TEST_F(GateTest, SharesAKeyEvenlyAmongTasks) {
  const auto narrow = gate({.requests_per_minute = 1});
  enter(*narrow, "first");
  for (int i = 0; i < 3; ++i) enter(*narrow, "greedy", "greedy");
  enter(*narrow, "modest", "modest");
  time_.pass(3min + 10ms);
  EXPECT_THAT(heard_, ElementsAre("first", "greedy", "modest", "greedy"));
}

TEST_F(GateTest, RefusesAtOnceWhatWouldWaitTooLong) {
  const auto narrow = gate({.requests_per_minute = 1});
  enter(*narrow, "first");
  enter(*narrow, "second", "t", 1, 5s);
  time_.pass(0ms);
  EXPECT_THAT(heard_, ElementsAre("first", "rate_limited"));
  EXPECT_EQ(retry_after_, 1min);
}

TEST_F(GateTest, GivesUpACallWhoseTurnDoesNotCome) {
  const auto narrow = gate({.requests_per_minute = 1});
  for (const auto* name : {"first", "second", "third"}) enter(*narrow, name, "t", 1, 70s);
  time_.pass(70s);
  EXPECT_THAT(heard_, ElementsAre("first", "second", "rate_limited"));
}

TEST_F(GateTest, ForgetsACallThatIsWithdrawn) {
  const auto narrow = gate({.requests_per_minute = 1});
  enter(*narrow, "first");
  const auto second = enter(*narrow, "second");
  EXPECT_TRUE(narrow->withdraw(second));
  EXPECT_FALSE(narrow->withdraw(second));
  time_.pass(20min);
  EXPECT_THAT(heard_, ElementsAre("first"));
}

TEST_F(GateTest, LetsThoseGoWhoStoodBehindACallThatIsWithdrawn) {
  const auto narrow = gate({.tokens_per_minute = 6'000});
  enter(*narrow, "first", "a", 3'000);
  const auto large = enter(*narrow, "large", "b", 6'000);
  enter(*narrow, "small", "c", 100);
  EXPECT_THAT(heard_, ElementsAre("first"));
  EXPECT_TRUE(narrow->withdraw(large));
  EXPECT_THAT(heard_, ElementsAre("first", "small"));
}

TEST_F(GateTest, LetsThoseGoWhoStoodBehindACallThatGivesUp) {
  const auto narrow = gate({.tokens_per_minute = 6'000});
  const auto first = enter(*narrow, "first", "a", 3'000);
  enter(*narrow, "large", "b", 6'000, 31s);
  enter(*narrow, "small", "c", 100);
  time_.pass(20s);
  narrow->leave(first, nullptr, 1s, {{"x-ratelimit-remaining-tokens", "0"}});
  time_.pass(10s + 999ms);
  EXPECT_THAT(heard_, ElementsAre("first"));
  time_.pass(1ms);
  EXPECT_THAT(heard_, ElementsAre("first", "small", "rate_limited"));
  EXPECT_EQ(retry_after_, 49s) << "when the large one could have gone";
}

TEST_F(GateTest, KeepsNothingOfCallsThatAreOver) {
  const auto narrow = gate({.requests_per_minute = 600});
  const auto kept = std::make_shared<int>();
  for (int i = 0; i < 1'100; ++i)
    narrow->enter(Gate::next_number(), "t", 1, 10min, [this, kept](const std::optional<Fault>&) { heard_.emplace_back("go"); });
  EXPECT_EQ(kept.use_count(), 501) << "those that wait";
  time_.pass(1min);
  EXPECT_EQ(heard_.size(), 1'100U);
  EXPECT_EQ(kept.use_count(), 1);
  EXPECT_TRUE(time_.idle()) << "no timer outlives them";
}

TEST_F(GateTest, HasOneTimerHoweverManyWait) {
  const auto narrow = gate({.requests_per_minute = 60});
  for (int i = 0; i < 560; ++i) enter(*narrow, "go");
  EXPECT_EQ(time_.timers(), 1U);
  time_.pass(2min);
  EXPECT_EQ(time_.timers(), 1U);
  time_.pass(30min);
  EXPECT_TRUE(time_.idle());
}

TEST_F(GateTest, KeepsNoTimerGoingBesideTheOneThatIsNeeded) {
  const auto open = gate();
  const auto first = enter(*open, "first");
  answer(*open, 2, 1, "30s");
  for (int i = 0; i < 60; ++i) enter(*open, "go");
  last_ = first;
  answer(*open, 60, 59, "1s");
  time_.pass(29s);
  EXPECT_EQ(time_.timers(), 2U) << "the one of before has not come";
  time_.pass(2s);
  EXPECT_EQ(time_.timers(), 1U);
}

TEST_F(GateTest, SaysOfAFullQueueWhenThereIsRoom) {
  const auto open = gate();
  enter(*open, "first");
  const Fault fault = limited(10s);
  open->leave(last_, &fault, {}, {});
  for (int i = 0; i < 10'000; ++i) enter(*open, "go", "t", 1, 30s);
  enter(*open, "one too many", "t", 1, 30s);
  time_.pass(0ms);
  EXPECT_THAT(heard_, ElementsAre("first", "rate_limited"));
  EXPECT_EQ(retry_after_, 30s);
  enter(*open, "impatient", "t", 1, 0ms);
  time_.pass(0ms);
  EXPECT_EQ(retry_after_, 10s) << "the front's wait is longer";
  time_.pass(10s);
  EXPECT_EQ(gone("go"), 10'000U);
}

}  // namespace
}  // namespace argosy::llm
