// Feature flags: the list of them, and which tasks are among a share.
#include "common/config/flags.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "common/core/clock.h"

namespace argosy::config {
namespace {

constexpr int kTasks = 20'000;

TaskId task(int number) {
  static const TaskId kSome{Uuid::v7(1'700'000'000'000)};
  TaskId id = kSome;
  for (int i = 0; i < 4; ++i) id.uuid.bytes[12 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

TEST(FeatureFlags, SayWhatTheyDoUntilWhenAndWhatTheyWaitFor) {
  std::set<std::string_view> names;
  for (const auto& flag : flags()) {
    EXPECT_TRUE(names.insert(flag.name).second) << flag.name;
    EXPECT_TRUE(std::ranges::all_of(flag.name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; })) << flag.name;
    EXPECT_LE(flag.name.size(), 64u);
    EXPECT_TRUE(flag.doc.ends_with('.')) << flag.name;
    EXPECT_TRUE(flag.percent >= 0 && flag.percent <= 100) << flag.name;
    EXPECT_TRUE(from_rfc3339(std::string(flag.remove_by) + "T00:00:00Z")) << flag.name;
    EXPECT_FALSE(flag.remove_when.empty()) << flag.name;
    EXPECT_EQ(find_flag(flag.name), &flag);
  }
  EXPECT_EQ(find_flag("semantic_answer"), nullptr);
}

TEST(FeatureFlags, TakeTheShareThatWasAskedFor) {
  for (const int percent : {0, 1, 10, 50, 99, 100}) {
    int among = 0;
    for (int i = 0; i < kTasks; ++i) among += is_among("some_flag", task(i), percent) ? 1 : 0;
    EXPECT_NEAR(among, kTasks * percent / 100, 5 * 71) << percent << "%: five standard deviations at most";
    if (percent == 0 || percent == 100) EXPECT_EQ(among, kTasks * percent / 100);
  }
}

TEST(FeatureFlags, StayWithATaskAndWithASmallerShareWhenItGrows) {
  for (int i = 0; i < kTasks; ++i) {
    const bool was = is_among("some_flag", task(i), 20);
    EXPECT_EQ(was, is_among("some_flag", task(i), 20));
    if (was) EXPECT_TRUE(is_among("some_flag", task(i), 21)) << i;
  }
}

TEST(FeatureFlags, HaveEachTheirOwnTasks) {
  int both = 0;
  for (int i = 0; i < kTasks; ++i) both += is_among("some_flag", task(i), 50) && is_among("other_flag", task(i), 50) ? 1 : 0;
  EXPECT_NEAR(both, kTasks / 4, 5 * 62);
}

}  // namespace
}  // namespace argosy::config
