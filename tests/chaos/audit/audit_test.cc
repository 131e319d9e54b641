// The audit of the matrix must be able to fail: each history here is broken in one way, and it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/chaos/matrix/ledger/audit.h"

namespace argosy::chaos {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = Finding::Kind;

constexpr auto kTask = "01a200a9-e8e9-71dd-86c6-1f7eb71f9b91";
constexpr Micros kUnix = 1'000'000'000;  // unix - boot
constexpr std::int64_t kEpoch = kUnix + 5'000'000;

// A task with one step that ran once, as it should be.
Evidence good() {
  const Order order{7, Errand::pushes};
  const Token token{kTask, kPlan, kEpoch};
  Evidence evidence;
  evidence.unix_minus_boot = kUnix;
  evidence.requests = {{.order = order, .told = Request::Told::accepted, .tasks = {kTask}, .at = 4'000'000}};
  evidence.runs = {{.token = token, .process = "planning-1.5", .began = 5'100'000, .applied = 5'200'000}};
  evidence.watched = {{.task = kTask, .seqs = {1, 2, 3}, .at = 6'000'000}};
  evidence.deliveries = {{kTask, {"msg_1"}}};
  evidence.commits = {{7, 1}};
  evidence.ended_leases = {token};
  auto& task = evidence.tasks[kTask];
  task = {.order = order, .state = "succeeded", .settled = true, .last_seq = 3};
  task.steps[kPlan] = {.state = "succeeded", .epoch = kEpoch, .output = "{}", .process = "planning-1.5", .made_under = kEpoch};
  task.steps[kWebhook] = {.state = "succeeded", .epoch = kEpoch + 9};
  return evidence;
}

Run later_run(std::int64_t after, Micros began) {
  return {.token = {kTask, kPlan, kEpoch + after}, .process = "planning-2.6", .began = began, .applied = began + 100'000};
}

// The step ran again under a later lease, which is what the row tells of; the first was ended by a rescue.
Evidence rescued() {
  auto evidence = good();
  evidence.runs.push_back(later_run(3'000'000, 8'100'000));
  auto& step = evidence.tasks[kTask].steps[kPlan];
  step.epoch = step.made_under = kEpoch + 3'000'000;
  evidence.ended_leases.insert({kTask, kPlan, step.epoch});
  return evidence;
}

void expect_one(const Evidence& evidence, Kind kind, const std::string& what) {
  const auto findings = audit(evidence).findings;
  ASSERT_THAT(findings, SizeIs(1)) << (findings.empty() ? "" : findings.front().what + " / " + findings.back().what);
  EXPECT_EQ(findings[0].kind, kind);
  EXPECT_THAT(findings[0].what, HasSubstr(what));
}

TEST(Audit, FindsNothingInAGoodHistory) {
  const auto verdict = audit(good());
  EXPECT_THAT(verdict.findings, IsEmpty());
  EXPECT_EQ(verdict.accepted, 1u);
  EXPECT_EQ(verdict.effects, 1u);
  EXPECT_EQ(verdict.streams, 1u);
  EXPECT_EQ(verdict.webhooks, 1u);
  EXPECT_EQ(verdict.pushes, 1u);
  EXPECT_THAT(audit(rescued()).findings, IsEmpty());
  EXPECT_EQ(audit(rescued()).reruns, 1u);
}

TEST(Audit, HoldsEditsOfPlansToWhatTheClientWasTold) {
  auto evidence = good();
  evidence.edited = {kTask};
  expect_one(evidence, Kind::lost, "the edit of its plan");
  evidence.tasks[kTask].plan_edits = 1;
  EXPECT_THAT(audit(evidence).findings, IsEmpty());
  EXPECT_EQ(audit(evidence).edits, 1u);
  evidence.tasks[kTask].plan_edits = 2;
  expect_one(evidence, Kind::repeated, "edited 2 times");
}

TEST(Audit, MissesATaskThatWasAcceptedAndIsNotInTheStore) {
  auto evidence = good();
  evidence.tasks.clear();
  evidence.runs.clear();
  expect_one(evidence, Kind::lost, "not in the store");
}

TEST(Audit, MissesTheEndOfATaskThatHangs) {
  auto evidence = good();
  evidence.tasks[kTask].state = "running";
  evidence.commits.clear();
  expect_one(evidence, Kind::lost, "hangs: running, steps 0:succeeded");
}

TEST(Audit, MissesTheEndOfATaskWhoseAnswerWasLost) {
  auto evidence = good();
  evidence.requests[0].told = Request::Told::unknown;
  evidence.requests[0].tasks.clear();
  EXPECT_THAT(audit(evidence).findings, IsEmpty());
  evidence.tasks[kTask].settled = false;
  expect_one(evidence, Kind::lost, "hangs");
}

TEST(Audit, SeesTasksThatNobodyAskedFor) {
  auto evidence = good();
  evidence.requests.clear();
  expect_one(evidence, Kind::repeated, "no client sent");
  evidence = good();
  evidence.tasks[kTask].order.reset();
  evidence.commits.clear();
  expect_one(evidence, Kind::repeated, "nobody ordered");
  evidence = good();
  evidence.requests[0].told = Request::Told::refused;
  evidence.requests[0].tasks.clear();
  expect_one(evidence, Kind::repeated, "was refused and is in the store");
}

TEST(Audit, SeesTwoTasksOfOneOrder) {
  auto evidence = good();
  auto copy = evidence.tasks[kTask];
  copy.steps.clear();
  evidence.tasks["02"] = copy;
  expect_one(evidence, Kind::repeated, "has 2 tasks");
}

TEST(Audit, SeesTwoIdsUnderOneKey) {
  auto evidence = good();
  evidence.requests[0].tasks.insert("02");
  const auto findings = audit(evidence).findings;
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_THAT(findings[0].what, HasSubstr("not in the store"));
  EXPECT_THAT(findings[1].what, HasSubstr("told two ids"));
}

TEST(Audit, SeesAnEffectTwiceUnderOneToken) {
  auto evidence = good();
  evidence.runs.push_back(evidence.runs[0]);
  evidence.runs[1].process = "planning-2.6";
  expect_one(evidence, Kind::repeated, "ran a second time, first by planning-");
}

TEST(Audit, SeesTwoValidLeasesOfOneStep) {
  auto evidence = rescued();
  evidence.runs[0].applied = 8'100'000;  // the other was claimed at 8.0
  expect_one(evidence, Kind::repeated, "believed in its lease");
}

TEST(Audit, AllowsAnEffectThatWasAppliedBeforeTheNextClaim) {
  auto evidence = rescued();
  evidence.runs[0].applied = 7'999'000;
  EXPECT_THAT(audit(evidence).findings, IsEmpty());
}

TEST(Audit, ExcusesAClaimThatPostgresForgotInACrashOnlyWhereNothingLeavesTheHouse) {
  auto evidence = rescued();
  evidence.runs[0].applied = 8'100'000;
  evidence.ended_leases.erase(evidence.runs[0].token);
  evidence.postgres_crashes = {5'500'000};
  EXPECT_THAT(audit(evidence).findings, IsEmpty());
  EXPECT_EQ(audit(evidence).forgotten, 1u);
  evidence.postgres_crashes = {9'000'000};
  EXPECT_THAT(audit(evidence).findings, SizeIs(2));

  evidence.postgres_crashes = {5'500'000};
  for (auto& run : evidence.runs) run.token.step = kPush;
  auto& steps = evidence.tasks[kTask].steps;
  steps[kPush] = steps[kPlan];
  steps.erase(kPlan);
  evidence.ended_leases = {evidence.runs[1].token};
  EXPECT_THAT(audit(evidence).findings, SizeIs(2)) << "the overlap, and a lease of which nothing is known";
}

TEST(Audit, SeesARunAfterTheStepHadSucceeded) {
  auto evidence = good();
  evidence.runs.push_back(later_run(3'000'000, 8'100'000));
  expect_one(evidence, Kind::repeated, "its row never saw that lease");
}

TEST(Audit, MissesWhatBecameOfALease) {
  auto evidence = rescued();
  evidence.ended_leases.erase(evidence.runs[0].token);
  expect_one(evidence, Kind::lost, "nothing is known");
}

TEST(Audit, MissesAStepThatWasRun) {
  auto evidence = good();
  evidence.tasks[kTask].steps.erase(kPlan);
  expect_one(evidence, Kind::lost, "is not in the store");
}

TEST(Audit, SeesAResultThatWasTakenUnderAnotherLease) {
  auto evidence = rescued();
  evidence.tasks[kTask].steps[kPlan].made_under = kEpoch;
  expect_one(evidence, Kind::repeated, "took the result of");
}

TEST(Audit, MissesTheEffectOfAStepThatSucceeded) {
  auto evidence = good();
  evidence.runs[0].applied.reset();
  expect_one(evidence, Kind::lost, "its effect under");
}

TEST(Audit, SeesWhatAStreamLeftOutOrToldAgain) {
  auto evidence = good();
  evidence.watched[0].seqs = {1, 3};
  expect_one(evidence, Kind::lost, "left out events 2 to 2");
  evidence.watched[0].seqs = {1, 2, 2, 3};
  expect_one(evidence, Kind::repeated, "told event 2 again");
  evidence.watched[0].seqs = {1, 2};
  expect_one(evidence, Kind::lost, "ended at 2 of 3");
  evidence.watched[0].seqs = {1, 2, 3, 4};
  expect_one(evidence, Kind::repeated, "told 4 events, the store has 3");
}

TEST(Audit, SeesWebhooksThatWereNotSentOrUnderTwoIds) {
  auto evidence = good();
  evidence.deliveries.clear();
  expect_one(evidence, Kind::lost, "never told to the webhook");
  evidence.deliveries[kTask] = {"msg_1", "msg_2"};
  expect_one(evidence, Kind::repeated, "under 2 ids");
  evidence.tasks[kTask].redrives = 1;
  EXPECT_THAT(audit(evidence).findings, IsEmpty());
}

TEST(Audit, SeesPushesThatAreMissingOrDouble) {
  auto evidence = good();
  evidence.commits.clear();
  expect_one(evidence, Kind::lost, "nothing of it was pushed");
  evidence.commits[7] = 2;
  expect_one(evidence, Kind::repeated, "pushed 2 times");
}

}  // namespace
}  // namespace argosy::chaos
