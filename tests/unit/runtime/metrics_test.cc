// What processes tell of themselves and of the tasks that end through them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include "common/runtime/loop/metrics.h"
#include "common/runtime/metrics/process_figures.h"
#include "common/runtime/metrics/task_ends.h"

namespace argosy::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(TaskEnds, CountsEachEndOnceWithTheTimeSinceTheTaskWasMade) {
  telemetry::Metrics metrics;
  TaskEnds ends(metrics);
  const TaskId task{Uuid::v7(1'000'000)};
  const auto event = [&](std::string type, std::string data) {
    return tasks::Event{.task = task, .seq = 1, .at = 1'004'000, .type = std::move(type), .data = std::move(data)};
  };
  ends.count({event("task_state", R"({"status":"running"})"), event("step_state", R"({"state":"failed"})"),
              event("task_state", R"({"status":"succeeded"})")});
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr("argosy_task_ends_total{state=\"succeeded\"} 1"));
  EXPECT_THAT(text, HasSubstr("argosy_task_ends_total{state=\"failed\"} 0"));
  EXPECT_THAT(text, HasSubstr("argosy_task_seconds_sum{state=\"succeeded\"} 4"));
}

TEST(ProcessFigures, TellMemoryFilesAndTheDiskOfAFolderThatIsNotThereYet) {
  telemetry::Metrics metrics;
  ProcessFigures figures(metrics, "/tmp/argosy-not-there-" + std::to_string(getpid()) + "/deep");
  figures.measure();
  const auto text = metrics.render();
  EXPECT_THAT(text, Not(HasSubstr("argosy_disk_size_bytes 0\n")));
  EXPECT_THAT(text, Not(HasSubstr("process_resident_memory_bytes 0\n")));
  EXPECT_THAT(text, Not(HasSubstr("process_open_fds 0\n")));
}

TEST(ProcessFigures, TellWhichCheckFails) {
  telemetry::Metrics metrics;
  ProcessFigures figures(metrics, "/tmp");
  figures.checked(R"({"ready":false,"checks":{"postgres":"cannot connect","kafka":"ok"}})");
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr("argosy_check_ok{check=\"postgres\"} 0"));
  EXPECT_THAT(text, HasSubstr("argosy_check_ok{check=\"kafka\"} 1"));
  EXPECT_THAT(text, HasSubstr("argosy_ready 0"));
}

TEST(ProcessFigures, AreNotReadyWhileAChecksAnswerDoesNotCome) {
  telemetry::Metrics metrics;
  ProcessFigures figures(metrics, "/tmp");
  figures.checked(R"({"ready":true,"checks":{"kafka":"ok"}})");
  EXPECT_THAT(metrics.render(), HasSubstr("argosy_ready 1"));
  figures.checks_hang();
  EXPECT_THAT(metrics.render(), HasSubstr("argosy_ready 0"));
}

TEST(WorkerMetrics, MeasuresTheDelayOfAStartOnTheDatabasesClockAlone) {
  telemetry::Metrics metrics;
  WorkerMetrics worker(metrics, tasks::Queue::git);
  store::ClaimedStep step;
  step.announced_at_us = 5'000'000;
  step.lease_epoch = 5'750'000;
  worker.started(step);
  EXPECT_THAT(metrics.render(), HasSubstr("argosy_step_start_delay_seconds_sum{lane=\"normal\",queue=\"git\"} 0.75"));
}

TEST(WorkerMetrics, CountsFailuresFromZeroByCategory) {
  telemetry::Metrics metrics;
  WorkerMetrics worker(metrics, tasks::Queue::git);
  EXPECT_THAT(metrics.render(), HasSubstr("argosy_failed_steps_total{category=\"A\",queue=\"git\"} 0"));
  worker.step_failed(Category::transient);
  EXPECT_THAT(metrics.render(), HasSubstr("argosy_failed_steps_total{category=\"A\",queue=\"git\"} 1"));
}

}  // namespace
}  // namespace argosy::runtime
