// What becomes of a handler's answer and of its log.
#include <gtest/gtest.h>

#include <future>

#include "common/core/redact.h"
#include "common/runtime/step/log/log_pump.h"
#include "common/runtime/step/outcome.h"

namespace argosy::runtime {
namespace {

using Outcome = store::FinishedStep::Outcome;

Attempt attempt(std::int16_t number = 1, bool drained = false) {
  return {.ref = {}, .lease_epoch = 7, .attempt = number, .drained = drained, .events = {{"agent_thought", "{}"}}};
}

Error error(Category category) { return {.category = category, .code = "boom", .message = "it broke", .hint = "mend it"}; }

store::FinishedStep failing(Category category, std::int16_t number = 1) {
  return finished_step(attempt(number), std::unexpected(error(category)), tasks::RetryPolicy{}, 0.5);
}

TEST(Outcome, ASuccessCarriesOutputAddedStepsAndEvents) {
  StepResult result;
  result.output = R"({"x":1})";
  result.added.resize(2);
  const auto finished = finished_step(attempt(), std::move(result), {}, 0.5);
  EXPECT_EQ(finished.outcome, Outcome::succeeded);
  EXPECT_EQ(finished.output, R"({"x":1})");
  EXPECT_EQ(finished.added.size(), 2u);
  EXPECT_EQ(finished.events.size(), 1u);
  EXPECT_EQ(finished.lease_epoch, 7);
  EXPECT_FALSE(finished.error);
}

TEST(Outcome, AnAddedStepHasTheFleetsTimeLimitUnlessItNamesItsOwn) {
  StepResult result;
  result.added.resize(2);
  result.added[1].time_limit = std::chrono::minutes{5};
  auto done = attempt();
  done.time_limit = std::chrono::minutes{20};
  const auto finished = finished_step(std::move(done), std::move(result), {}, 0.5);
  EXPECT_EQ(finished.added[0].time_limit, std::chrono::minutes{20});
  EXPECT_EQ(finished.added[1].time_limit, std::chrono::minutes{5});
}

TEST(Outcome, AQuestionIsAskedInsteadOfFinishingAndShowsNoSecret) {
  redact_register_secret("hunter2hunter2");
  StepResult result;
  result.question = tasks::Question{
      .name = "which", .type = "correction", .description = "is it hunter2hunter2?", .because = error(Category::needs_user)};
  auto asking = attempt();
  asking.answer_within = std::chrono::hours{1};
  const auto finished = finished_step(std::move(asking), std::move(result), {}, 0.5);
  EXPECT_EQ(finished.outcome, Outcome::asked);
  EXPECT_EQ(finished.answer_within, std::chrono::hours{1});
  EXPECT_EQ(finished.question->description.find("hunter2"), std::string::npos);
  EXPECT_EQ(finished.question->because->code, "boom");
  EXPECT_EQ(finished.events.size(), 1u);
}

TEST(Outcome, AStepThatIsHeldBackCostsNothingAndSaysItsEventsLater) {
  const auto finished = finished_step(attempt(), StepResult{.held = true}, {}, 0.5);
  EXPECT_EQ(finished.outcome, Outcome::handed_back);
  EXPECT_TRUE(finished.events.empty());
  EXPECT_FALSE(finished.error);
}

TEST(Outcome, AQuestionThatNobodyCouldAnswerIsAMistakeOfItsHandler) {
  StepResult result;
  result.question = tasks::Question{.name = "Which one?", .type = "correction", .description = "?"};
  const auto finished = finished_step(attempt(), std::move(result), {}, 0.5);
  EXPECT_EQ(finished.outcome, Outcome::failed);
  EXPECT_EQ(finished.error->code, "checkpoint_unnamed");
}

TEST(Outcome, OnlyATransientErrorIsRetried) {
  EXPECT_EQ(failing(Category::transient).outcome, Outcome::retry);
  EXPECT_EQ(failing(Category::needs_user).outcome, Outcome::failed);
  EXPECT_EQ(failing(Category::code_logic).outcome, Outcome::failed);
  EXPECT_EQ(failing(Category::security).outcome, Outcome::failed);
}

TEST(Outcome, ARedrivenStepHasANewBudgetAndItsOldNumbers) {
  const tasks::RetryPolicy policy;
  Attempt redriven = attempt(static_cast<std::int16_t>(policy.max_attempts + 1));
  redriven.forgiven = static_cast<std::int16_t>(policy.max_attempts);
  const auto finished = finished_step(std::move(redriven), std::unexpected(error(Category::transient)), policy, 1.0);
  EXPECT_EQ(finished.outcome, Outcome::retry);
  EXPECT_EQ(finished.retry_in, policy.fast_base);  // as after a first attempt
}

TEST(Outcome, ATransientErrorFailsForGoodAfterTheLastAttempt) {
  const tasks::RetryPolicy policy;
  EXPECT_EQ(failing(Category::transient, static_cast<std::int16_t>(policy.max_attempts - 1)).outcome, Outcome::retry);
  EXPECT_EQ(failing(Category::transient, static_cast<std::int16_t>(policy.max_attempts)).outcome, Outcome::failed);
}

TEST(Outcome, AFailureIsToldAsAnEventThatSaysWhetherItIsTriedAgain) {
  const auto retried = failing(Category::transient), failed = failing(Category::needs_user);
  ASSERT_EQ(retried.events.size(), 2u);
  EXPECT_EQ(retried.events[1].type, "error");
  EXPECT_NE(retried.events[1].data.find(R"("recoverable":true)"), std::string::npos) << retried.events[1].data;
  EXPECT_NE(failed.events[1].data.find(R"("recoverable":false)"), std::string::npos) << failed.events[1].data;
}

TEST(Outcome, ADrainedAttemptIsHandedBackUnlessItSucceeded) {
  const auto back = finished_step(attempt(1, true), std::unexpected(error(Category::needs_user)), {}, 0.5);
  EXPECT_EQ(back.outcome, Outcome::handed_back);
  EXPECT_FALSE(back.error);
  EXPECT_TRUE(back.events.empty()) << "the next attempt tells them again";
  EXPECT_EQ(finished_step(attempt(1, true), StepResult{}, {}, 0.5).outcome, Outcome::succeeded);
}

TEST(Outcome, NoSecretLeavesInAnError) {
  auto leaky = error(Category::needs_user);
  leaky.message = "cannot fetch https://bob:hunter2hunter2@example.org/x.git";
  const auto finished = finished_step(attempt(), std::unexpected(leaky), {}, 0.5);
  EXPECT_EQ(finished.error->message.find("hunter2"), std::string::npos);
  EXPECT_EQ(finished.events.back().data.find("hunter2"), std::string::npos);
}

// Collects what a log sends; checks that offsets tell the bytes before.
struct Collected {
  std::string text;
  int chunks = 0;
  StepLog::Sink sink() {
    return [this](std::int64_t offset, std::string chunk) {
      EXPECT_EQ(offset, static_cast<std::int64_t>(text.size()));
      EXPECT_LE(chunk.size(), StepLog::kChunkBytes);
      text += chunk;
      ++chunks;
    };
  }
};

TEST(StepLog, WhatIsSentIsWhatIsKept) {
  Collected sent;
  StepLog log(1 << 20, sent.sink());
  for (int i = 0; i < 5'000; ++i) log.append("line " + std::to_string(i) + "\n");
  log.append("no newline at the end");
  const auto kept = log.close();
  EXPECT_EQ(sent.text, kept);
  EXPECT_TRUE(kept.ends_with("line 4999\nno newline at the end"));
  EXPECT_GT(sent.chunks, 3);
}

TEST(StepLog, ASecretInTwoPiecesIsRedactedInBoth) {
  redact_register_secret("correct-horse-battery");
  Collected sent;
  StepLog log(1 << 20, sent.sink());
  log.append("token correct-horse");
  log.flush();
  EXPECT_EQ(sent.text, "") << "an incomplete line is held back";
  log.append("-battery\n");
  log.flush();
  EXPECT_EQ(sent.text.find("horse"), std::string::npos) << sent.text;
  EXPECT_NE(sent.text.find("[redacted]"), std::string::npos);
}

TEST(StepLog, IsBoundedAndSaysSo) {
  Collected sent;
  StepLog log(10'000, sent.sink());
  for (int i = 0; i < 1'000; ++i) log.append(std::string(99, 'x') + "\n");
  EXPECT_FALSE(log.append("more\n"));
  const auto kept = log.close();
  EXPECT_LT(kept.size(), 10'200u);
  EXPECT_NE(kept.find("ARGOSY_MAX_LOG_BYTES"), std::string::npos);
  EXPECT_EQ(sent.text, kept);
}

TEST(StepLog, ALineWithoutAnEndIsCutInsteadOfKeptForEver) {
  Collected sent;
  StepLog log(1 << 20, sent.sink());
  log.append(std::string(StepLog::kLongestLine + 1, 'x'));
  log.flush();
  EXPECT_EQ(sent.text.size(), StepLog::kLongestLine + 1);
}

TEST(StepLog, BytesThatAreNoTextBecomeText) {
  Collected sent;
  StepLog log(1 << 20, sent.sink());
  log.append(std::string_view("a\xff\0b\n", 5));
  const auto kept = log.close();
  EXPECT_TRUE(kept.find('\0') == std::string::npos && kept.find('\xff') == std::string::npos);
  EXPECT_EQ(kept.front(), 'a');
}

TEST(StepLog, NoChunkEndsInsideACharacter) {
  std::vector<std::string> chunks;
  StepLog log(1 << 20, [&](std::int64_t, std::string chunk) { chunks.push_back(std::move(chunk)); });
  std::string text = "x";
  while (text.size() < StepLog::kChunkBytes * 2) text += "π";
  log.append(text + "\n");
  log.close();
  ASSERT_GE(chunks.size(), 2u);
  for (const auto& chunk : chunks) EXPECT_NE(static_cast<unsigned char>(chunk.front()) & 0xc0, 0x80) << "begins inside a character";
}

TEST(LogPump, SendsWhatAStepLoggedThoughItLogsNoMore) {
  std::promise<std::string> sent;
  StepLog log(1 << 20, [&](std::int64_t, std::string chunk) { sent.set_value(std::move(chunk)); });
  LogPump pump;
  ASSERT_TRUE(log.append("one line\n"));
  pump.wake(log);
  EXPECT_EQ(sent.get_future().get(), "one line\n");
}

TEST(LogPump, LeavesALogAloneOnceItIsForgotten) {
  LogPump pump;
  int chunks = 0;
  {
    StepLog log(1 << 20, [&](std::int64_t, std::string) { ++chunks; });
    log.append("one line\n");
    pump.wake(log);
    pump.forget(log);
    log.close();
  }
  EXPECT_EQ(chunks, 1);
}

}  // namespace
}  // namespace argosy::runtime
