// Which ends of steps an operator is told of: those that nobody will try again and no user can mend.
#include <gmock/gmock.h>

#include <mutex>

#include "common/store/moves.h"
#include "common/telemetry/reports/reports.h"
#include "tests/integration/runtime/worker_fixture.h"
#include "tests/support/eventually.h"

namespace argosy::runtime {
namespace {

using ::testing::ElementsAre;
using testing::eventually;
using ::testing::IsEmpty;

struct KeptReports final : telemetry::ReportSink {
  void take(telemetry::ErrorReport report) override {
    const std::lock_guard lock(mutex);
    all.push_back(std::move(report));
  }
  // "where code", of one task.
  std::vector<std::string> of(const TaskId& task) const {
    const std::lock_guard lock(mutex);
    std::vector<std::string> found;
    for (const auto& one : all)
      if (const auto tag = one.tags.find("task_id"); tag != one.tags.end() && tag->second == task.to_string())
        found.push_back(one.where + " " + one.error.code);
    return found;
  }
  mutable std::mutex mutex;
  std::vector<telemetry::ErrorReport> all;
};

class ReportedEnds : public WorkerTest {
 protected:
  ReportedEnds() { telemetry::report_to(kept_); }
  ~ReportedEnds() override { telemetry::report_to(nullptr); }

  // The reports of a task whose step ends so, at its last attempt.
  std::vector<std::string> of(const Work& end) {
    ToyHandler handler(end);
    const auto worker = this->worker(handler, {{"MAX_ATTEMPTS", "1"}, {"FAST_RETRIES", "0"}});
    const auto task = submit();
    EXPECT_TRUE(settled({task, 0}, "failed"));
    EXPECT_EQ(worker->stop(), 0);  // what is told of it was told by then
    return kept_->of(task);
  }

  const std::shared_ptr<KeptReports> kept_ = std::make_shared<KeptReports>();
};

TEST_F(ReportedEnds, RetriesThatAreUsedUpAndSecurityMattersAre) {
  EXPECT_THAT(of([](const auto&, auto&) -> Result<StepResult> { return fail_transient("push_failed", "away"); }),
              ElementsAre("step toy push_failed"));
  EXPECT_THAT(of([](const auto&, auto&) -> Result<StepResult> { return fail_security("secret_in_diff", "a key"); }),
              ElementsAre("step toy secret_in_diff"));
}

TEST_F(ReportedEnds, WhatAUserOrAChangeDidWrongIsTheirs) {
  EXPECT_THAT(of([](const auto&, auto&) -> Result<StepResult> { return fail_user("payload_invalid", "no"); }), IsEmpty());
  EXPECT_THAT(of([](const auto&, auto&) -> Result<StepResult> { return fail_code("tests_failed", "red"); }), IsEmpty());
}

TEST_F(ReportedEnds, AHandlerThatThrowsIsWhateverARetryMakesOfIt) {
  EXPECT_THAT(of([](const auto&, auto&) -> Result<StepResult> { throw std::runtime_error("a bug"); }),
              ElementsAre("handler toy handler_exception", "step toy handler_exception"));
}

TEST_F(ReportedEnds, AStepThatEndedItsProcessesAgainAndAgainIsToldOfByTheScheduler) {
  const WorkerId dying{Uuid::v4()};
  ASSERT_TRUE(store::renew(*db_, {.worker = dying, .queue = kQueue, .slots = 1, .lease = std::chrono::seconds(1)}));
  const auto task = submit_silently();
  const auto claimed = store::claim(*db_, dying, kQueue, {{.ref = {task, 0}, .claim_id = Uuid::v4()}}, true);
  ASSERT_TRUE(claimed && claimed->size() == 1);
  database_.query("UPDATE step SET crashes = 100");
  EXPECT_TRUE(eventually([&] { return kept_->of(task) == std::vector<std::string>{"rescue worker_crashed"}; }));
  EXPECT_EQ(step_state({task, 0}), "failed");
}

}  // namespace
}  // namespace argosy::runtime
