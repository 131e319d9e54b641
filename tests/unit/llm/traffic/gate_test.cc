// Promises of the gate before every call: limits of a key, fairness over tasks, what answers teach it.
#include "common/llm/traffic/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class GateTest : public testing::Test {
 protected:
  std::shared_ptr<Gate> gate(RateSettings limits = {}) { return gates_.at({.base_url = "https://a/v1", .model = "m", .key = "k"}, limits); }
  // Notes `name` when the call may go, or the code it was refused with.
  std::uint64_t enter(Gate& gate, const std::string& name, const std::string& task = "t", std::int64_t tokens = 1,
                      std::chrono::milliseconds longest = 10min) {
    const auto number = Gate::next_number();
    gate.enter(number, task, tokens, longest, [this, name](const std::optional<Fault>& refused) {
      heard_.push_back(refused ? refused->error.code : name);
      if (refused) retry_after_ = refused->error.retry_after;
    });
    return number;
  }
  Fault limited(std::optional<std::chrono::milliseconds> after) {
    Fault fault = make_fault(FaultKind::rate_limited, "429");
    fault.error.retry_after = after;
    return fault;
  }

  VirtualTime time_;
  Gates gates_{time_, time_.after()};
  std::vector<std::string> heard_;
  std::optional<std::chrono::milliseconds> retry_after_;
};

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

TEST_F(GateTest, HoldsEverybodyBackForARetryAfterOfTheKey) {
  const auto open = gate();
  enter(*open, "first");
  const Fault fault = limited(20s);
  open->leave(&fault, {}, {});
  enter(*gates_.at({.base_url = "https://a/v1", .model = "other", .key = "k"}), "other model");
  enter(*gates_.at({.base_url = "https://a/v1", .model = "m", .key = "another"}), "other key");
  EXPECT_THAT(heard_, ElementsAre("first", "other key"));
  time_.pass(20s);
  EXPECT_THAT(heard_, ElementsAre("first", "other key", "other model"));
}

TEST_F(GateTest, LearnsLimitsFromAnswers) {
  const auto open = gate();
  enter(*open, "first");
  open->leave(nullptr, 1s,
              {{"x-ratelimit-limit-requests", "60"}, {"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "6s"}});
  enter(*open, "second");
  time_.pass(5s);
  EXPECT_THAT(heard_, ElementsAre("first"));
  time_.pass(1s);
  EXPECT_THAT(heard_, ElementsAre("first", "second"));
}

TEST_F(GateTest, PausesAModelThatFailsAndNotItsNeighbour) {
  const auto broken = gate();
  const Fault fault = make_fault(FaultKind::server_error, "500");
  for (int i = 0; i < 5; ++i) {
    enter(*broken, "go");
    broken->leave(&fault, {}, {});
  }
  enter(*broken, "go");
  enter(*gates_.at({.base_url = "https://a/v1", .model = "other", .key = "k"}), "other");
  time_.pass(0ms);
  EXPECT_THAT(heard_, ElementsAre("go", "go", "go", "go", "go", "other", "model_paused"));
  EXPECT_EQ(retry_after_, 10s);
  const auto states = gates_.states();
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0].breaker, BreakerState::open);
  EXPECT_EQ(states[1].breaker, BreakerState::closed);
}

}  // namespace
}  // namespace argosy::llm
