// Promises of ephemeral messages: nothing of an older lease, no byte of a log twice, no hole hidden.
#include "workers/fanout/ephemeral_order.h"

#include <gtest/gtest.h>

namespace argosy::fanout {
namespace {

tasks::LogChunk chunk(std::int64_t epoch, std::int64_t offset, std::string text, std::int16_t step = 3) {
  return {.task = {}, .step = step, .epoch = epoch, .attempt = 1, .offset = offset, .text = std::move(text)};
}

// What a client would read: "offset:text", with "[from-to]" before it for a hole; empty when dropped.
std::string take(EphemeralOrder& order, tasks::LogChunk what) {
  const auto verdict = order.take(what);
  if (!verdict.deliver) return "";
  const std::string hole = verdict.hole ? "[" + std::to_string(verdict.hole->from) + "-" + std::to_string(verdict.hole->to) + "]" : "";
  return hole + std::to_string(what.offset) + ":" + what.text;
}

TEST(EphemeralOrder, PassesALogOnAsItGrows) {
  EphemeralOrder order;
  EXPECT_EQ(take(order, chunk(1, 0, "ab")), "0:ab");
  EXPECT_EQ(take(order, chunk(1, 2, "cd")), "2:cd");
}

TEST(EphemeralOrder, WhoComesInTheMiddleSeesThatByTheOffset) {
  EphemeralOrder order;
  EXPECT_EQ(take(order, chunk(1, 500, "x")), "500:x");
}

TEST(EphemeralOrder, TellsAHole) {
  EphemeralOrder order;
  take(order, chunk(1, 0, "ab"));
  EXPECT_EQ(take(order, chunk(1, 7, "x")), "[2-7]7:x");
  EXPECT_EQ(take(order, chunk(1, 8, "y")), "8:y");
}

TEST(EphemeralOrder, DropsRepeatedBytesAndCutsOverlaps) {
  EphemeralOrder order;
  take(order, chunk(1, 0, "abcd"));
  EXPECT_EQ(take(order, chunk(1, 0, "abcd")), "");
  EXPECT_EQ(take(order, chunk(1, 2, "cd")), "");
  EXPECT_EQ(take(order, chunk(1, 2, "cdef")), "4:ef");
}

TEST(EphemeralOrder, DropsWhatAnOlderLeaseStillSays) {
  EphemeralOrder order;
  take(order, chunk(5, 0, "old"));
  EXPECT_EQ(take(order, chunk(6, 0, "new")), "0:new");  // a new lease starts a new log
  EXPECT_EQ(take(order, chunk(5, 3, "late")), "");
  EXPECT_FALSE(order.is_current(3, 5));
  EXPECT_TRUE(order.is_current(3, 6));
}

TEST(EphemeralOrder, KeepsStepsApart) {
  EphemeralOrder order;
  take(order, chunk(9, 0, "ab", 1));
  EXPECT_EQ(take(order, chunk(1, 0, "x", 2)), "0:x");
}

TEST(EphemeralOrder, FollowsNoMoreStepsThanATaskMayHave) {
  EphemeralOrder order;
  for (std::int16_t step = 0; step < static_cast<std::int16_t>(kMaxStepsFollowed); ++step) EXPECT_TRUE(order.is_current(step, 1));
  EXPECT_FALSE(order.is_current(static_cast<std::int16_t>(kMaxStepsFollowed), 1));
}

}  // namespace
}  // namespace argosy::fanout
