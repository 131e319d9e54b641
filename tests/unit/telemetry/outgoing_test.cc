// Promises of what is handed to a sending thread: in order, in batches, bounded, and ended within its time.
#include "common/telemetry/outgoing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>

namespace argosy::telemetry {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

constexpr auto kLong = std::chrono::hours(1);

TEST(Outgoing, HandsOnInOrderAndStopSendsWhatWaits) {
  std::vector<int> sent;
  Outgoing<int> outgoing("test", {.most_waiting = 10, .batch = 4, .every = kLong}, [&](const std::vector<int>& batch) {
    EXPECT_LE(batch.size(), 4u);
    sent.insert(sent.end(), batch.begin(), batch.end());
  });
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(outgoing.put(i));
  outgoing.stop(kLong);
  EXPECT_THAT(sent, ElementsAre(0, 1, 2));
}

TEST(Outgoing, AFullBatchDoesNotWaitForItsTime) {
  std::latch came(1);
  Outgoing<int> outgoing("test", {.most_waiting = 10, .batch = 2, .every = kLong}, [&](const std::vector<int>& batch) {
    EXPECT_THAT(batch, ElementsAre(1, 2));
    came.count_down();
  });
  EXPECT_TRUE(outgoing.put(1));
  EXPECT_TRUE(outgoing.put(2));
  came.wait();
}

TEST(Outgoing, TakesNoMoreThanFitsAndNothingOnceStopped) {
  std::latch began(1), go_on(1);
  int sent = 0;
  Outgoing<int> outgoing("test", {.most_waiting = 2}, [&](const std::vector<int>& one) {
    if (one.front() == 0) {
      began.count_down();
      go_on.wait();
    }
    ++sent;
  });
  EXPECT_TRUE(outgoing.put(0));
  began.wait();
  EXPECT_TRUE(outgoing.put(1));
  EXPECT_TRUE(outgoing.has_room());
  EXPECT_TRUE(outgoing.put(2));
  EXPECT_FALSE(outgoing.has_room());
  EXPECT_FALSE(outgoing.put(3));
  go_on.count_down();
  outgoing.stop(kLong);
  EXPECT_EQ(sent, 3);
  EXPECT_FALSE(outgoing.put(4));
}

TEST(Outgoing, SaysWhenTheTimeIsOver) {
  std::latch began(1);
  int given_up = 0;
  Outgoing<int> outgoing("test", {.most_waiting = 2}, [&](const std::vector<int>&) {
    if (!outgoing.stopping()) began.count_down();
    while (!outgoing.out_of_time()) outgoing.pause(kLong);
    ++given_up;
  });
  EXPECT_TRUE(outgoing.put(1));
  began.wait();
  EXPECT_TRUE(outgoing.put(2));
  outgoing.stop(milliseconds(0));
  EXPECT_EQ(given_up, 2) << "what waits is handed on all the same, to be counted";
}

TEST(Outgoing, MayBeStoppedByItsOwnThread) {
  std::latch stopped(1);
  Outgoing<int> outgoing("test", {.most_waiting = 1}, [&](const std::vector<int>&) {
    outgoing.stop(milliseconds(0));
    stopped.count_down();
  });
  EXPECT_TRUE(outgoing.put(1));
  stopped.wait();
}

}  // namespace
}  // namespace argosy::telemetry
