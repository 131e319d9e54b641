// The HPA's and KEDA's arithmetic, by examples that were reckoned by hand after the algorithm in Kubernetes' documentation ("Horizontal Pod
// Autoscaling": desired = ceil(current * metric / target), tolerance 0.1, policies, stabilization window) and KEDA's ("Scaling
// Deployments": polling, activation, cool-down).
#include "workers/cli/sim/autoscaler.h"

#include <gtest/gtest.h>

namespace argosy::cli {
namespace {

ScaleSettings settings(int least = 0, int most = 100) {
  ScaleSettings made{.slots = 4, .target = 4, .polling_s = 10, .cooldown_s = 300, .min_replicas = least, .max_replicas = most};
  made.up = {.policies = {{.percent = true, .value = 100, .period_s = 15}, {.percent = false, .value = 4, .period_s = 15}}};
  made.down = {.window_s = 0, .policies = {{.percent = true, .value = 100, .period_s = 15}}};
  return made;
}

TEST(Autoscaler, WantsAReplicaForEachTargetAndLeavesATenthAlone) {
  EXPECT_EQ(wanted_replicas(40, 4, 5), 10) << "the average is twice the target: as the documentation's 200m over 100m doubles";
  EXPECT_EQ(wanted_replicas(10, 4, 5), 3) << "half of it: ceil(2.5)";
  EXPECT_EQ(wanted_replicas(21, 4, 5), 5) << "1.05 is within the tolerance";
  EXPECT_EQ(wanted_replicas(22, 4, 5), 6) << "1.1 is a little more than that in floating point, as it is there";
  EXPECT_EQ(wanted_replicas(23, 4, 5), 6) << "1.15 is not: ceil(5.75)";
  EXPECT_EQ(wanted_replicas(17, 4, 5), 5) << "0.85 is not either: ceil(4.25)";
}

TEST(Autoscaler, ScalesUpByTheGreaterOfDoublingAndFourPodsAPeriod) {
  Autoscaler scaler(settings());
  EXPECT_EQ(scaler.sync(0, 400, 1), 5) << "1 + 4 pods is more than 2";
  EXPECT_EQ(scaler.sync(10, 400, 5), 5) << "the four pods of this period are used up: it began with one";
  EXPECT_EQ(scaler.sync(16, 400, 5), 10) << "doubled is more than 9";
  EXPECT_EQ(scaler.sync(32, 400, 10), 20);
}

TEST(Autoscaler, ScalesUpByTheSmallerOneWhereThatIsSelected) {
  auto made = settings();
  made.up.select = SelectPolicy::min;
  EXPECT_EQ(Autoscaler(made).sync(0, 400, 1), 2);
  made.up.select = SelectPolicy::disabled;
  EXPECT_EQ(Autoscaler(made).sync(0, 400, 1), 1);
}

// The documentation's example: 80 replicas, policies 4 pods and 10 % a minute; 8 go, then of 72 again 8, and below 40 it is 4 pods.
TEST(Autoscaler, ScalesDownByTenPercentRoundedUpAndByPodsBelowForty) {
  auto made = settings();
  made.down.policies = {{.percent = false, .value = 4, .period_s = 60}, {.percent = true, .value = 10, .period_s = 60}};
  Autoscaler scaler(made);
  EXPECT_EQ(scaler.sync(0, 40, 80), 72);
  EXPECT_EQ(scaler.sync(15, 40, 72), 72) << "within the same minute it may not be less";
  EXPECT_EQ(scaler.sync(61, 40, 72), 64);
  EXPECT_EQ(Autoscaler(made).sync(0, 40, 30), 26);
}

TEST(Autoscaler, ScalesDownToTheMostThatWasRecommendedWithinTheWindow) {
  auto made = settings();
  made.down.window_s = 300;
  Autoscaler scaler(made);
  EXPECT_EQ(scaler.sync(0, 40, 10), 10);
  EXPECT_EQ(scaler.sync(15, 24, 10), 10) << "ten were recommended 15 s ago";
  EXPECT_EQ(scaler.sync(299, 8, 10), 10);
  EXPECT_EQ(scaler.sync(301, 8, 10), 6) << "the ten are 301 s old, the six 286 s";
}

TEST(Autoscaler, StaysBetweenItsBoundsAndNeverGoesToZeroByTheHpa) {
  Autoscaler scaler(settings(0, 3));
  EXPECT_EQ(scaler.sync(0, 400, 1), 3);
  EXPECT_EQ(scaler.sync(60, 0, 3), 1);
  EXPECT_EQ(Autoscaler(settings(2, 9)).sync(0, 0, 5), 2);
  EXPECT_EQ(scaler.sync(120, 400, 0), 0) << "at zero the HPA is off";
}

TEST(Autoscaler, LeavesZeroWithThePollThatFindsItActiveAndReturnsAfterTheCoolDown) {
  Autoscaler scaler(settings());
  EXPECT_EQ(scaler.poll(0, 0, 0), 0);
  EXPECT_EQ(scaler.poll(10, 1, 0), 1);
  EXPECT_EQ(scaler.poll(20, 0, 1), 1);
  EXPECT_EQ(scaler.poll(310, 0, 1), 1) << "300 s are not yet over";
  EXPECT_EQ(scaler.poll(320, 0, 1), 0);
}

TEST(Autoscaler, CoolsDownOnlyToZeroAndKeepsItsLeastReplicas) {
  Autoscaler scaler(settings(1));
  EXPECT_EQ(scaler.poll(0, 0, 0), 1);
  EXPECT_EQ(scaler.poll(1'000, 0, 5), 5) << "between them it is the HPA's";
}

TEST(Autoscaler, IsActiveAboveItsActivationOnly) {
  auto made = settings();
  made.activation = 3;
  EXPECT_EQ(Autoscaler(made).poll(0, 3, 0), 0);
  EXPECT_EQ(Autoscaler(made).poll(0, 4, 0), 1);
}

}  // namespace
}  // namespace argosy::cli
