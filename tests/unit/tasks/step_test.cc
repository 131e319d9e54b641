// Promises of queues, the DAG check and the retry policy.
#include "common/tasks/step.h"

#include <gtest/gtest.h>

#include "common/tasks/retry_policy.h"

namespace argosy::tasks {
namespace {

using std::chrono::milliseconds;

NewStep step(std::int16_t ordinal, std::vector<std::int16_t> depends_on = {}, std::vector<std::int16_t> inputs = {}) {
  return {.ordinal = ordinal,
          .queue = Queue::codegen,
          .kind = "change",
          .title = "t",
          .payload = "{}",
          .depends_on = std::move(depends_on),
          .inputs = std::move(inputs)};
}

std::string verdict(const std::vector<NewStep>& added, const std::vector<std::int16_t>& existing = {0}) {
  const auto checked = check_dag(added, existing);
  return checked ? "fine" : checked.error().code;
}

TEST(Queue, HasANameATopicAndANumber) {
  for (const Queue queue : kQueues) EXPECT_EQ(queue_from_string(to_string(queue)), queue);
  for (const Lane lane : kLanes) EXPECT_EQ(lane_from_string(to_string(lane)), lane);
  EXPECT_EQ(topic(Queue::codegen, Lane::background), "argosy.steps.codegen.background");
  EXPECT_FALSE(queue_from_string("review"));
  EXPECT_FALSE(lane_from_string(""));
}

TEST(Dag, TakesADiamondBesideExistingSteps) {
  EXPECT_EQ(verdict({step(100, {0}), step(101, {0}), step(102, {100, 101}, {100, 101}), step(103, {102}, {100, 0})}), "fine");
}

TEST(Dag, RefusesCircles) {
  EXPECT_EQ(verdict({step(100, {100})}), "dag_cycle");
  EXPECT_EQ(verdict({step(100, {102}), step(101, {100}), step(102, {101}), step(103)}), "dag_cycle");
}

TEST(Dag, RefusesUnknownPredecessorsAndInputs) {
  EXPECT_EQ(verdict({step(100, {7})}), "dag_unknown_dependency");
  EXPECT_EQ(verdict({step(100, {}, {7})}), "dag_unknown_dependency");
  NewStep at_end = step(100, {0});
  at_end.on_task_end = true;
  EXPECT_EQ(verdict({at_end}), "dag_unknown_dependency");
}

TEST(Dag, RefusesOrdinalsThatAreTaken) {
  EXPECT_EQ(verdict({step(100), step(100)}), "dag_duplicate_ordinal");
  EXPECT_EQ(verdict({step(0)}), "dag_duplicate_ordinal");
  EXPECT_EQ(verdict({step(-1)}), "dag_duplicate_ordinal");
  EXPECT_EQ(verdict({step(100, {0, 0})}), "dag_duplicate_ordinal");
}

TEST(Dag, HoldsSoManyStepsAndNoMore) {
  std::vector<NewStep> chain;
  for (std::size_t i = 1; i < kMaxStepsPerTask; ++i)
    chain.push_back(step(static_cast<std::int16_t>(i), {static_cast<std::int16_t>(i - 1)}));
  EXPECT_EQ(verdict(chain), "fine");
  chain.push_back(step(2000));
  EXPECT_EQ(verdict(chain), "dag_too_large");
}

std::string detour(const std::vector<NewStep>& steps) {
  const auto checked = check_detour(steps);
  return checked ? "fine" : checked.error().code;
}

TEST(Detour, NamesItsStepsInOrderAndLeadsOnlyForward) {
  EXPECT_EQ(detour({step(-1, {100}, {100}), step(-2, {-1, 100}, {100, -1})}), "fine");
  EXPECT_EQ(detour({step(-2)}), "dag_duplicate_ordinal");
  EXPECT_EQ(detour({step(-1), step(105)}), "dag_duplicate_ordinal");
  EXPECT_EQ(detour({step(-1, {100, 100})}), "dag_duplicate_ordinal");
  EXPECT_EQ(detour({step(-1, {-1})}), "dag_cycle");
  EXPECT_EQ(detour({step(-1, {}, {-2}), step(-2)}), "dag_cycle");
  NewStep at_end = step(-1);
  at_end.on_task_end = true;
  EXPECT_EQ(detour({at_end}), "dag_unknown_dependency");
  EXPECT_EQ(detour(std::vector<NewStep>(kMaxStepsPerTask + 1, step(-1))), "dag_too_large");
}

const Error kTransient{Category::transient, "down", "it is down", ""};

TEST(Retry, OnlyTransientFailuresComeBack) {
  EXPECT_TRUE(retry_delay({}, kTransient, 1, 0.5));
  for (const Category category : {Category::needs_user, Category::code_logic, Category::security}) {
    EXPECT_FALSE(retry_delay({}, {category, "x", "x", ""}, 1, 0.5)) << letter(category);
  }
}

TEST(Retry, TheFirstWaitsAreShortAndDoubleWithFullJitter) {
  EXPECT_EQ(retry_delay({}, kTransient, 1, 0.0), milliseconds(0));
  EXPECT_EQ(retry_delay({}, kTransient, 1, 0.5), milliseconds(250));
  EXPECT_EQ(retry_delay({}, kTransient, 2, 0.5), milliseconds(500));
  EXPECT_EQ(retry_delay({}, kTransient, 3, 0.5), milliseconds(1000));
}

TEST(Retry, AfterTheFastOnesTheStepIsParkedAndNeverComesBackAtOnce) {
  EXPECT_EQ(retry_delay({}, kTransient, 4, 0.0), milliseconds(15'000));
  EXPECT_EQ(retry_delay({}, kTransient, 5, 0.0), milliseconds(30'000));
  EXPECT_EQ(retry_delay({}, kTransient, 11, 0.999), milliseconds(899'550));  // the bound is 15 minutes
}

TEST(Retry, EndsAtTheLastAttempt) {
  EXPECT_TRUE(retry_delay({}, kTransient, 11, 0.5));
  EXPECT_FALSE(retry_delay({}, kTransient, 12, 0.5));
  EXPECT_FALSE(retry_delay({.max_attempts = 1}, kTransient, 1, 0.5));
}

TEST(Retry, HonoursRetryAfterUpToTheBound) {
  Error error = kTransient;
  error.retry_after = milliseconds(60'000);
  EXPECT_EQ(retry_delay({}, error, 1, 0.5), milliseconds(60'000));
  error.retry_after = milliseconds(1);
  EXPECT_EQ(retry_delay({}, error, 1, 0.5), milliseconds(250));
  error.retry_after = std::chrono::hours(24 * 365);
  EXPECT_EQ(retry_delay({}, error, 1, 0.5), milliseconds(15 * 60'000));
}

TEST(Retry, NoNumberOfAttemptsOverflows) {
  for (int attempts = 1; attempts < 200; ++attempts) {
    const auto wait = retry_delay({.fast_retries = 100, .max_attempts = 1000}, kTransient, attempts, 0.999);
    ASSERT_TRUE(wait);
    EXPECT_GE(wait->count(), 0);
    EXPECT_LE(*wait, RetryPolicy{}.max_wait);
  }
}

}  // namespace
}  // namespace argosy::tasks
