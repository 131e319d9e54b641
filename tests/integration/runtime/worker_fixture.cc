#include "tests/integration/runtime/worker_fixture.h"

#include <cstdlib>

#include "common/broker/admin.h"
#include "common/runtime/connect.h"
#include "workers/scheduler/scheduler.h"

namespace argosy::runtime {

using argosy::testing::eventually;

Result<StepResult> ToyHandler::run(const Step& step, StepContext& context) {
  {
    const std::lock_guard lock(mutex_);
    ++runs_[step.ref];
  }
  const int now = ++now_;
  for (int most = most_; most < now && !most_.compare_exchange_weak(most, now);) {
  }
  auto result = work_(step, context);
  --now_;
  return result;
}

std::optional<std::string> ToyHandler::problem() {
  const std::lock_guard lock(mutex_);
  return problem_;
}

int ToyHandler::runs(const StepRef& step) const {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(step);
  return found == runs_.end() ? 0 : found->second;
}

void ToyHandler::lacks(std::optional<std::string> problem) {
  const std::lock_guard lock(mutex_);
  problem_ = std::move(problem);
}

Result<StepResult> wait_for(const std::atomic<bool>& open, StepContext& context) {
  if (!eventually([&] { return open || context.cancelled(); })) return fail_user("forgotten", "the test forgot this handler");
  if (!open) return fail_transient("stopped", "it was asked to stop");
  return StepResult{};
}

Result<StepResult> until_stopped(StepContext& context) {
  const std::atomic<bool> never = false;
  return wait_for(never, context);
}

RunningWorker::RunningWorker(config::Settings settings, WorkerOptions options, Handler& handler)
    : settings_(std::move(settings)), options_(std::move(options)), process_(std::make_unique<Process>(settings_, "codegen")) {
  thread_ = std::thread([this, &handler] { code_ = run_worker(settings_, *process_, options_, handler); });
}

int RunningWorker::stop() {
  process_->stop();
  if (thread_.joinable()) thread_.join();
  return code_;
}

struct WorkerTest::Scheduler {
  config::Settings settings;
  std::unique_ptr<Process> process;
  std::thread thread;
};

void WorkerTest::StopScheduler::operator()(Scheduler* scheduler) const {
  scheduler->process->stop();
  scheduler->thread.join();
  delete scheduler;
}

WorkerTest::WorkerTest() : db_(database_.open(2)) {
  const char* brokers = std::getenv("ARGOSY_TEST_KAFKA_BROKERS");
  if (brokers == nullptr) throw std::runtime_error("ARGOSY_TEST_KAFKA_BROKERS is not set: run this under tests/with-services");
  brokers_ = brokers;
}

void WorkerTest::SetUp() {
  const auto own = settings();
  ASSERT_TRUE(broker::ensure_topics(kafka_options(own, "test"), topics(own), std::chrono::seconds(30)));
  store::Repository repository{.org = kDefaultOrg, .id = "toys/one", .url = "file:///nowhere", .default_branch = "main"};
  ASSERT_TRUE(store::put_repository(*db_, repository));
  run_scheduler();
}

config::Settings WorkerTest::settings(const std::map<std::string, std::string>& more) const {
  std::map<std::string, std::string> environment{
      {"ARGOSY_POSTGRES_URL", database_.url()}, {"ARGOSY_KAFKA_BROKERS", brokers_}, {"ARGOSY_RENEW_MS", "200"},
      {"ARGOSY_RETRY_BASE_MS", "10"},           {"ARGOSY_LOG_LEVEL", "warning"},    {"ARGOSY_DRAIN_TIMEOUT_MS", "10000"}};
  if (const char* level = std::getenv("ARGOSY_TEST_LOG_LEVEL")) environment["ARGOSY_LOG_LEVEL"] = level;  // for whoever looks for a fault
  for (const auto& [name, value] : more) environment["ARGOSY_" + name] = value;
  auto loaded = config::load(environment);
  if (!loaded) throw std::runtime_error(loaded.error().front());
  return std::move(*loaded);
}

std::unique_ptr<RunningWorker> WorkerTest::worker(ToyHandler& handler, const std::map<std::string, std::string>& more, int slots) {
  return std::make_unique<RunningWorker>(
      settings(more), WorkerOptions{.queue = kQueue, .default_slots = slots, .kafka_properties = {{"group.id", group_}}}, handler);
}

void WorkerTest::run_scheduler() {
  scheduler_.reset(new Scheduler{.settings = settings(), .process = nullptr, .thread = {}});
  scheduler_->process = std::make_unique<Process>(scheduler_->settings, "scheduler");
  scheduler_->thread = std::thread([s = scheduler_.get()] { scheduler::run_scheduler(s->settings, *s->process); });
}

Announcer& WorkerTest::announcer() {
  if (!announcer_) {
    own_settings_ = settings();
    own_process_ = std::make_unique<Process>(*own_settings_, "test");
    announcer_ = std::move(*Announcer::create(*own_settings_, *own_process_));
  }
  return *announcer_;
}

void WorkerTest::hint(const StepRef& step) { announcer().tell({{.ref = step, .queue = kQueue, .traceparent = {}}}, {}); }

store::Submitted WorkerTest::store_task(tasks::Lane lane, tasks::Queue queue, const std::string& payload) {
  tasks::TaskContext context;
  context.org_id = kDefaultOrg.to_string();
  context.repository_id = "toys/one";

  store::NewTask task{.id = TaskId{Uuid::v7(system_clock().unix_ms())},
                      .org = kDefaultOrg,
                      .repository_id = "toys/one",
                      .kind = "toy",
                      .lane = lane,
                      .context = tasks::to_json_text(context),
                      .request = "{}",
                      .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                      .created_by = "test",
                      .steps = {{.ordinal = 0, .queue = queue, .kind = "toy", .title = "a toy", .payload = payload}}};
  auto submitted = store::submit(*db_, {task});
  if (!submitted) throw std::runtime_error(to_string(submitted.error()));
  return std::move(submitted->at(0));
}

TaskId WorkerTest::submit(tasks::Lane lane, tasks::Queue queue, const std::string& payload) {
  const auto submitted = store_task(lane, queue, payload);
  announcer().tell(submitted.ready, submitted.events);
  return submitted.id;
}

std::vector<TaskId> WorkerTest::submit_many(int count) {
  std::vector<TaskId> ids;
  for (int i = 0; i < count; ++i) ids.push_back(submit());
  return ids;
}

std::string WorkerTest::step_column(const StepRef& step, const std::string& column) {
  return database_.value("SELECT " + column + " FROM step WHERE task_id = '" + step.task.to_string() +
                         "' AND ordinal = " + std::to_string(step.ordinal));
}

std::string WorkerTest::step_state(const StepRef& step) { return step_column(step, "state"); }

std::string WorkerTest::task_state(const TaskId& task) {
  return database_.value("SELECT state FROM task WHERE task_id = '" + task.to_string() + "'");
}

bool WorkerTest::settled(const StepRef& step, const std::string& state) {
  return eventually([&] { return step_state(step) == state; });
}

}  // namespace argosy::runtime
