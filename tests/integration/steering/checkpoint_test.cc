// Checkpoints: a question and its answer meet exactly once, whichever comes first, and nothing is lost or waits for ever.
#include "tests/integration/steering/fixture.h"

namespace argosy::store {
namespace {

using tasks::Answer;
using tasks::Verdict;

class Checkpoint : public SteeringTest {
 protected:
  TaskId asking() { return planned({new_step(100, Queue::codegen), new_step(101, Queue::git, {100})}); }

  static FinishedStep question(const ClaimedStep& step, std::string name = "review",
                               std::chrono::milliseconds within = std::chrono::hours(1)) {
    FinishedStep result = finished(step, Outcome::asked);
    result.output.clear();
    result.question = tasks::Question{.name = std::move(name), .type = "approval", .description = "May I?"};
    result.answer_within = within;
    return result;
  }
  static Answer verdict(Verdict verdict, std::string text = "", std::string name = "review") {
    return {.step = 100, .name = std::move(name), .verdict = verdict, .text = std::move(text)};
  }
  Steered answered(const TaskId& task, const Answer& given) { return must(answer(*db, kDefaultOrg, task, given, "ann")); }
  ClaimedStep claimed(const TaskId& task) { return claim_one(coder_, Queue::codegen, {task, 100}); }
  Finished finished_with(const FinishedStep& result) { return must(finish(*db, coder_, {result})); }
  std::string context(const TaskId& task) {
    return database.value(fmt::format("SELECT context::jsonb -> 'answers' FROM task_spec WHERE task_id = '{}'", task.to_string()));
  }

  WorkerId coder_ = worker(Queue::codegen);
};

TEST_F(Checkpoint, AStepThatAsksWaitsWithoutASlotAndRunsAgainWithTheAnswer) {
  const TaskId id = asking();
  const auto asked = finished_with(question(claimed(id)));
  EXPECT_EQ(asked.accepted.size(), 1u);
  EXPECT_EQ(step_state({id, 100}), "waiting");
  EXPECT_EQ(step_column({id, 100}, "owner"), "NULL");
  EXPECT_EQ(status(id), "waiting");
  EXPECT_EQ(told(id, "checkpoint_reached"),
            std::vector<std::string>{R"({"step": 100, "type": "approval", "description": "May I?", "checkpoint_id": "100-review"})"});
  const auto open = shown(id).checkpoints;
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(tasks::checkpoint_id(open[0].step, open[0].name), "100-review");
  EXPECT_GT(open[0].expires_at, open[0].asked_at);

  const auto given = answered(id, verdict(Verdict::correct, "only in src"));
  EXPECT_EQ(given.kind, Kind::done);
  ASSERT_EQ(given.ready.size(), 1u);
  const ClaimedStep again = claimed(id);
  EXPECT_EQ(again.attempt, 2);
  EXPECT_EQ(context(id), R"([{"by": "ann", "name": "review", "step": 100, "text": "only in src", "verdict": "correct"}])");
  EXPECT_TRUE(shown(id).checkpoints.empty());
  EXPECT_EQ(shown(id).steps.at(1).history.at(0).outcome, "asked");
  finished_with(finished(again));
  EXPECT_EQ(step_state({id, 101}), "ready");
  expect_seq_without_holes(id);
}

TEST_F(Checkpoint, AnAnswerThatComesBeforeItsQuestionIsKept) {
  const TaskId id = asking();
  EXPECT_EQ(answered(id, verdict(Verdict::approve)).kind, Kind::done);
  const auto asked = finished_with(question(claimed(id)));
  ASSERT_EQ(asked.ready.size(), 1u) << "it need not wait";
  EXPECT_EQ(claimed(id).attempt, 2);
  EXPECT_NE(context(id).find("approve"), std::string::npos);
  EXPECT_EQ(told(id, "checkpoint_reached").size(), 1u);
}

TEST_F(Checkpoint, TheFirstAnswerCountsAndTheSameOneAgainIsHarmless) {
  const TaskId id = asking();
  finished_with(question(claimed(id)));
  EXPECT_EQ(answered(id, verdict(Verdict::reject, "no")).kind, Kind::done);
  EXPECT_EQ(answered(id, verdict(Verdict::reject, "no")).kind, Kind::unchanged);
  const auto other = answered(id, verdict(Verdict::approve));
  EXPECT_EQ(other.kind, Kind::refused);
  EXPECT_EQ(other.why, "checkpoint_answered");
  EXPECT_EQ(other.state, "reject");
  EXPECT_EQ(answered(id, verdict(Verdict::reject, "never")).why, "checkpoint_answered");
  EXPECT_EQ(told(id, "steered").size(), 1u);
}

TEST_F(Checkpoint, EarlyAnswersOfATaskAreBounded) {
  const TaskId id = asking();
  int kept = 0;
  for (int i = 0; i < 20; ++i) kept += answered(id, verdict(Verdict::approve, "", "q" + std::to_string(i))).kind == Kind::done;
  EXPECT_EQ(kept, 16);
  EXPECT_EQ(answered(id, verdict(Verdict::approve, "", "more")).why, "too_many_early_answers");
}

TEST_F(Checkpoint, NobodyCanAnswerWhatNobodyWillAsk) {
  const TaskId id = asking();
  EXPECT_EQ(answered(id, {.step = 0, .name = "review", .verdict = Verdict::approve, .text = {}}).why, "checkpoint_not_found");
  EXPECT_EQ(must(answer(*db, OrgId{Uuid::v4()}, id, verdict(Verdict::approve), "eve")).kind, Kind::not_found);
  finished_with(question(claimed(id)));
  must(cancel(*db, kDefaultOrg, id, "ann"));
  EXPECT_EQ(answered(id, verdict(Verdict::approve)).why, "task_final");
  EXPECT_TRUE(shown(id).checkpoints.empty());
}

TEST_F(Checkpoint, AQuestionThatWasAnsweredCannotBeAskedForEver) {
  const TaskId id = asking();
  finished_with(question(claimed(id)));
  answered(id, verdict(Verdict::approve));
  finished_with(question(claimed(id), "another"));
  EXPECT_EQ(step_state({id, 100}), "waiting") << "it may ask something else";
  answered(id, verdict(Verdict::approve, "", "another"));
  finished_with(question(claimed(id)));
  EXPECT_EQ(step_state({id, 100}), "failed");
  EXPECT_EQ(shown(id).error.value().code, "checkpoint_repeated");
  EXPECT_EQ(shown(id).error.value().category, Category::code_logic);
}

TEST_F(Checkpoint, ItsTimeIsLimited) {
  const TaskId id = asking(), patient = asking();
  finished_with(question(claimed(id), "review", std::chrono::milliseconds(0)));
  finished_with(question(claimed(patient)));
  const auto swept = must(expire_checkpoints(*db));
  EXPECT_EQ(step_state({id, 100}), "failed");
  EXPECT_EQ(step_state({patient, 100}), "waiting");
  EXPECT_EQ(task_state(id), "failed");
  EXPECT_EQ(shown(id).error.value().code, "checkpoint_expired");
  EXPECT_EQ(shown(id).steps.at(1).history.back().outcome, "timed_out");
  EXPECT_FALSE(swept.events.empty());
  EXPECT_EQ(must(expire_checkpoints(*db)).count, 0u);
  EXPECT_EQ(answered(id, verdict(Verdict::approve)).why, "task_final");
  expect_seq_without_holes(id);
}

TEST_F(Checkpoint, APausedTaskIsAnsweredAndGoesOnWhenItIsResumed) {
  const TaskId id = asking();
  finished_with(question(claimed(id)));
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_EQ(resumed(id), Kind::done);
  EXPECT_EQ(step_state({id, 100}), "waiting") << "the end of a pause is no answer";
  EXPECT_EQ(paused(id), Kind::done);
  EXPECT_TRUE(answered(id, verdict(Verdict::approve)).ready.empty());
  EXPECT_EQ(step_state({id, 100}), "waiting") << "an answer is no end of a pause";
  EXPECT_EQ(resumed(id), Kind::done);
  EXPECT_EQ(step_state({id, 100}), "ready");
}

TEST_F(Checkpoint, AQuestionWhoseAnswerWasLostIsRepeatedAndToldTheSame) {
  const TaskId id = asking();
  const auto asks = question(claimed(id));
  const auto first = finished_with(asks), again = finished_with(asks);
  EXPECT_EQ(again.accepted, first.accepted);
  ASSERT_EQ(again.events.size(), first.events.size());
  for (std::size_t i = 0; i < first.events.size(); ++i) EXPECT_EQ(again.events[i].seq, first.events[i].seq);
  auto stale = asks;
  stale.lease_epoch -= 1;
  EXPECT_TRUE(finished_with(stale).accepted.empty());
  EXPECT_EQ(told(id, "checkpoint_reached").size(), 1u);
}

TEST_F(Checkpoint, QuestionsAndResultsShareABatch) {
  const TaskId one = asking(), other = asking();
  const auto asks = question(claimed(one));
  const auto done = must(finish(*db, coder_, {asks, finished(claimed(other))}));
  EXPECT_EQ(done.accepted.size(), 2u);
  EXPECT_EQ(step_state({one, 100}), "waiting");
  EXPECT_EQ(step_state({other, 101}), "ready");
}

TEST_F(Checkpoint, AnswerAgainstQuestionLeavesTheStepReadyWithTheAnswer) {
  auto pool = database.open(2);
  for (int round = 0; round < 30; ++round) {
    const TaskId id = asking();
    const auto asks = question(claimed(id));
    std::size_t ready = 0;
    Steered given;
    together([&] { ready = must(finish(*pool, coder_, {asks})).ready.size(); },
             [&] { given = must(answer(*pool, kDefaultOrg, id, verdict(Verdict::approve), "ann")); });
    EXPECT_EQ(ready + given.ready.size(), 1u) << "announced once, by whoever came second";
    EXPECT_EQ(step_state({id, 100}), "ready");
    EXPECT_NE(context(id).find("approve"), std::string::npos);
    expect_seq_without_holes(id);
  }
}

TEST_F(Checkpoint, OfTwoAnswersAtOnceOneCounts) {
  auto pool = database.open(2);
  for (int round = 0; round < 30; ++round) {
    const TaskId id = asking();
    finished_with(question(claimed(id)));
    Steered yes, no;
    together([&] { yes = must(answer(*pool, kDefaultOrg, id, verdict(Verdict::approve), "ann")); },
             [&] { no = must(answer(*pool, kDefaultOrg, id, verdict(Verdict::reject), "ben")); });
    EXPECT_NE(yes.kind == Kind::done, no.kind == Kind::done);
    const std::string winner = yes.kind == Kind::done ? "approve" : "reject";
    EXPECT_NE(context(id).find(winner), std::string::npos);
    EXPECT_EQ((yes.kind == Kind::done ? no : yes).state, winner);
  }
}

TEST_F(Checkpoint, ExpiryAgainstAnswerEndsInOneOfTheTwo) {
  auto pool = database.open(2);
  for (int round = 0; round < 30; ++round) {
    const TaskId id = asking();
    finished_with(question(claimed(id), "review", std::chrono::milliseconds(0)));
    Steered given;
    together([&] { must(expire_checkpoints(*pool)); },
             [&] { given = must(answer(*pool, kDefaultOrg, id, verdict(Verdict::approve), "ann")); });
    must(expire_checkpoints(*db));
    EXPECT_EQ(step_state({id, 100}), given.kind == Kind::done ? "ready" : "failed");
  }
}

}  // namespace
}  // namespace argosy::store
