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
    const auto number = last_ = Gate::next_number();
    gate.enter(number, task, tokens, longest, [this, name](const std::optional<Fault>& refused) {
      heard_.push_back(refused ? refused->error.code : name);
      if (refused) retry_after_ = refused->error.retry_after;
    });
    return number;
  }
  // The last call's answer says so of the limit of requests.
  void answer(Gate& gate, int limit, int remaining, const std::string& reset) {
    gate.leave(last_, nullptr, 1s,
               {{"x-ratelimit-limit-requests", std::to_string(limit)},
                {"x-ratelimit-remaining-requests", std::to_string(remaining)},
                {"x-ratelimit-reset-requests", reset}});
  }
  std::size_t gone(const std::string& name) const { return static_cast<std::size_t>(std::ranges::count(heard_, name)); }
  Fault limited(std::optional<std::chrono::milliseconds> after) {
    Fault fault = make_fault(FaultKind::rate_limited, "429");
    fault.error.retry_after = after;
    return fault;
  }

  VirtualTime time_;
  Gates gates_{time_, time_.after()};
  std::vector<std::string> heard_;
  std::uint64_t last_ = 0;
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
  open->leave(last_, &fault, {}, {});
  enter(*gates_.at({.base_url = "https://a/v1", .model = "other", .key = "k"}), "other model");
  enter(*gates_.at({.base_url = "https://a/v1", .model = "m", .key = "another"}), "other key");
  EXPECT_THAT(heard_, ElementsAre("first", "other key"));
  time_.pass(20s);
  EXPECT_THAT(heard_, ElementsAre("first", "other key", "other model"));
}

TEST_F(GateTest, LearnsLimitsFromAnswers) {
  const auto open = gate();
  enter(*open, "first");
  answer(*open, 60, 0, "6s");
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
    broken->leave(last_, &fault, {}, {});
  }
  enter(*broken, "go");
  enter(*gates_.at({.base_url = "https://a/v1", .model = "other", .key = "k"}), "other");
  time_.pass(0ms);
  EXPECT_THAT(heard_, ElementsAre("go", "go", "go", "go", "go", "other", "model_paused"));
  EXPECT_EQ(retry_after_, 10s);
  const auto states = gates_.states();
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0].gate.breaker, BreakerState::open);
  EXPECT_EQ(states[1].gate.breaker, BreakerState::closed);
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

TEST_F(GateTest, RefusesWhatWaitedWhileItsModelFailed) {
  const auto narrow = gate({.requests_per_minute = 6});
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 6; ++i) numbers.push_back(enter(*narrow, "go"));
  enter(*narrow, "waits");
  EXPECT_EQ(narrow->state().waiting, 1U);
  const Fault fault = make_fault(FaultKind::server_error, "500");
  time_.pass(5s);
  for (const auto number : numbers) narrow->leave(number, &fault, {}, {});
  EXPECT_EQ(narrow->state().breaker, BreakerState::open);
  EXPECT_EQ(narrow->state().probe_in, 10s);
  time_.pass(5s);
  EXPECT_EQ(heard_.back(), "model_paused");
  EXPECT_EQ(retry_after_, 5s);
  EXPECT_EQ(narrow->state().waiting, 0U);
}

TEST_F(GateTest, LetsWhatWaitedBeTheProbe) {
  const auto narrow = gate({.requests_per_minute = 6});
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 6; ++i) numbers.push_back(enter(*narrow, "go"));
  const auto waits = enter(*narrow, "waits");
  const Fault fault = make_fault(FaultKind::server_error, "500");
  for (const auto number : numbers) narrow->leave(number, &fault, {}, {});
  time_.pass(10s);
  EXPECT_EQ(heard_.back(), "waits");
  EXPECT_EQ(narrow->state().breaker, BreakerState::half_open);
  narrow->leave(waits, &fault, {}, {});
  EXPECT_EQ(narrow->state().probe_in, 20s);
}

TEST_F(GateTest, FollowsALimitThatChanges) {
  const auto open = gate();
  const auto first = enter(*open, "first");
  answer(*open, 60, 59, "1s");
  enter(*open, "second");
  answer(*open, 2, 1, "30s");  // lower
  for (int i = 0; i < 4; ++i) enter(*open, "low");
  EXPECT_EQ(gone("low"), 1U);
  time_.pass(29s);
  EXPECT_EQ(gone("low"), 1U);
  time_.pass(1s + 1ms);
  EXPECT_EQ(gone("low"), 2U);
  last_ = first;
  answer(*open, 600, 599, "100ms");  // higher, and who waits hears of it
  time_.pass(250ms);
  EXPECT_EQ(gone("low"), 4U);
}

TEST_F(GateTest, PassesNoConfiguredLimitWhateverAnAnswerSays) {
  const auto narrow = gate({.requests_per_minute = 2});
  enter(*narrow, "first");
  answer(*narrow, 600, 599, "1s");
  for (int i = 0; i < 3; ++i) enter(*narrow, "go");
  EXPECT_EQ(gone("go"), 1U);
  time_.pass(30s + 1ms);
  EXPECT_EQ(gone("go"), 2U);
}

TEST_F(GateTest, TakesNoDaysLimitForAMinutes) {
  const auto open = gate();
  enter(*open, "first");
  answer(*open, 5, 1, "5h12m");
  for (int i = 0; i < 100; ++i) enter(*open, "go");
  EXPECT_EQ(gone("go"), 100U) << "nothing is known of a minute";
  answer(*open, 5, 4, "1m40s");
  for (int i = 0; i < 100; ++i) enter(*open, "later");
  EXPECT_EQ(gone("later"), 100U) << "little is used of it, and it is still a day's";
  answer(*open, 60, 0, "1s");
  enter(*open, "another limit");
  EXPECT_EQ(gone("another limit"), 0U);
}

TEST_F(GateTest, AsksOnceAMinuteWhetherADaysLimitIsStillSpent) {
  const auto open = gate();
  enter(*open, "first");
  answer(*open, 1'000, 0, "20h");
  enter(*open, "go");
  time_.pass(59s);
  EXPECT_EQ(gone("go"), 0U);
  time_.pass(1s);
  EXPECT_EQ(gone("go"), 1U);
}

TEST_F(GateTest, TellsAllGatesOfAModelAboutAHint) {
  const auto ours = gate();
  const auto other_key = gates_.at({.base_url = "https://a/v1", .model = "m", .key = "another"});
  const auto other = gates_.at({.base_url = "https://b/v1", .model = "m", .key = "k"});
  gates_.hint_down("https://a/v1", "m");
  EXPECT_EQ(ours->state().breaker, BreakerState::half_open);
  EXPECT_EQ(other_key->state().breaker, BreakerState::half_open);
  EXPECT_EQ(other->state().breaker, BreakerState::closed);
  gates_.hint_over("https://b/v1", "m");
  EXPECT_EQ(ours->state().breaker, BreakerState::half_open);
  gates_.hint_over("https://a/v1", "m");
  EXPECT_EQ(ours->state().breaker, BreakerState::closed);
  EXPECT_EQ(other_key->state().breaker, BreakerState::closed);
}

TEST_F(GateTest, SendsAllCallsAfterAHintWhileTheFirstStillStreams) {
  const auto hinted = gate();
  gates_.hint_down("https://a/v1", "m");
  const auto first = enter(*hinted, "first");
  time_.pass(19min);
  const auto second = enter(*hinted, "second");
  EXPECT_THAT(heard_, ElementsAre("first", "second"));
  const Fault down = make_fault(FaultKind::unreachable, "no connection");
  hinted->leave(second, &down, std::nullopt, {});
  enter(*hinted, "third");
  time_.pass(0ms);
  EXPECT_THAT(heard_, ElementsAre("first", "second", "model_paused"));
  EXPECT_EQ(retry_after_, 10s);
  hinted->leave(first, nullptr, 1s, {});
  EXPECT_EQ(hinted->state().breaker, BreakerState::open) << "it was sent before";
}

TEST_F(GateTest, NamesATimeToWhoComesWhileAProbeIsUnderWay) {
  const auto down = gate();
  const Fault fault = make_fault(FaultKind::unreachable, "no connection");
  for (int i = 0; i < 5; ++i) down->leave(enter(*down, "go"), &fault, std::nullopt, {});
  time_.pass(10s);
  enter(*down, "probe");
  time_.pass(5min);
  enter(*down, "another");
  time_.pass(0ms);
  EXPECT_EQ(heard_.back(), "model_paused");
  EXPECT_EQ(retry_after_, kWaitForProbe);
}

}  // namespace
}  // namespace argosy::llm
