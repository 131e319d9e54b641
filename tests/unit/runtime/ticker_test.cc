#include "common/runtime/models/ticker.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/unit/llm/virtual_time.h"

namespace argosy::runtime {
namespace {

using namespace std::chrono_literals;

class TickerTest : public testing::Test {
 protected:
  void work() {
    for (auto& one : std::exchange(posted_, {})) one();
  }

  llm::VirtualTime time_;
  std::vector<std::function<void()>> posted_;
  bool is_full_ = false;
  int done_ = 0;
  std::optional<Ticker> ticker_{std::in_place, time_.after(),
                                [this](std::function<void()> what) {
                                  if (!is_full_) posted_.push_back(std::move(what));
                                  return !is_full_;
                                },
                                3s, [this] { ++done_; }};
};

TEST_F(TickerTest, DoesItAgainSoLongAfterItsEnd) {
  time_.pass(2s);
  EXPECT_TRUE(posted_.empty());
  time_.pass(1s);
  ASSERT_EQ(posted_.size(), 1u);
  time_.pass(1min);
  EXPECT_EQ(posted_.size(), 1u) << "it is not over";
  work();
  EXPECT_EQ(done_, 1);
  time_.pass(3s);
  work();
  EXPECT_EQ(done_, 2);
}

TEST_F(TickerTest, LeavesATimeOutWhereNobodyHasTime) {
  is_full_ = true;
  time_.pass(10s);
  is_full_ = false;
  time_.pass(3s);
  work();
  EXPECT_EQ(done_, 1);
}

TEST_F(TickerTest, DoesNothingAfterItsEnd) {
  time_.pass(3s);
  ticker_.reset();
  work();
  EXPECT_EQ(done_, 0);
  EXPECT_TRUE(time_.idle());
}

}  // namespace
}  // namespace argosy::runtime
