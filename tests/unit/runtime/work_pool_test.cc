// The pool for what blocks.
#include "common/runtime/work_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace argosy::runtime {
namespace {

TEST(WorkPool, RefusesWhatItsQueueDoesNotHoldAndRunsWhatItTook) {
  std::promise<void> started, go;
  std::atomic<int> ran = 0;
  {
    WorkPool pool(1, 1);
    ASSERT_TRUE(pool.post([&] {
      started.set_value();
      go.get_future().wait();
      ++ran;
    }));
    started.get_future().wait();
    EXPECT_TRUE(pool.post([&] { ++ran; }));
    EXPECT_FALSE(pool.post([&] { ++ran; }));
    const auto use = pool.use();
    EXPECT_EQ(use.size, 1u);
    EXPECT_EQ(use.in_use, 1u);
    EXPECT_EQ(use.waiting, 1u);
    go.set_value();
  }
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace argosy::runtime
