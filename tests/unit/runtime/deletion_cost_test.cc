// How dear a pod's end is, and when that is worth a call.
#include "common/runtime/kube/deletion_cost.h"

#include <gtest/gtest.h>

#include "common/runtime/kube/own_pod.h"

namespace argosy::runtime {
namespace {

using namespace std::chrono_literals;

InFlight::Key step(std::int16_t ordinal, std::int64_t epoch = 1) { return {{TaskId{}, ordinal}, epoch}; }

TEST(DeletionCost, OfAnIdleWorkerIsNothing) {
  HeldSince held;
  EXPECT_EQ(held.cost({}, 1000s), 0);
}

TEST(DeletionCost, IsTenAndTheAgeOfTheOldestStep) {
  HeldSince held;
  EXPECT_EQ(held.cost({step(1)}, 1000s), 10);
  EXPECT_EQ(held.cost({step(1), step(2)}, 1030s), 40);
  EXPECT_EQ(held.cost({step(2)}, 1031s), 11);  // the older one has ended
  EXPECT_EQ(held.cost({}, 1032s), 0);
}

TEST(DeletionCost, CountsFullSecondsAndNoMoreThanADay) {
  HeldSince held;
  held.cost({step(1)}, 0s);
  EXPECT_EQ(held.cost({step(1)}, 1999ms), 11);
  EXPECT_EQ(held.cost({step(1)}, 24h * 30), kMostCost);
}

TEST(DeletionCost, OfAStepThatCameBackBeginsAnew) {
  HeldSince held;
  held.cost({step(1, 1)}, 0s);
  EXPECT_EQ(held.cost({step(1, 2)}, 100s), 10);
}

TEST(CostPace, TellsTheFirstCostWhateverItIs) {
  EXPECT_TRUE(CostPace{}.worth_telling(0, 0s));
  EXPECT_TRUE(CostPace{}.worth_telling(10, 0s));
}

TEST(CostPace, TellsOfWorkThatBeginsAndEnds) {
  CostPace pace;
  pace.told(0, 0s);
  EXPECT_FALSE(pace.worth_telling(0, 100s));
  EXPECT_TRUE(pace.worth_telling(10, 100s));
  pace.told(500, 100s);
  EXPECT_TRUE(pace.worth_telling(0, 200s));
  EXPECT_TRUE(pace.worth_telling(12, 200s));
}

TEST(CostPace, TellsOfAgeOnlyWhenItGrewByHalf) {
  CostPace pace;
  pace.told(100, 0s);
  EXPECT_FALSE(pace.worth_telling(149, 100s));
  EXPECT_TRUE(pace.worth_telling(150, 100s));
}

// A worker of one-second steps, watched for an hour.
TEST(CostPace, CallsNoMoreOftenThanItsPace) {
  CostPace pace;
  int calls = 0;
  for (int second = 0; second < 3600; ++second) {
    const int cost = second % 2 == 0 ? kIdleCost : kBusyCost;
    if (!pace.worth_telling(cost, std::chrono::seconds(second))) continue;
    pace.told(cost, std::chrono::seconds(second));
    ++calls;
  }
  EXPECT_GT(calls, 0);
  EXPECT_LE(calls, 3600 / CostPace::kBetweenCalls.count());
}

// An agent of eight hours costs few calls: the gaps grow with its age.
TEST(CostPace, CallsLessAndLessForOneLongStep) {
  CostPace pace;
  HeldSince held;
  int calls = 0;
  for (int second = 0; second < 8 * 3600; ++second) {
    const std::chrono::seconds now(second);
    const int cost = held.cost({step(1)}, now);
    if (!pace.worth_telling(cost, now)) continue;
    pace.told(cost, now);
    ++calls;
  }
  EXPECT_LE(calls, 25);
}

TEST(CostPace, WaitsLongerAfterEachFailure) {
  CostPace pace;
  std::chrono::nanoseconds now{};
  int calls = 0;
  for (; now < 1h; now += 1s) {
    if (!pace.worth_telling(10, now)) continue;
    pace.failed(now);
    ++calls;
  }
  EXPECT_LE(calls, 6 + 12);  // 5, 10, 20, ... 160 s, then every five minutes
  EXPECT_TRUE(pace.worth_telling(10, now + CostPace::kLongestWait));
}

TEST(OwnPod, IsFoundNowhereButInAClusterWithAToken) {
  const std::map<std::string, std::string> environment{
      {"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}, {"POD_NAME", "p"}, {"POD_NAMESPACE", "n"}};
  const auto nowhere = std::filesystem::path("/nonexistent");
  EXPECT_FALSE(OwnPod::find({}, nowhere).has_value());
  EXPECT_FALSE(OwnPod::find(environment, nowhere).has_value());  // no token was given to it
}

}  // namespace
}  // namespace argosy::runtime
