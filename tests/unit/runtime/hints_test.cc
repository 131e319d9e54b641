// Which steps are claimed next, when a message is done, and how slots bound both.
#include "common/runtime/loop/hints.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <semaphore>
#include <set>

#include "common/runtime/step/slots.h"

namespace argosy::runtime {
namespace {

using tasks::Lane;

const TaskId kTask{Uuid::v7(1)};

broker::Message message(std::int64_t offset) {
  return {.topic = "t", .partition = 0, .offset = offset, .key = {}, .body = {}, .headers = {}};
}

std::vector<StepRef> refs(int from, int count) {
  std::vector<StepRef> all;
  for (int i = from; i < from + count; ++i) all.push_back({kTask, static_cast<std::int16_t>(i)});
  return all;
}

std::vector<int> ordinals(const std::vector<Hints::Wanted>& batch) {
  std::vector<int> all;
  for (const auto& wanted : batch) all.push_back(wanted.request.ref.ordinal);
  return all;
}

TEST(Hints, AMessageIsDoneWhenAllItsStepsAreSettled) {
  Hints hints;
  hints.add(Lane::normal, message(1), refs(0, 3));
  const auto first = hints.take({.urgent = 2, .other = 2});
  EXPECT_EQ(ordinals(first), (std::vector{0, 1}));
  EXPECT_TRUE(hints.settle(first).empty());
  const auto done = hints.settle(hints.take({.urgent = 2, .other = 2}));
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].offset, 1);
}

TEST(Hints, TakesNoMoreThanThereIsRoomFor) {
  Hints hints;
  hints.add(Lane::normal, message(1), refs(0, 10));
  EXPECT_EQ(hints.take({.urgent = 4, .other = 3}).size(), 3u);
  EXPECT_TRUE(hints.take({.urgent = 0, .other = 0}).empty());
}

TEST(Hints, WhatIsTooMuchForOneClaimGoesIntoTheNext) {
  Hints hints;
  hints.add(Lane::normal, message(1), refs(0, 300));
  const Room wide{.urgent = 1'000, .other = 999};
  EXPECT_EQ(hints.take(wide).size(), 256u);
  EXPECT_TRUE(hints.any_for(wide));
  EXPECT_EQ(hints.take(wide).size(), 44u);
}

TEST(Hints, KeepsTheLastSlotForUrgent) {
  Hints hints;
  hints.add(Lane::normal, message(1), refs(0, 10));
  const Room last{.urgent = 1, .other = 0};
  EXPECT_FALSE(hints.any_for(last));
  EXPECT_TRUE(hints.take(last).empty());
  hints.add(Lane::urgent, message(2), refs(100, 1));
  EXPECT_TRUE(hints.any_for(last));
  EXPECT_EQ(ordinals(hints.take(last)), (std::vector{100}));
}

TEST(Hints, ABusyUrgentLaneLeavesTurnsForTheOthers) {
  Hints hints;
  hints.add(Lane::urgent, message(1), refs(0, 100));
  hints.add(Lane::background, message(2), refs(1000, 100));
  const auto batch = ordinals(hints.take({.urgent = 27, .other = 26}));
  EXPECT_EQ(std::ranges::count_if(batch, [](int ordinal) { return ordinal >= 1000; }), 3);
}

TEST(Hints, BackgroundHasItsTurnWhereSlotsBecomeFreeOneAtATime) {
  Hints hints;
  hints.add(Lane::normal, message(1), refs(0, 100));
  hints.add(Lane::background, message(2), refs(1000, 100));
  int background = 0;
  for (int i = 0; i < 50; ++i) {
    const auto batch = ordinals(hints.take({.urgent = 2, .other = 1}));  // the second of the two is kept for urgent
    ASSERT_EQ(batch.size(), 1u);
    background += batch[0] >= 1000;
  }
  EXPECT_EQ(background, 10);
}

TEST(Hints, WhatASuspectKeptBackIsAskedForWhenItIsOver) {
  Hints hints;
  hints.add(Lane::normal, message(1), refs(0, 3));
  const auto batch = hints.take({.urgent = 8, .other = 8});
  hints.set_aside(batch, {batch[1].request.ref});
  EXPECT_EQ(hints.settle(batch).size(), 1u);  // its message is done: what is lost with this process is announced again
  EXPECT_TRUE(hints.take({.urgent = 8, .other = 8}).empty());
  hints.add(Lane::normal, message(2), refs(10, 1));

  EXPECT_TRUE(hints.any_aside());
  hints.bring_back();
  EXPECT_FALSE(hints.any_aside());
  const auto again = hints.take({.urgent = 8, .other = 8});
  EXPECT_EQ(ordinals(again), (std::vector{0, 2, 10}));
  EXPECT_NE(again[0].request.claim_id, batch[0].request.claim_id);  // that claim was answered
  EXPECT_EQ(hints.settle(again).size(), 1u);
}

TEST(Hints, WhatIsSetAsideIsBounded) {
  Hints hints;
  hints.add(Lane::normal, message(1), refs(0, 300));
  hints.set_aside(hints.take({.urgent = 200, .other = 200}), {});
  hints.set_aside(hints.take({.urgent = 200, .other = 200}), {});
  hints.bring_back();
  const auto kept = ordinals(hints.take({.urgent = 300, .other = 300}));
  ASSERT_EQ(kept.size(), 256u);
  EXPECT_EQ(kept.front(), 44);
}

TEST(Hints, AClaimThatDidNotHappenIsRepeatedFirstAndUnderTheSameIds) {
  Hints hints;
  hints.add(Lane::normal, message(1), refs(0, 4));
  const auto batch = hints.take({.urgent = 2, .other = 2});
  hints.put_back(batch, std::chrono::seconds(1));
  const auto again = hints.take({.urgent = 2, .other = 2});
  EXPECT_EQ(ordinals(again), (std::vector{0, 1}));
  EXPECT_EQ(again[0].request.claim_id, batch[0].request.claim_id);
  EXPECT_NE(again[0].request.claim_id, again[1].request.claim_id);
}

JobPtr job(std::int16_t ordinal, Lane lane, bool solo = false) {
  return std::make_shared<Job>(store::ClaimedStep{.ref = {kTask, ordinal}, .solo = solo, .lane = lane});
}

TEST(Slots, AreTakenUntilTheyAreGivenBackNotUntilTheHandlerReturns) {
  std::binary_semaphore ran{0};
  int freed = 0;
  Slots slots(2, 0, [&](const JobPtr&) { ran.release(); }, [&] { ++freed; });
  const auto one = job(1, Lane::normal);
  slots.start({one});
  ran.acquire();
  EXPECT_EQ(slots.busy(), 1u);
  slots.give_back({one});
  EXPECT_EQ(slots.busy(), 0u);
  EXPECT_EQ(freed, 1);
}

TEST(Slots, KeepOneForUrgentWhenThereAreTwoOrMore) {
  const auto ignore = [](const JobPtr&) {};
  Slots three(3, 0, ignore, [] {});
  three.start({job(1, Lane::normal), job(2, Lane::background)});
  EXPECT_EQ(three.room().urgent, 1u);
  EXPECT_EQ(three.room().other, 0u);
  Slots one(1, 0, ignore, [] {});
  EXPECT_EQ(one.room().other, 1u);
}

TEST(Slots, AnUrgentStepDoesNotTakeFromWhatTheOthersMayUse) {
  Slots slots(3, 0, [](const JobPtr&) {}, [] {});
  slots.start({job(1, Lane::urgent)});
  EXPECT_EQ(slots.room().urgent, 2u);
  EXPECT_EQ(slots.room().other, 2u);
  slots.start({job(2, Lane::urgent)});
  EXPECT_EQ(slots.room().other, 1u);
}

TEST(Slots, RunASuspectBesideNoOtherSuspect) {
  std::latch innocent_ran{1};
  std::binary_semaphore first_began{0}, first_may_end{0}, second_ran{0};
  std::atomic<int> suspects = 0, most = 0;
  std::atomic<Slots*> slots_now = nullptr;
  const auto run = [&](const JobPtr& job) {
    if (!job->step.solo) return innocent_ran.count_down();
    most = std::max(most.load(), ++suspects);
    if (job->step.ref.ordinal == 1) {
      first_began.release();
      first_may_end.acquire();
    } else {
      second_ran.release();
    }
    --suspects;
    slots_now.load()->ran(*job);
  };
  Slots slots(3, 0, run, [] {});
  slots_now = &slots;
  slots.start({job(1, Lane::normal, true)});
  first_began.acquire();
  slots.start({job(2, Lane::normal, true), job(3, Lane::normal)});
  innocent_ran.wait();  // others go on beside it
  first_may_end.release();
  second_ran.acquire();
  EXPECT_EQ(most.load(), 1);
}

}  // namespace
}  // namespace argosy::runtime
