// The pure parts: offsets, lanes, partitions.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "common/broker/kafka/offset_ledger.h"
#include "common/broker/kafka/partitioning.h"
#include "common/broker/kafka/rejoin_pace.h"
#include "common/broker/lane_schedule.h"

namespace argosy::broker {
namespace {

const OffsetLedger::Partition kOne{"topic", 1}, kTwo{"topic", 2};

// A ledger that took those messages of the first partition.
OffsetLedger taken(std::initializer_list<std::int64_t> offsets) {
  OffsetLedger ledger;
  for (const auto offset : offsets) ledger.taken(kOne, offset);
  return ledger;
}

TEST(OffsetLedger, StoresOnlyUpToTheFirstMessageThatIsNotDone) {
  auto ledger = taken({10, 11, 12, 13});
  EXPECT_EQ(ledger.done(kOne, 11), std::nullopt);
  EXPECT_EQ(ledger.done(kOne, 10), 12);
  EXPECT_EQ(ledger.done(kOne, 13), std::nullopt);
  EXPECT_EQ(ledger.done(kOne, 12), 14);
}

TEST(OffsetLedger, StepsOverHolesThatCompactionOrControlRecordsLeave) {
  auto ledger = taken({10, 15});
  EXPECT_EQ(ledger.done(kOne, 10), 11);
  EXPECT_EQ(ledger.done(kOne, 15), 16);
}

TEST(OffsetLedger, KeepsPartitionsApart) {
  auto ledger = taken({1});
  ledger.taken(kTwo, 2);
  EXPECT_EQ(ledger.done(kTwo, 2), 3);
  EXPECT_EQ(ledger.done(kOne, 1), 2);
}

TEST(OffsetLedger, StoresNothingForPartitionsThatWereRevoked) {
  auto ledger = taken({1});
  ledger.revoked_all();
  EXPECT_EQ(ledger.done(kOne, 1), std::nullopt);
}

TEST(OffsetLedger, ForgetsWhatWasOpenWhenThePartitionIsReadAgain) {
  auto ledger = taken({5, 6, 5});
  EXPECT_EQ(ledger.done(kOne, 6), std::nullopt);
  EXPECT_EQ(ledger.done(kOne, 5), 6);
}

TEST(OffsetLedger, CountsARepeatedDoneOnce) {
  auto ledger = taken({1});
  EXPECT_EQ(ledger.done(kOne, 1), 2);
  EXPECT_EQ(ledger.done(kOne, 1), std::nullopt);
}

std::array<int, 3> turns(LaneSchedule& schedule, std::array<bool, 3> available, int count) {
  std::array<int, 3> served{};
  for (int i = 0; i < count; ++i) {
    const auto lane = schedule.next(available);
    EXPECT_TRUE(lane);
    ++served[static_cast<std::size_t>(*lane)];
  }
  return served;
}

TEST(LaneSchedule, SharesBusyTurnsByWeight) {
  LaneSchedule schedule;
  EXPECT_EQ(turns(schedule, {true, true, true}, 1300), (std::array{800, 400, 100}));
}

TEST(LaneSchedule, NeverStarvesBackground) {
  LaneSchedule schedule;
  for (int round = 0; round < 10; ++round) EXPECT_GE(turns(schedule, {true, true, true}, 13)[2], 1);
}

TEST(LaneSchedule, GivesAllTurnsToTheOnlyLaneThatHasWork) {
  LaneSchedule schedule;
  EXPECT_EQ(turns(schedule, {false, false, true}, 5)[2], 5);
}

TEST(LaneSchedule, AnIdleLaneSavesNothingUp) {
  LaneSchedule schedule;
  turns(schedule, {true, false, false}, 1000);
  EXPECT_EQ(turns(schedule, {true, true, true}, 13), (std::array{8, 4, 1}));
}

TEST(LaneSchedule, ALaneThatIsShutOutInBetweenComesToItsTurnAllTheSame) {
  LaneSchedule schedule;
  int background = 0;
  for (int i = 0; i < 90; ++i) {
    EXPECT_EQ(schedule.next({false, false, false}), std::nullopt);  // no slot is free
    if (schedule.next({true, false, true}) == tasks::Lane::background) ++background;
  }
  EXPECT_EQ(background, 10);
}

TEST(LaneSchedule, HasNoTurnWhenNoLaneHasWork) { EXPECT_EQ(LaneSchedule().next({false, false, false}), std::nullopt); }

TEST(Partitioning, SpreadsTheSiblingsOfOneTask) {
  const TaskId task{Uuid::v7(1)};
  std::set<std::int32_t> used;
  for (std::int16_t ordinal = 0; ordinal < 64; ++ordinal) used.insert(partition_of(StepRef{task, ordinal}, 8));
  EXPECT_EQ(used.size(), 8u);
}

TEST(Partitioning, KeepsATasksEventsTogether) {
  const TaskId task{Uuid::v7(1)};
  EXPECT_EQ(partition_of(task, 8), partition_of(task, 8));
  EXPECT_LT(partition_of(task, 8), 8);
  EXPECT_GE(partition_of(task, 8), 0);
}

TEST(Partitioning, LeavesTheChoiceToKafkaWhileTheCountIsUnknown) {
  EXPECT_EQ(partition_of(TaskId{Uuid::v7(1)}, 0), kAnyPartition);
  EXPECT_EQ(other_partition(kAnyPartition, 0, 3), kAnyPartition);
}

TEST(Partitioning, AnotherPartitionIsNeverTheSameAndReachesAllOthers) {
  std::set<std::int32_t> used;
  for (std::uint64_t turn = 0; turn < 7; ++turn) used.insert(other_partition(3, 8, turn));
  EXPECT_EQ(used.size(), 7u);
  EXPECT_FALSE(used.contains(3));
  EXPECT_EQ(other_partition(0, 1, 5), 0);
}

template <class Thing>
std::vector<const Thing*> pointers_to(const std::vector<Thing>& things) {
  std::vector<const Thing*> out;
  for (const auto& thing : things) out.push_back(&thing);
  return out;
}

TEST(Cutting, KeepsEveryStepInOrderAndEveryMessageBounded) {
  std::vector<tasks::ReadyStep> steps(kMaxStepsPerDispatch * 2 + 1);
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i].ref.ordinal = static_cast<std::int16_t>(i);
  const auto messages = cut(pointers_to(steps));
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0].steps.size(), kMaxStepsPerDispatch);
  EXPECT_EQ(messages[2].steps.size(), 1u);
  EXPECT_EQ(messages[2].steps[0].ordinal, steps.back().ref.ordinal);
}

TEST(Cutting, KeepsEventMessagesFarBelowKafkasLimit) {
  std::vector<tasks::Event> events(8);
  for (auto& event : events) event.data = "{\"x\":\"" + std::string(200u << 10, 'x') + "\"}";
  const auto pointers = pointers_to(events);
  std::vector<const tasks::Event*> told;
  for (const auto& message : cut(pointers)) {
    told.insert(told.end(), message.begin(), message.end());
    EXPECT_LE(message.size(), 2u);
  }
  EXPECT_EQ(told, pointers);
}

TEST(Cutting, BoundsHowManyEventsAMessageHasAndKeepsOneThatIsTooLongAlone) {
  std::vector<tasks::Event> events(600);
  for (auto& event : events) event.data = "{}";
  events[5].data = "{\"x\":\"" + std::string(700u << 10, 'x') + "\"}";
  const auto pointers = pointers_to(events);
  std::vector<std::size_t> sizes;
  std::vector<const tasks::Event*> told;
  for (const auto& message : cut(pointers)) {
    sizes.push_back(message.size());
    told.insert(told.end(), message.begin(), message.end());
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{5, 1, 256, 256, 82}));
  EXPECT_EQ(told, pointers);
  EXPECT_TRUE(cut(std::span<const tasks::Event* const>()).empty());
}

using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(RejoinPace, AMemberThatHasSomeOfEachTopicStays) {
  RejoinPace pace;
  EXPECT_FALSE(pace.due(seconds(1'000)));
  pace.assigned(seconds(1), true);
  EXPECT_FALSE(pace.due(seconds(1'000)));
}

TEST(RejoinPace, OneThatLacksATopicAsksOnceADistribution) {
  RejoinPace pace;
  pace.assigned(seconds(1), false);
  EXPECT_FALSE(pace.due(seconds(1) + RejoinPace::kFirst - nanoseconds(1)));
  EXPECT_TRUE(pace.due(seconds(1) + RejoinPace::kFirst));
  EXPECT_FALSE(pace.due(seconds(1'000)));
}

TEST(RejoinPace, OneWhoseDistributionIsBeingMadeAnewWaitsForIt) {
  RejoinPace pace;
  pace.assigned(seconds(1), false);
  pace.revoked();
  EXPECT_FALSE(pace.due(seconds(1'000)));
}

TEST(RejoinPace, ASpareMemberAsksLessAndLessOften) {
  RejoinPace pace;
  seconds now{0};
  std::vector<seconds> waits;
  for (int round = 0; round < 10; ++round) {
    pace.assigned(now, false);
    const auto from = now;
    while (!pace.due(now)) ++now;
    waits.push_back(now - from);
  }
  EXPECT_TRUE(std::ranges::is_sorted(waits));
  EXPECT_EQ(waits.front(), RejoinPace::kFirst);
  EXPECT_EQ(waits.back(), RejoinPace::kLongest);

  pace.assigned(now, true);
  pace.assigned(now, false);
  EXPECT_TRUE(pace.due(now + RejoinPace::kFirst));  // from the beginning
}

}  // namespace
}  // namespace argosy::broker
