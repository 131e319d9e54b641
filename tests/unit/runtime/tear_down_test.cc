#include "common/runtime/tear_down.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace argosy::runtime {
namespace {

TEST(TearDownLimit, EndsAProcessThatWouldNeverEnd) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto hang = [] {
    const TearDownLimit limit(std::chrono::milliseconds(1), 7);
    for (;;) ::pause();
  };
  EXPECT_EXIT(hang(), ::testing::ExitedWithCode(7), "without having been torn down");
}

TEST(TearDownLimit, LetsAProcessGoThatIsTornDownInTime) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto go = [] {
    {
      const TearDownLimit limit(std::chrono::hours(1), 7);
    }
    std::_Exit(3);
  };
  EXPECT_EXIT(go(), ::testing::ExitedWithCode(3), "");
}

}  // namespace
}  // namespace argosy::runtime
