// What a process holds, and what renewals and drains do to it.
#include "common/runtime/loop/in_flight.h"

#include <gtest/gtest.h>

#include <thread>

#include "common/runtime/drain.h"

namespace argosy::runtime {
namespace {

using std::chrono::milliseconds;
using Keys = std::vector<InFlight::Key>;

const TaskId kTask{Uuid::v7(1)};

store::ClaimedStep step(std::int16_t ordinal, std::int64_t epoch = 1) { return {.ref = {kTask, ordinal}, .lease_epoch = epoch}; }

JobPtr hold(InFlight& in_flight, store::ClaimedStep step) {
  return in_flight.claim_ended(in_flight.claim_begins(), {std::move(step)}).at(0);
}

TEST(InFlight, HoldsWhatAClaimBroughtUntilItIsDone) {
  InFlight in_flight;
  const auto job = hold(in_flight, step(1, 7));
  EXPECT_EQ(in_flight.held(), (Keys{{{kTask, 1}, 7}}));
  in_flight.done(job);
  EXPECT_TRUE(in_flight.held().empty());
  EXPECT_TRUE(in_flight.wait_empty(milliseconds(0)));
}

TEST(InFlight, CancelsOnlyWhatWasHeldWhenTheRenewalWasSent) {
  InFlight in_flight;
  const auto before = hold(in_flight, step(1, 7));
  const auto asked = in_flight.held();
  in_flight.done(before);
  const auto again = hold(in_flight, step(1, 8));  // finished, retried and claimed anew while the renewal was under way
  in_flight.cancel(asked, {{kTask, 1}});
  EXPECT_EQ(again->stop.load(), Stop::none);
  in_flight.cancel(in_flight.held(), {{kTask, 1}});
  EXPECT_EQ(again->stop.load(), Stop::cancelled);
}

TEST(InFlight, BringsToEachJobWhatPeopleDidToItsTask) {
  InFlight in_flight;
  const auto one = hold(in_flight, step(1)), two = hold(in_flight, step(2));
  const auto held = in_flight.held();
  in_flight.pause(held, {{kTask, 1}});
  in_flight.constrain(held, {{{kTask, 2}, {.avoid_files = {"vendor/"}}}});
  EXPECT_TRUE(one->paused.load());
  EXPECT_FALSE(two->paused.load());
  EXPECT_FALSE(one->constraints());
  ASSERT_TRUE(two->constraints());
  EXPECT_EQ(two->constraints()->avoid_files, std::vector<std::string>{"vendor/"});
  in_flight.pause(held, {});
  EXPECT_FALSE(one->paused.load()) << "the pause is over";
}

TEST(InFlight, LeavesTheOthersAloneWhenOneIsCancelled) {
  InFlight in_flight;
  const auto one = hold(in_flight, step(1));
  const auto two = hold(in_flight, step(2));
  in_flight.cancel(in_flight.held(), {{kTask, 2}});
  EXPECT_EQ(one->stop.load(), Stop::none);
  EXPECT_EQ(two->stop.load(), Stop::cancelled);
}

// Its rows may be somebody else's by the time the answer comes, and a renewal in between would make this process believe in them.
TEST(InFlight, LosesWithItsLeaseWhatAClaimUnderWayWillBring) {
  InFlight in_flight;
  const auto claim = in_flight.claim_begins();
  in_flight.stop_all(Stop::lost);
  EXPECT_EQ(in_flight.claim_ended(claim, {step(1)}).at(0)->stop.load(), Stop::lost);
  EXPECT_EQ(hold(in_flight, step(2))->stop.load(), Stop::none) << "a claim that was sent afterwards is under the new lease";
}

TEST(InFlight, DoesNotClaimToHoldWhatItDisowned) {
  InFlight in_flight;
  hold(in_flight, step(1))->ask_to_stop(Stop::lost);
  hold(in_flight, step(2))->ask_to_stop(Stop::drained);
  EXPECT_EQ(in_flight.held(), (Keys{{{kTask, 2}, 1}}));
  EXPECT_EQ(in_flight.size(), 2u) << "its handler still occupies a slot";
}

TEST(InFlight, AnOlderLeaseOfTheSameStepIsLostWhenItIsClaimedAgain) {
  InFlight in_flight;
  const auto old = hold(in_flight, step(1, 7));
  const auto fresh = hold(in_flight, step(1, 8));
  EXPECT_EQ(old->stop.load(), Stop::lost);
  EXPECT_EQ(fresh->stop.load(), Stop::none);
}

TEST(InFlight, TheStrongestReasonToStopStays) {
  Job job(step(1));
  job.ask_to_stop(Stop::lost);
  job.ask_to_stop(Stop::drained);
  EXPECT_EQ(job.stop.load(), Stop::lost);
}

TEST(Orphans, AreRowsThatNobodyHereHolds) {
  InFlight in_flight;
  EXPECT_EQ(in_flight.orphans({{{kTask, 1}, 7}}), (Keys{{{kTask, 1}, 7}}));
  EXPECT_TRUE(in_flight.orphans({}).empty()) << "handed back once";
}

TEST(Orphans, AreNotStepsThatAreHeld) {
  InFlight in_flight;
  hold(in_flight, step(1, 7));
  EXPECT_TRUE(in_flight.orphans({{{kTask, 1}, 7}}).empty());
}

TEST(Orphans, WaitForTheClaimThatMayHaveBroughtThem) {
  InFlight in_flight;
  const auto claim = in_flight.claim_begins();
  EXPECT_TRUE(in_flight.orphans({{{kTask, 1}, 7}, {{kTask, 2}, 7}}).empty());
  in_flight.claim_ended(claim, {step(1, 7)});
  EXPECT_EQ(in_flight.orphans({}), (Keys{{{kTask, 2}, 7}}));
}

TEST(Orphans, IncludeWhatWasDisowned) {
  InFlight in_flight;
  hold(in_flight, step(1, 7))->ask_to_stop(Stop::lost);
  EXPECT_EQ(in_flight.orphans({{{kTask, 1}, 7}}), (Keys{{{kTask, 1}, 7}}));
}

TEST(Orphans, IncludeWhatWasLostBeforeAnyRenewalToldOfIt) {
  InFlight in_flight;
  const auto job = hold(in_flight, step(1, 7));
  in_flight.stop_all(Stop::lost);
  in_flight.done(job);
  EXPECT_EQ(in_flight.orphans({}), (Keys{{{kTask, 1}, 7}}));
  EXPECT_TRUE(in_flight.orphans({}).empty());
}

TEST(InFlight, KnowsWhetherItHoldsASuspect) {
  InFlight in_flight;
  hold(in_flight, step(1));
  EXPECT_FALSE(in_flight.holds_suspect());
  auto suspect = step(2);
  suspect.solo = true;
  const auto job = hold(in_flight, suspect);
  EXPECT_TRUE(in_flight.holds_suspect());
  in_flight.done(job);
  EXPECT_FALSE(in_flight.holds_suspect());
}

TEST(Marks, TellTheHighestAnnouncementPerLane) {
  InFlight in_flight;
  auto normal = step(1), later = step(2), urgent = step(3);
  normal.announced_at_us = 20;
  later.announced_at_us = 10;
  urgent.announced_at_us = 5;
  normal.lane = later.lane = tasks::Lane::normal;
  urgent.lane = tasks::Lane::urgent;
  for (auto& one : {normal, later, urgent}) in_flight.done(hold(in_flight, one));
  const auto marks = in_flight.marks();
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks[0].lane, tasks::Lane::urgent);
  EXPECT_EQ(marks[0].announced_at_us, 5);
  EXPECT_EQ(marks[1].announced_at_us, 20);
}

constexpr DrainTimes kAtOnce{.finish = milliseconds(0), .patient = milliseconds(0), .stop = milliseconds(0)};

TEST(Drain, AsksNobodyToStopWhoFinishesInTime) {
  InFlight in_flight;
  const auto job = hold(in_flight, step(1));
  std::thread handler([&] { in_flight.done(job); });
  EXPECT_TRUE(drain(in_flight, {.finish = std::chrono::hours(1), .patient = milliseconds(0), .stop = milliseconds(0)}));
  handler.join();
  EXPECT_EQ(job->stop.load(), Stop::none);
}

TEST(Drain, AsksTheOthersToStopAndWaitsForThem) {
  InFlight in_flight;
  const auto job = hold(in_flight, step(1));
  std::thread handler([&] {
    while (job->stop.load() == Stop::none) std::this_thread::yield();
    in_flight.done(job);
  });
  EXPECT_TRUE(drain(in_flight, {.finish = milliseconds(0), .patient = milliseconds(0), .stop = std::chrono::hours(1)}));
  handler.join();
  EXPECT_EQ(job->stop.load(), Stop::drained);
}

TEST(Drain, WaitsForAStepThatWasHandedBackBefore) {
  InFlight in_flight;
  auto again = step(1);
  again.handbacks = 1;
  const auto patient = hold(in_flight, again);
  const auto other = hold(in_flight, step(2));
  std::thread handler([&] {
    while (other->stop.load() == Stop::none) std::this_thread::yield();
    EXPECT_EQ(patient->stop.load(), Stop::none);
    in_flight.done(other);
    in_flight.done(patient);
  });
  EXPECT_TRUE(drain(in_flight, {.finish = milliseconds(0), .patient = std::chrono::hours(1), .stop = milliseconds(0)}));
  handler.join();
}

TEST(Drain, SaysWhenAHandlerDoesNotHear) {
  InFlight in_flight;
  auto again = step(1);
  again.handbacks = 3;
  const auto deaf = hold(in_flight, again);
  EXPECT_FALSE(drain(in_flight, kAtOnce));
  EXPECT_EQ(deaf->stop.load(), Stop::drained);
}

}  // namespace
}  // namespace argosy::runtime
