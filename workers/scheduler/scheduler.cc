#include "workers/scheduler/scheduler.h"

#include <cstdlib>
#include <deque>
#include <memory>
#include <set>
#include <thread>

#include "common/core/json.h"
#include "common/core/text/cap.h"
#include "common/runtime/connect.h"
#include "common/store/code_index.h"
#include "common/store/limits.h"
#include "common/store/models/answer_cache.h"
#include "common/store/scheduling.h"
#include "common/store/spending.h"
#include "common/tasks/step_state.h"
#include "common/telemetry/log.h"
#include "common/telemetry/reports/reports.h"
#include "workers/scheduler/measures.h"

namespace argosy::scheduler {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kBatch = 256;        // rows a pass moves at most
constexpr std::size_t kRetireBatch = 128;  // tasks that a pass of retention looks at
constexpr int kCrashesAlone = 3;           // a step that crashed its process so often as its only suspect is a dead letter
constexpr int kMaxCrashes = tasks::kCrashesOfASuspect - 1 + kCrashesAlone;
constexpr int kConnections = 3;  // the duties share them
constexpr milliseconds kTopicsTimeout{5'000};
constexpr milliseconds kRecount{250};  // a lane in which nothing is held back is counted so often
constexpr OrgId kEveryOrg{};           // nil: who has no limit of its own

// What a pass made true is told like any other commit.
Result<std::size_t> tell(runtime::Announcer& announcer, const Result<store::Swept>& swept) {
  if (!swept) return std::unexpected(swept.error());
  announcer.tell(swept->ready, swept->events);
  announcer.tell_again(swept->again);
  return swept->count;
}

telemetry::Counter& failed_by_platform(telemetry::Metrics& metrics, const std::string& queue) {
  return metrics.counter("argosy_failed_steps_total", "Steps that failed for good, by the category of their error.",
                         {{"queue", queue}, {"category", std::string(1, letter(Category::transient))}});
}

// Steps whose owners died too often, or that took too long: the platform's failures, which no worker can tell.
void count_failed(const store::Swept& swept, telemetry::Metrics& metrics) {
  for (const auto& event : swept.events) {
    const auto data = json::parse(event.data);
    if (event.type != "step_state" || !data || data->string_or("state", "") != "failed") continue;
    failed_by_platform(metrics, data->string_or("queue", "")).add();
  }
}

// Of a step that ended its processes again and again nobody is left to report.
void report_ends(const store::Swept& swept) {
  for (const auto& event : swept.events) {
    if (event.type != "error") continue;
    const auto said = json::parse(event.data).value_or(json::Value());
    telemetry::report({.error = {.code = said.string_or("code", "worker_crashed"), .message = said.string_or("message", ""), .hint = {}},
                       .where = "rescue",
                       .tags = {{"task_id", event.task.to_string()}},
                       .traceparent = event.traceparent});
  }
}

Result<std::size_t> rescue(const Tools& tools) {
  const auto swept = store::rescue(tools.db, kMaxCrashes, kBatch);
  if (swept) count_failed(*swept, tools.metrics);
  if (swept && swept->count > 0) telemetry::log_warning("rescued steps of dead owners", {{"steps", std::to_string(swept->count)}});
  if (swept) report_ends(*swept);
  return tell(tools.announcer, swept);
}

Result<std::size_t> promote(const Tools& tools) {
  const auto swept = store::promote_due(tools.db, kBatch);
  if (swept) count_failed(*swept, tools.metrics);
  return tell(tools.announcer, swept);
}

Result<std::size_t> measure(const Tools& tools) {
  tools.announcer.report();
  const auto queues = measure_queues(tools.db, tools.metrics);
  // Also when that took too long: then somebody wants to know how the server is.
  ARGOSY_TRY_VOID(measure_server(tools.db, tools.metrics));
  ARGOSY_TRY_VOID(queues);
  return 0;
}

// The configured limit holds for organisations that have none of their own. Said again now and then: another replica may have said
// otherwise.
Result<std::size_t> keep_default_limit(const Tools& tools) {
  const auto limit = tools.settings.org_max_running;
  ARGOSY_TRY_VOID(store::set_org_limit(tools.db, kEveryOrg, std::nullopt, limit == 0 ? std::nullopt : std::optional(limit)));
  return 0;
}

// Likewise what a task may cost.
Result<std::size_t> keep_default_budget(const Tools& tools) {
  const Cap nothing{0};  // what the configuration's check lets through can be read
  const auto money = parse_usd_cap(tools.settings.task_max_usd).value_or(nothing);
  const auto tokens = parse_token_cap(tools.settings.task_max_tokens).value_or(nothing);
  ARGOSY_TRY_VOID(store::set_budget(
      tools.db,
      {.scope = store::BudgetScope::task, .period = store::BudgetPeriod::total, .max_money = money.most, .max_tokens = tokens.most}));
  return 0;
}

// What is over and old goes; when nothing of it is left, the week's events.
Result<std::size_t> retire(const Tools& tools) {
  const store::Retention keep{tools.settings.retention_days, tools.settings.artifact_retention_days};
  ARGOSY_TRY(const auto looked_at, store::retire(tools.db, keep, kRetireBatch));
  if (looked_at >= kRetireBatch) return looked_at;
  ARGOSY_TRY(const bool dropped, store::drop_event_partition(tools.db, keep));
  if (dropped) telemetry::log_info("dropped a week of events whose tasks are gone", {});
  return dropped ? kRetireBatch : looked_at;
}

// Bytes in the bucket that no artifact names any more.
Result<std::size_t> empty_bucket(const Tools& tools) {
  if (!tools.bucket) return 0;
  ARGOSY_TRY(const bool more, runtime::remove_unnamed(tools.db, *tools.bucket, tools.settings.s3_prefix, tools.stopping));
  return more ? kBatch : 0;
}

Result<std::size_t> ensure_topics(const Tools& tools) {
  ARGOSY_TRY_VOID(broker::ensure_topics(runtime::kafka_options(tools.settings, "argosy-scheduler-topics"), runtime::topics(tools.settings),
                                        kTopicsTimeout));
  return 0;
}

}  // namespace

std::vector<Duty> duties(const Tools& t) {
  const auto org_window = t.settings.org_window;
  for (const auto queue : tasks::kQueues) failed_by_platform(t.metrics, std::string(tasks::to_string(queue)));  // there before the first
  return {
      {"release", milliseconds(100), kBatch,
       [t, org_window] { return tell(t.announcer, store::release(t.db, org_window, kBatch, kRecount)); }, milliseconds(50)},
      {"promote_due", milliseconds(100), kBatch, [t] { return promote(t); }},
      {"expire_checkpoints", milliseconds(1'000), kBatch, [t] { return tell(t.announcer, store::expire_checkpoints(t.db, kBatch)); }},
      {"reannounce", milliseconds(1'000), kBatch, [t] { return tell(t.announcer, store::reannounce(t.db, kBatch)); }},
      {"rescue", milliseconds(1'000), kBatch, [t] { return rescue(t); }},
      {"expire", milliseconds(60'000), kBatch, [t] { return store::expire(t.db, kBatch); }},
      {"expire_states", milliseconds(60'000), kRetireBatch, [t] { return store::expire_states(t.db, kRetireBatch); }},
      {"retire", milliseconds(60'000), kRetireBatch, [t] { return retire(t); }},
      {"empty_bucket", milliseconds(60'000), kBatch, [t] { return empty_bucket(t); }},
      {"expire_spending", milliseconds(5'000), kBatch, [t] { return store::expire_spending(t.db, kBatch); }},
      {"expire_answers", milliseconds(60'000), kBatch, [t] { return store::expire_answers(t.db, kBatch); }},
      {"expire_code_indexes", milliseconds(60'000), kBatch,
       [t] { return store::expire_code_indexes(t.db, t.settings.index_retention_days, t.settings.org_index_bytes, kBatch); }},
      {"default_budget", milliseconds(30'000), 0, [t] { return keep_default_budget(t); }},
      {"default_limit", milliseconds(30'000), 0, [t] { return keep_default_limit(t); }},
      {"ensure_topics", milliseconds(5'000), 0, [t] { return ensure_topics(t); }},
      {"measure", milliseconds(5'000), 0, [t] { return measure(t); }},
      {"measure_use", milliseconds(30'000), 0,
       [t, told = std::make_shared<std::set<OrgId>>()]() -> Result<std::size_t> {
         ARGOSY_TRY_VOID(measure_use(t.db, t.metrics, *told));
         return 0;
       }},
  };
}

int run_scheduler(const config::Settings& settings, runtime::Process& process) {
  if (const auto serving = process.serve_admin(); !serving) {
    telemetry::log_error("cannot serve health and metrics", {{"error", to_string(serving.error())}});
    return EXIT_FAILURE;
  }
  const auto db = std::make_shared<store::Database>(runtime::database_options(settings, "argosy-scheduler", kConnections));
  const auto watch = process.pools().watch("postgres", *db);
  process.health().add("postgres", [db] { return db->problem(); });
  const auto announcer = runtime::Announcer::create(settings, process);
  if (!announcer) {
    telemetry::log_error("cannot produce", {{"error", to_string(announcer.error())}});
    return EXIT_FAILURE;
  }
  if (!runtime::await_database(process, *db)) return EXIT_SUCCESS;

  // A thread each: none waits for another's statement, and one that fails tries again at its own pace.
  const Tools tools{settings, *db, **announcer, process.metrics(), runtime::bucket_of(settings), [&process] { return process.stopping(); }};
  std::deque<DutyLoop> loops;
  std::vector<std::thread> threads;
  for (auto& duty : duties(tools)) loops.emplace_back(std::move(duty), process.metrics());
  for (auto& loop : loops) threads.emplace_back([&] { loop.run(process); });
  telemetry::log_info("working", {{"duties", std::to_string(loops.size())}});
  process.wait_for_stop();
  for (auto& thread : threads) thread.join();
  return EXIT_SUCCESS;
}

}  // namespace argosy::scheduler
