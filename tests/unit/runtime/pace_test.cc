// The decisions of the loop's threads, without the threads: when to claim, how much to finish at once, what a renewal means, how to drain.
#include <gtest/gtest.h>

#include "common/runtime/drain.h"
#include "common/runtime/loop/claim_pace.h"
#include "common/runtime/loop/finish_batch.h"
#include "common/runtime/loop/lease_keeper.h"
#include "common/runtime/step/slot_table.h"
#include "tests/unit/runtime/manual_clock.h"

namespace argosy::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tasks::Lane;

const TaskId kTask{Uuid::v7(1)};
constexpr Room kRoom{.urgent = 4, .other = 3};

store::ClaimedStep claimed(std::int16_t ordinal, std::int16_t handbacks = 0) {
  return {.ref = {kTask, ordinal}, .lease_epoch = 1, .handbacks = handbacks};
}

Hints with(Lane lane, int steps) {
  Hints hints;
  std::vector<StepRef> refs;
  for (int i = 0; i < steps; ++i) refs.push_back({kTask, static_cast<std::int16_t>(i)});
  hints.add(lane, {}, refs);
  return hints;
}

TEST(ClaimPace, ReadsAndClaimsNothingWithoutALease) {
  const auto round = ClaimPace().round(seconds(1), false, kRoom, 4, Hints());
  EXPECT_FALSE(round.may_claim);
  EXPECT_EQ(round.paused, (std::array{true, true, true}));
}

TEST(ClaimPace, ReadsNoLaneThatHasHintsForAllSlots) {
  const auto round = ClaimPace().round(seconds(1), true, kRoom, 4, with(Lane::normal, 4));
  EXPECT_EQ(round.paused, (std::array{false, true, false}));
  EXPECT_EQ(round.wait, milliseconds(0));
}

TEST(ClaimPace, LeavesOnlyUrgentOpenWhenTheLastSlotIsFree) {
  const auto round = ClaimPace().round(seconds(1), true, {.urgent = 1, .other = 0}, 4, Hints());
  EXPECT_EQ(round.paused, (std::array{false, true, true}));
}

TEST(ClaimPace, WaitsLongerAfterEachFailureUpToABoundAndNotAtAllAfterASuccess) {
  ClaimPace pace;
  std::vector<milliseconds> waits;
  for (int i = 0; i < 8; ++i) {
    pace.put_off(seconds(1));
    auto wait = milliseconds(0);
    while (!pace.round(seconds(1) + wait, true, kRoom, 4, Hints()).may_claim) ++wait;
    waits.push_back(wait);
  }
  EXPECT_EQ(waits.front(), milliseconds(50));
  EXPECT_EQ(waits[1], milliseconds(100));
  EXPECT_EQ(waits.back(), milliseconds(2'000));
  pace.claimed();
  pace.put_off(seconds(9));
  EXPECT_TRUE(pace.round(seconds(9) + milliseconds(50), true, kRoom, 4, Hints()).may_claim);
}

struct Claimed {
  ManualClock clock;
  Lease lease{clock, seconds(10)};
  Hints hints = with(Lane::normal, 1);
  InFlight in_flight;

  Stop answered(const std::vector<Hints::Wanted>& batch, std::chrono::nanoseconds began) {
    const auto jobs = in_flight.claim_ended(in_flight.claim_begins(), {claimed(0)});
    lose_stale(jobs, batch, began, lease);
    return jobs.front()->stop.load();
  }
};

TEST(LoseStale, LeavesWhatWasAnsweredInTime) {
  Claimed claim;
  const auto began = claim.lease.now();
  claim.clock.advance(seconds(4));
  EXPECT_EQ(claim.answered(claim.hints.take(kRoom), began), Stop::none);
}

// No renewal named its steps in all that time: they may have been taken for forgotten.
TEST(LoseStale, DropsWhatTookHalfALease) {
  Claimed claim;
  const auto began = claim.lease.now();
  claim.clock.advance(seconds(5));
  EXPECT_EQ(claim.answered(claim.hints.take(kRoom), began), Stop::lost);
}

TEST(LoseStale, CountsAClaimInDoubtFromItsFirstCall) {
  Claimed claim;
  const auto first = claim.lease.now();
  claim.hints.put_back(claim.hints.take(kRoom), first);
  claim.clock.advance(seconds(3));
  claim.hints.put_back(claim.hints.take(kRoom), claim.lease.now());
  claim.clock.advance(seconds(3));
  EXPECT_EQ(claim.answered(claim.hints.take(kRoom), claim.lease.now()), Stop::lost);
}

std::size_t batch_of(const std::vector<std::size_t>& sizes) {
  std::vector<store::FinishedStep> waiting;
  for (const auto size : sizes) waiting.push_back({.output = std::string(size, 'x')});
  return finish_batch(waiting, [](const auto& finished) -> const auto& { return finished; });
}

TEST(FinishBatch, TakesWhatFitsItsBounds) {
  EXPECT_EQ(batch_of({}), 0u);
  EXPECT_EQ(batch_of({1, 2, 3}), 3u);
  EXPECT_EQ(batch_of(std::vector<std::size_t>(kMaxFinishSteps + 5, 1)), kMaxFinishSteps);
  EXPECT_EQ(batch_of({kMaxFinishBytes / 2, kMaxFinishBytes / 2, 1}), 2u);
}

TEST(FinishBatch, TakesOneThatIsTooLargeAlone) { EXPECT_EQ(batch_of({kMaxFinishBytes * 2, 1}), 1u); }

struct Kept {
  ManualClock clock;
  Lease lease{clock, seconds(10)};
  InFlight in_flight;
  LeaseKeeper keeper{lease, in_flight};

  JobPtr hold(std::int16_t ordinal) { return in_flight.claim_ended(in_flight.claim_begins(), {claimed(ordinal)}).front(); }
  void renew(const store::Renewed& answer = {}) { keeper.answered(in_flight.held(), lease.now(), answer); }
};

TEST(LeaseKeeper, TellsOnceThatTheLeaseIsLostAndStopsWhatIsHeld) {
  Kept kept;
  kept.renew();
  const auto job = kept.hold(1);
  kept.clock.advance(seconds(9));
  EXPECT_FALSE(kept.keeper.lost());
  kept.clock.advance(seconds(1));
  EXPECT_TRUE(kept.keeper.lost());
  EXPECT_EQ(job->stop.load(), Stop::lost);
  EXPECT_FALSE(kept.keeper.lost());
}

TEST(LeaseKeeper, DropsWhatTheAnswerSaysIsGoneAndHandsBackWhatItDoesNotKnow) {
  Kept kept;
  const auto gone = kept.hold(1), mine = kept.hold(2);
  const StepRef unknown{kTask, 3};
  const auto back =
      kept.keeper.answered(kept.in_flight.held(), kept.lease.now(), {.cancelled = {gone->step.ref}, .unknown = {{unknown, 7}}});
  EXPECT_EQ(gone->stop.load(), Stop::cancelled);
  EXPECT_EQ(mine->stop.load(), Stop::none);
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0], std::pair(unknown, std::int64_t{7}));
}

TEST(DrainPlan, AsksThePatientOnesLast) {
  InFlight in_flight;
  const auto jobs = in_flight.claim_ended(in_flight.claim_begins(), {claimed(1), claimed(2, 1)});
  DrainPlan plan(in_flight, {.finish = seconds(1), .patient = seconds(10), .stop = seconds(2)}, seconds(0));
  EXPECT_EQ(plan.wait_until(seconds(0)), seconds(1));
  EXPECT_EQ(jobs[0]->stop.load(), Stop::none);
  EXPECT_EQ(plan.wait_until(seconds(1)), seconds(11));
  EXPECT_EQ(jobs[0]->stop.load(), Stop::drained);
  EXPECT_EQ(jobs[1]->stop.load(), Stop::none);
  in_flight.done(jobs[0]);
  EXPECT_EQ(plan.wait_until(seconds(11)), seconds(13));
  EXPECT_EQ(jobs[1]->stop.load(), Stop::drained);
  EXPECT_EQ(plan.wait_until(seconds(13)), std::nullopt);
  EXPECT_EQ(in_flight.size(), 1u);
}

TEST(DrainPlan, IsNotPatientWithAStepThatGoesOnWhereItStopped) {
  InFlight in_flight;
  const auto jobs = in_flight.claim_ended(in_flight.claim_begins(), {claimed(1, 1), claimed(2, 1)});
  jobs[1]->resumable = true;
  DrainPlan plan(in_flight, {.finish = seconds(1), .patient = seconds(10), .stop = seconds(1)}, seconds(0));
  EXPECT_EQ(plan.wait_until(seconds(1)), seconds(11));
  EXPECT_EQ(jobs[0]->stop.load(), Stop::none);
  EXPECT_EQ(jobs[1]->stop.load(), Stop::drained);
}

TEST(DrainPlan, WaitsForNobodyWhenAllIsDone) {
  InFlight in_flight;
  DrainPlan plan(in_flight, {.finish = seconds(1), .patient = seconds(1), .stop = seconds(1)}, seconds(0));
  EXPECT_EQ(plan.wait_until(seconds(0)), std::nullopt);
}

TEST(SlotTable, GivesASlotBackAtTheCommitNotWhenTheHandlerReturned) {
  SlotTable table(2);
  const auto job = std::make_shared<Job>(claimed(1));
  table.take(job);
  EXPECT_EQ(table.pick(), job);
  table.left(*job);
  table.ran(*job);
  EXPECT_EQ(table.room().urgent, 1u);
  table.give_back(*job);
  EXPECT_EQ(table.room().urgent, 2u);
}

}  // namespace
}  // namespace argosy::runtime
