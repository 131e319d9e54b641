#include "workers/cli/sim/trace.h"

#include <gtest/gtest.h>

#include "common/core/file.h"
#include "workers/cli/sim/settings.h"

namespace argosy::cli {
namespace {

TEST(ScaleTrace, IsReadAsCsvAndAsJsonInTheOrderOfTime) {
  const auto csv = trace_from("time_s,queue,duration_s,count\n7,git,2.5,2\n3.5,git,1,1\n");
  const auto json =
      trace_from(R"([{"time_s": 7, "queue": "git", "duration_s": 2.5, "count": 2},{"time_s":3.5,"queue":"git","duration_s":1}])");
  ASSERT_TRUE(csv && json);
  for (const auto& trace : {*csv, *json}) {
    ASSERT_EQ(trace.at("git").size(), 3u);
    EXPECT_DOUBLE_EQ(trace.at("git")[0].at, 3.5);
    EXPECT_DOUBLE_EQ(trace.at("git")[2].duration, 2.5);
  }
}

TEST(ScaleTrace, SaysWhichEntryIsWrong) {
  for (const auto* bad : {"", "time,queue\n", "time_s,queue,duration_s\n1,git\n", "time_s,queue,duration_s\n-1,git,2\n",
                          "time_s,queue,duration_s\n1,git,nan\n", "time_s,queue,duration_s\n1,,2\n", "[{}]", "[1]",
                          R"([{"time_s":1,"queue":"git","duration_s":1,"count":1e9}])", "time_s,queue,duration_s\n"}) {
    const auto trace = trace_from(bad);
    ASSERT_FALSE(trace) << bad;
    EXPECT_FALSE(trace.error().message.empty());
  }
  EXPECT_NE(trace_from("time_s,queue,duration_s\n1,git,2\nx,git,2\n").error().message.find("entry 2"), std::string::npos);
}

TEST(ScalingNumbers, ThatAreShippedAreReadAndOneIsChangedByItsName) {
  const auto text = read_file(ARGOSY_SOURCE_DIR "/infra/k8s/scaling.json");
  ASSERT_TRUE(text);
  auto file = json::parse(*text).value();
  ASSERT_TRUE(change_setting(file, "scaleDown.policies.0.value=7"));
  ASSERT_TRUE(change_setting(file, "pollingInterval=9"));
  const auto all = scale_settings_from(json::dump(file));
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->size(), 5u);
  for (const auto& [queue, one] : *all) {
    EXPECT_EQ(one.down.policies.at(0).value, 7) << queue;
    EXPECT_EQ(one.polling_s, 9) << queue;
    EXPECT_EQ(one.target, one.slots) << queue;
  }
  EXPECT_FALSE(change_setting(file, "pollInterval=9"));
  EXPECT_FALSE(change_setting(file, "scaleDown.policies.3.value=7"));
  EXPECT_FALSE(change_setting(file, "pollingInterval=often"));
}

TEST(ScalingNumbers, ThatAreMissingOrContradictEachOtherAreRefusedByName) {
  const auto text = read_file(ARGOSY_SOURCE_DIR "/infra/k8s/scaling.json");
  ASSERT_TRUE(text);
  auto file = json::parse(*text).value();
  file.as_object().find("git")->as_object().erase("cooldownPeriod");
  EXPECT_NE(scale_settings_from(json::dump(file)).error().message.find("cooldownPeriod"), std::string::npos);
  file = json::parse(*text).value();
  *file.as_object().find("git")->as_object().find("minReplicaCount") = std::int64_t{99};
  EXPECT_NE(scale_settings_from(json::dump(file)).error().message.find("above maxReplicaCount"), std::string::npos);
  EXPECT_FALSE(scale_settings_from("[]"));
}

}  // namespace
}  // namespace argosy::cli
