#include "common/llm/traffic/breaker.h"

#include <gtest/gtest.h>

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;
using enum Outcome;

constexpr Instant kStart = 1h;

void record(Breaker& breaker, int times, Outcome outcome, Instant now = kStart) {
  for (int i = 0; i < times; ++i) {
    const auto pass = breaker.admit(now);
    ASSERT_TRUE(pass);
    breaker.record(*pass, outcome, now);
  }
}

TEST(Breaker, StaysClosedWhileFewCallsFail) {
  Breaker breaker;
  record(breaker, 4, failed);
  EXPECT_EQ(breaker.state(kStart), BreakerState::closed) << "too few to say";
  Breaker busy;
  record(busy, 10, fine);
  record(busy, 9, failed);
  EXPECT_EQ(busy.state(kStart), BreakerState::closed) << "9 of 19";
}

TEST(Breaker, OpensWhenHalfOfItsCallsFailAndLetsNothingThrough) {
  Breaker breaker;
  record(breaker, 5, fine);
  record(breaker, 5, failed);
  EXPECT_EQ(breaker.state(kStart), BreakerState::open);
  EXPECT_FALSE(breaker.admit(kStart + 9s));
  EXPECT_EQ(breaker.wait(kStart + 4s), 6s);
}

TEST(Breaker, OpensOnSlowCalls) {
  Breaker breaker;
  record(breaker, 1, fine);
  record(breaker, 4, slow);
  EXPECT_EQ(breaker.state(kStart), BreakerState::open);
}

TEST(Breaker, TakesNoNoticeOfWhatSaysNothingAboutTheModel) {
  Breaker breaker;
  record(breaker, 100, unknown);
  EXPECT_EQ(breaker.state(kStart), BreakerState::closed);
}

TEST(Breaker, ForgetsWhatIsOld) {
  Breaker breaker;
  record(breaker, 4, failed);
  record(breaker, 1, failed, kStart + 6min);
  EXPECT_EQ(breaker.state(kStart + 6min), BreakerState::closed);
}

TEST(Breaker, ClosesAfterTwoProbesOneAfterTheOther) {
  Breaker breaker;
  record(breaker, 5, failed);
  const Instant later = kStart + 10s;
  const auto probe = breaker.admit(later);
  ASSERT_TRUE(probe);
  EXPECT_EQ(breaker.state(later), BreakerState::half_open);
  EXPECT_FALSE(breaker.admit(later)) << "one probe at a time";
  breaker.record(*probe, fine, later);
  EXPECT_EQ(breaker.state(later), BreakerState::half_open);
  record(breaker, 1, fine, later);
  EXPECT_EQ(breaker.state(later), BreakerState::closed);
  record(breaker, 4, failed, later);
  EXPECT_EQ(breaker.state(later), BreakerState::closed) << "it begins anew";
}

TEST(Breaker, StaysOpenTwiceAsLongWhenAProbeFailsUpToItsBound) {
  Breaker breaker;
  record(breaker, 5, failed);
  Instant now = kStart + 10s;
  for (const Instant expected : {20s, 40s, 80s, 160s, 300s, 300s}) {
    record(breaker, 1, failed, now);
    EXPECT_EQ(breaker.wait(now), expected);
    now += expected;
  }
}

TEST(Breaker, SendsAnotherProbeWhenOneWasCancelled) {
  Breaker breaker;
  record(breaker, 5, failed);
  record(breaker, 3, unknown, kStart + 10s);
  EXPECT_EQ(breaker.state(kStart + 10s), BreakerState::half_open);
}

TEST(Breaker, IgnoresCallsThatWereSentBeforeItOpened) {
  Breaker breaker;
  const auto old = breaker.admit(kStart);
  record(breaker, 5, failed);
  for (int i = 0; i < 5; ++i) breaker.record(*old, i % 2 == 0 ? fine : failed, kStart + 1s);
  EXPECT_EQ(breaker.state(kStart + 1s), BreakerState::open);
  EXPECT_EQ(breaker.wait(kStart + 1s), 9s);
}

TEST(Breaker, TakesNoStaleResultForAProbes) {
  Breaker breaker;
  const auto old = breaker.admit(kStart);
  record(breaker, 5, failed);
  const Instant later = kStart + 10s;
  const auto probe = breaker.admit(later);
  ASSERT_TRUE(probe);
  for (int i = 0; i < 5; ++i) breaker.record(*old, fine, later);
  EXPECT_EQ(breaker.state(later), BreakerState::half_open) << "answers from before do not close it";
  breaker.record(*old, failed, later);
  EXPECT_EQ(breaker.state(later), BreakerState::half_open) << "nor does a failure from before open it";
  EXPECT_FALSE(breaker.admit(later)) << "the probe is still under way";
  breaker.record(*probe, fine, later);
  record(breaker, 1, fine, later);
  EXPECT_EQ(breaker.state(later), BreakerState::closed);
  for (int i = 0; i < 20; ++i) breaker.record(*old, failed, later);
  EXPECT_EQ(breaker.state(later), BreakerState::closed) << "what failed before has been counted, or would have been";
}

TEST(Breaker, LearnsNothingAboutAHintFromCallsThatWereUnderWay) {
  Breaker breaker;
  const auto old = breaker.admit(kStart);
  breaker.hint_down();
  breaker.record(*old, fine, kStart);
  EXPECT_EQ(breaker.state(kStart), BreakerState::half_open);
  breaker.record(*old, failed, kStart);
  EXPECT_EQ(breaker.state(kStart), BreakerState::half_open);
}

TEST(Breaker, NamesATimeWhileAProbeIsUnderWay) {
  Breaker breaker;
  record(breaker, 5, failed);
  const Instant later = kStart + 10s;
  EXPECT_EQ(breaker.wait(later), 0s);
  const auto probe = breaker.admit(later);
  ASSERT_TRUE(probe);
  EXPECT_EQ(breaker.wait(later + 10min), kWaitForProbe);
  breaker.record(*probe, fine, later + 10min);
  EXPECT_EQ(breaker.wait(later + 10min), 0s) << "the next probe may go";
}

TEST(Breaker, KeepsNobodyOutForAHint) {
  Breaker breaker;
  breaker.hint_down();
  const auto slow_stream = breaker.admit(kStart);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(breaker.admit(kStart + 19min));
  EXPECT_EQ(breaker.wait(kStart + 19min), 0s);
  EXPECT_EQ(breaker.state(kStart + 19min), BreakerState::half_open);
  record(breaker, 1, fine, kStart + 19min);
  EXPECT_EQ(breaker.state(kStart + 19min), BreakerState::closed);
  breaker.record(*slow_stream, failed, kStart + 20min);
  EXPECT_EQ(breaker.state(kStart + 20min), BreakerState::closed) << "one failure as any other";
}

TEST(Breaker, OpensAfterAHintWithTheFirstCallThatFails) {
  Breaker breaker;
  breaker.hint_down();
  const auto first = breaker.admit(kStart), second = breaker.admit(kStart);
  breaker.record(*second, unknown, kStart);
  EXPECT_EQ(breaker.state(kStart), BreakerState::half_open);
  breaker.hint_down();
  EXPECT_FALSE(breaker.is_stale(*first)) << "the same hint again changes nothing";
  breaker.record(*first, failed, kStart);
  EXPECT_EQ(breaker.state(kStart), BreakerState::open);
  EXPECT_EQ(breaker.wait(kStart), 10s);
  breaker.hint_down();
  EXPECT_EQ(breaker.state(kStart), BreakerState::open) << "nor does one say anything new of what is open";
}

TEST(Breaker, ForgetsNoFailuresOverAWrongHint) {
  Breaker breaker;
  record(breaker, 4, failed);
  breaker.hint_down();
  record(breaker, 1, fine);
  EXPECT_EQ(breaker.state(kStart), BreakerState::open) << "4 of 5";
}

TEST(Breaker, IsAsBeforeWhenAHintIsOver) {
  Breaker breaker;
  breaker.hint_down();
  const auto sent = breaker.admit(kStart);
  breaker.hint_over();
  EXPECT_EQ(breaker.state(kStart), BreakerState::closed);
  breaker.record(*sent, failed, kStart);
  EXPECT_EQ(breaker.state(kStart), BreakerState::closed) << "one failure as any other";
  record(breaker, 4, failed);
  EXPECT_EQ(breaker.state(kStart), BreakerState::open) << "and counted";
  breaker.hint_over();
  EXPECT_EQ(breaker.state(kStart), BreakerState::open) << "what it found out itself is no hint";
}

TEST(Breaker, TakesAHintForAReasonToLookAndNoMore) {
  Breaker breaker;
  breaker.hint_down();
  EXPECT_EQ(breaker.state(kStart), BreakerState::half_open);
  record(breaker, 1, fine);
  EXPECT_EQ(breaker.state(kStart), BreakerState::closed);
}

}  // namespace
}  // namespace argosy::llm
