// One bad row costs itself, not its batch.
#include <fmt/format.h>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

class Poison : public StoreTest {
 protected:
  // A hundred planned-to-be steps in the hands of one worker.
  std::vector<FinishedStep> hundred() {
    std::vector<NewTask> wanted;
    for (int i = 0; i < 100; ++i) wanted.push_back(task());
    std::vector<StepRef> refs;
    for (const auto& answer : must(submit(*db, wanted))) refs.push_back({answer.id, 0});
    planner = worker(Queue::planning);
    std::vector<FinishedStep> results;
    for (const auto& step : claim_all(planner, Queue::planning, refs)) results.push_back(finished(step));
    return results;
  }
  WorkerId planner;
};

TEST_F(Poison, OneRowAmongAHundredFailsAloneWithItsReason) {
  auto results = hundred();
  ASSERT_EQ(results.size(), 100u);
  results[37].events = {{"agent_thought", "\xff\xfe"}};            // not UTF-8: the server refuses it
  results[61].events = {{"agent_thought", std::string(1, '\0')}};  // libpq would cut it: we refuse it
  const auto done = must(finish(*db, planner, results));
  EXPECT_EQ(done.accepted.size(), 98u);
  ASSERT_EQ(done.poisoned.size(), 2u);
  for (const auto& [ref, error] : done.poisoned) {
    EXPECT_EQ(error.code, "result_rejected");
    EXPECT_EQ(step_state(ref), "failed");
    EXPECT_EQ(task_state(ref.task), "failed");
    expect_seq_without_holes(ref.task);
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM task WHERE state = 'succeeded'"), "98");
}

TEST_F(Poison, AStepThatAddsWhatCannotBeFailsWithTheReason) {
  auto results = hundred();
  results[0].added = {new_step(100, Queue::codegen, {55})};                                         // no such step
  results[1].added = {new_step(100, Queue::codegen, {101}), new_step(101, Queue::codegen, {100})};  // a circle
  results[2].added = {new_step(0, Queue::codegen)};                                                 // an ordinal that is taken
  const auto done = must(finish(*db, planner, results));
  EXPECT_EQ(done.accepted.size(), 97u);
  EXPECT_EQ(done.poisoned.size(), 3u);
  EXPECT_EQ(database.value("SELECT count(*) FROM step WHERE ordinal >= 100"), "0");
  EXPECT_EQ(database.value(fmt::format("SELECT message LIKE '%depends on step 55%' FROM task_error WHERE task_id = '{}'",
                                       results[0].ref.task.to_string())),
            "t");
}

TEST_F(Poison, ABatchThatIsTooLargeGoesInSeveralCalls) {
  auto results = hundred();
  for (auto& result : results) result.output = "\"" + std::string(40'000, 'x') + "\"";  // 4 MB in all, a call takes 1 MiB
  EXPECT_EQ(must(finish(*db, planner, results)).accepted.size(), 100u);
  EXPECT_EQ(database.value("SELECT count(DISTINCT at) >= 4 FROM event WHERE first_seq > 1"), "t");
}

TEST_F(Poison, MessagesThatDidNotParseAreKeptOnceEach) {
  must(record_poison(*db, "argosy.steps.git.normal", 3, 17, "not \xff JSON", std::string("\0\1\2", 3)));
  must(record_poison(*db, "argosy.steps.git.normal", 3, 17, "not \xff JSON", std::string("\0\1\2", 3)));
  EXPECT_EQ(database.value("SELECT count(*) FROM poison"), "1");
  EXPECT_EQ(database.value("SELECT encode(body, 'hex') FROM poison"), "000102");
}

}  // namespace
}  // namespace argosy::store
