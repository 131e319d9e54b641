// How a process judges itself: its lease, its loops, its handler.
#include "common/runtime/loop/lease.h"

#include <gtest/gtest.h>

#include "common/runtime/loop/loop_watch.h"
#include "common/runtime/step/handler_probe.h"
#include "tests/unit/runtime/manual_clock.h"

namespace argosy::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Lease, HoldsNothingBeforeTheFirstRenewal) {
  ManualClock clock;
  EXPECT_FALSE(Lease(clock, seconds(10)).holds());
}

TEST(Lease, CountsFromWhenTheRenewalWasSentNotFromItsAnswer) {
  ManualClock clock;
  Lease lease(clock, seconds(10));
  const auto sent = lease.now();
  clock.advance(seconds(4));  // the answer takes its time
  lease.renewed(sent);
  clock.advance(seconds(6) - milliseconds(1));
  EXPECT_TRUE(lease.holds());
  clock.advance(milliseconds(1));
  EXPECT_FALSE(lease.holds());
}

TEST(Lease, IsNotHeldAfterAnAnswerThatCameTooLate) {
  ManualClock clock;
  Lease lease(clock, seconds(10));
  const auto sent = lease.now();
  clock.advance(seconds(11));
  lease.renewed(sent);
  EXPECT_FALSE(lease.holds());
}

TEST(LoopWatch, NamesTheLoopThatDoesNotTick) {
  ManualClock clock;
  LoopWatch watch(clock);
  auto& claim = watch.add("claim");
  auto& finish = watch.add("finish");
  claim.tick();
  finish.tick();
  clock.advance(kStallLimit);
  claim.tick();
  EXPECT_EQ(watch.stuck(), std::nullopt);
  clock.advance(milliseconds(1));
  EXPECT_EQ(watch.stuck(), "finish");
  finish.tick();
  EXPECT_EQ(watch.stuck(), std::nullopt);
}

TEST(LoopWatch, DoesNotBlameALoopThatHasNotBegunOrHasEnded) {
  ManualClock clock;
  LoopWatch watch(clock);
  watch.add("never begun");
  auto& ended = watch.add("ended");
  ended.tick();
  ended.rest();
  clock.advance(kStallLimit * 2);
  EXPECT_EQ(watch.stuck(), std::nullopt);
}

class Counting final : public Handler {
 public:
  Result<StepResult> run(const Step&, StepContext&) override { return StepResult{}; }
  std::optional<std::string> problem() override {
    ++asked;
    return answer;
  }
  int asked = 0;
  std::optional<std::string> answer;
};

TEST(HandlerProbe, AsksTheHandlerOnlyNowAndThen) {
  ManualClock clock;
  Counting handler;
  HandlerProbe probe(handler, clock);
  handler.answer = "no sandbox";
  EXPECT_EQ(probe.problem(), "no sandbox");
  handler.answer = std::nullopt;
  EXPECT_EQ(probe.problem(), "no sandbox");
  EXPECT_EQ(handler.asked, 1);
  clock.advance(HandlerProbe::kEvery);
  EXPECT_EQ(probe.problem(), std::nullopt);
  EXPECT_EQ(handler.asked, 2);
}

}  // namespace
}  // namespace argosy::runtime
