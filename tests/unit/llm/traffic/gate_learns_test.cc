// Promises of the gate about what answers teach it: limits, pauses, probes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/llm/traffic/gate.h"
#include "tests/unit/llm/traffic/gates.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

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
