// What the tests of the store share: a fresh database, one default repository, and short ways to make and move tasks.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/core/clock.h"
#include "common/core/crypto.h"
#include "common/store/moves.h"
#include "common/store/queries.h"
#include "common/store/scheduling.h"
#include "tests/support/database.h"
#include "tests/support/eventually.h"

namespace argosy::store {

// The value, or the test ends here.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

using Outcome = FinishedStep::Outcome;

tasks::NewStep plan_step();
tasks::NewStep new_step(std::int16_t ordinal, tasks::Queue queue, std::vector<std::int16_t> depends_on = {},
                        std::vector<std::int16_t> inputs = {});
tasks::NewStep notify_step(std::int16_t ordinal);

class StoreTest : public ::testing::Test {
 protected:
  StoreTest();
  explicit StoreTest(testing::TestDatabase& own);  // for those that fill it

  NewTask task(std::string key = {}, std::string body = "body") const;
  TaskId submit_one(NewTask task);
  TaskId submit_one() { return submit_one(task()); }

  // A process with a lease of an hour.
  WorkerId worker(tasks::Queue queue, std::chrono::milliseconds lease = std::chrono::hours{1});
  void renew_as(const WorkerId& worker, tasks::Queue queue, std::vector<StepRef> held,
                std::chrono::milliseconds lease = std::chrono::hours{1});
  std::vector<ClaimedStep> claim_all(const WorkerId& worker, tasks::Queue queue, const std::vector<StepRef>& refs);
  ClaimedStep claim_one(const WorkerId& worker, tasks::Queue queue, const StepRef& ref);

  // Submits, plans and adds `steps`.
  TaskId planned(const std::vector<tasks::NewStep>& steps, NewTask task);
  TaskId planned(const std::vector<tasks::NewStep>& steps) { return planned(steps, task()); }

  std::string step_state(const StepRef& ref);
  std::string task_state(const TaskId& task);
  std::string step_column(const StepRef& ref, const std::string& column);
  // Every seq from 1 to last_seq exactly once.
  void expect_seq_without_holes(const TaskId& task);

  testing::TestDatabase& database;  // the program's one, emptied before each test: making one for each would take most of the time
  std::unique_ptr<Database> db;
};

FinishedStep finished(const ClaimedStep& step, Outcome outcome = Outcome::succeeded, std::vector<tasks::NewStep> added = {});
FinishedStep failed(const ClaimedStep& step, std::string code = "red_tests");

}  // namespace argosy::store
