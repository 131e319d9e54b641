// Promises of the time that calls have after a step was asked to stop.
#include "common/runtime/artifacts/last_calls.h"

#include <gtest/gtest.h>

#include "tests/unit/runtime/manual_clock.h"

namespace argosy::runtime {
namespace {

TEST(LastCalls, AreOverAMomentAfterTheStopAndNotBefore) {
  ManualClock clock;
  std::stop_source stop;
  const LastCalls calls(stop.get_token(), clock);
  clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(calls.over()) << "nobody asked it to stop";
  stop.request_stop();
  clock.advance(kLastCalls - std::chrono::nanoseconds(1));
  EXPECT_FALSE(calls.over());
  clock.advance(std::chrono::nanoseconds(1));
  EXPECT_TRUE(calls.over());
}

TEST(LastCalls, OfWhoCameAfterTheStopHaveTheirMomentToo) {
  ManualClock clock;
  std::stop_source stop;
  stop.request_stop();
  const LastCalls calls(stop.get_token(), clock);
  EXPECT_FALSE(calls.over());
  clock.advance(kLastCalls);
  EXPECT_TRUE(calls.over());
}

TEST(LastCalls, AreNeverOverWhereNobodyCanAskForAStop) {
  ManualClock clock;
  const LastCalls calls({}, clock);
  clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(calls.over());
}

}  // namespace
}  // namespace argosy::runtime
