// A worker of the product inside the test: real Postgres, real Kafka, a handler that does what the test says.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/runtime/announcer.h"
#include "common/runtime/worker.h"
#include "common/store/moves.h"
#include "common/store/queries.h"
#include "tests/support/database.h"
#include "tests/support/eventually.h"

namespace argosy::runtime {

using Work = std::function<Result<StepResult>(const Step&, StepContext&)>;

class ToyHandler final : public Handler {
 public:
  explicit ToyHandler(Work work) : work_(std::move(work)) {}
  Result<StepResult> run(const Step& step, StepContext& context) override;
  std::optional<std::string> problem() override;

  int runs(const StepRef& step) const;  // how often it was begun
  int most_at_once() const { return most_; }
  void lacks(std::optional<std::string> problem);

 private:
  Work work_;
  mutable std::mutex mutex_;
  std::map<StepRef, int> runs_;
  std::optional<std::string> problem_;
  std::atomic<int> now_ = 0, most_ = 0;
};

// Blocks a handler until it is told to stop, or until `open` is set.
Result<StepResult> wait_for(const std::atomic<bool>& open, StepContext& context);
Result<StepResult> until_stopped(StepContext& context);

// One worker process's worth of threads, ended like by SIGTERM when this goes out of scope.
class RunningWorker {
 public:
  RunningWorker(config::Settings settings, WorkerOptions options, Handler& handler);
  ~RunningWorker() { stop(); }
  int stop();  // the exit code
  Process& process() { return *process_; }

 private:
  config::Settings settings_;
  WorkerOptions options_;
  std::unique_ptr<Process> process_;
  std::thread thread_;
  int code_ = -1;
};

class WorkerTest : public ::testing::Test {
 protected:
  static constexpr tasks::Queue kQueue = tasks::Queue::codegen;

  WorkerTest();
  void SetUp() override;

  // Settings with this test's database and broker; `more` as in the environment, without ARGOSY_.
  config::Settings settings(const std::map<std::string, std::string>& more = {}) const;
  // A group of this test's own: other programs may use the same topics.
  std::unique_ptr<RunningWorker> worker(ToyHandler& handler, const std::map<std::string, std::string>& more = {}, int slots = 4);
  // All duties of the scheduler: a hint that times out on a busy machine is announced again.
  void run_scheduler();
  void stop_scheduler() { scheduler_.reset(); }

  // A task whose first step is ready, and nobody was told.
  TaskId submit_silently(tasks::Lane lane = tasks::Lane::normal, tasks::Queue queue = kQueue, const std::string& payload = "{}") {
    return store_task(lane, queue, payload).id;
  }
  // A task whose first step is ready; announced.
  TaskId submit(tasks::Lane lane = tasks::Lane::normal, tasks::Queue queue = kQueue, const std::string& payload = "{}");
  std::vector<TaskId> submit_many(int count);
  // A dispatch to kQueue, whatever the step is.
  void hint(const StepRef& step);
  Announcer& announcer();

  std::string step_state(const StepRef& step);
  std::string step_column(const StepRef& step, const std::string& column);
  std::string task_state(const TaskId& task);
  bool settled(const StepRef& step, const std::string& state);  // waits for it

  testing::TestDatabase database_;
  std::unique_ptr<store::Database> db_;
  std::string brokers_;
  std::string group_ = "test-" + Uuid::v4().to_string();

 private:
  store::Submitted store_task(tasks::Lane lane, tasks::Queue queue, const std::string& payload);

  std::optional<config::Settings> own_settings_;
  std::unique_ptr<Process> own_process_;
  std::unique_ptr<Announcer> announcer_;

  struct Scheduler;
  struct StopScheduler {
    void operator()(Scheduler* scheduler) const;
  };
  std::unique_ptr<Scheduler, StopScheduler> scheduler_;
};

}  // namespace argosy::runtime
