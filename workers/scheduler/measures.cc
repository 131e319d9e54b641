#include "workers/scheduler/measures.h"

#include <string>
#include <utility>

#include "common/store/metrics/figures.h"
#include "common/store/quarantine.h"
#include "common/store/queries.h"

namespace argosy::scheduler {
namespace {

constexpr double kMillisecondsPerSecond = 1'000;

void measure_depth(const store::QueueDepth& depth, telemetry::Metrics& metrics) {
  const std::string queue(tasks::to_string(depth.queue));
  const auto steps = [&](std::string_view state, std::int64_t count) {
    metrics.gauge("argosy_steps", "Steps by queue and state.", {{"queue", queue}, {"state", std::string(state)}})
        .set(static_cast<double>(count));
  };
  steps("ready", depth.ready);
  steps("running", depth.running);
  steps("waiting", depth.waiting);
  metrics.gauge("argosy_dead_letters", "Steps that have failed for good.", {{"queue", queue}}).set(static_cast<double>(depth.dead));
  metrics.gauge("argosy_workers", "Workers alive.", {{"queue", queue}}).set(static_cast<double>(depth.workers));
  metrics.gauge("argosy_worker_slots", "Slots of the workers alive.", {{"queue", queue}}).set(static_cast<double>(depth.slots));
}

void measure_lane(const store::LaneDepth& depth, telemetry::Metrics& metrics) {
  const telemetry::Labels labels{{"queue", std::string(tasks::to_string(depth.queue))},
                                 {"lane", std::string(tasks::to_string(depth.lane))}};
  metrics.gauge("argosy_lane_ready_steps", "Ready steps that workers were told of.", labels).set(static_cast<double>(depth.ready));
  metrics.gauge("argosy_lane_held_steps", "Ready steps above a window or limit, of which nobody was told.", labels)
      .set(static_cast<double>(depth.held));
  metrics.gauge("argosy_lane_unheard_steps", "Ready steps that were announced again three times and more.", labels)
      .set(static_cast<double>(depth.unheard));
  metrics.gauge("argosy_lane_oldest_ready_seconds", "Time since the last announcement of the oldest ready step; 0: none is ready.", labels)
      .set(static_cast<double>(depth.oldest_ms) / kMillisecondsPerSecond);
}

}  // namespace

Result<void> measure_queues(store::Database& db, telemetry::Metrics& metrics) {
  ARGOSY_TRY(const auto depths, store::queue_depths(db));
  for (const auto& depth : depths) measure_depth(depth, metrics);
  ARGOSY_TRY(const auto lanes, store::lane_depths(db));
  for (const auto& lane : lanes) measure_lane(lane, metrics);
  ARGOSY_TRY(const auto quarantined, store::count_quarantined(db));
  metrics.gauge("argosy_quarantined_tasks", "Tasks whose artifacts a security matter keeps back.").set(static_cast<double>(quarantined));
  return {};
}

Result<void> measure_server(store::Database& db, telemetry::Metrics& metrics) {
  ARGOSY_TRY(const auto figures, store::server_figures(db));
  const auto say = [&](const char* name, const char* help, std::int64_t value) {
    metrics.gauge(name, help).set(static_cast<double>(value));
  };
  say("argosy_postgres_connections", "Connections to our database.", figures.connections);
  say("argosy_postgres_max_connections", "Connections that the server allows.", figures.max_connections);
  say("argosy_postgres_commits", "Transactions that were committed, since the server's statistics began.", figures.commits);
  say("argosy_postgres_rollbacks", "Transactions that were rolled back, since the server's statistics began.", figures.rollbacks);
  say("argosy_postgres_deadlocks", "Deadlocks, since the server's statistics began.", figures.deadlocks);
  say("argosy_postgres_blocks_hit", "Blocks that were found in memory, since the server's statistics began.", figures.blocks_hit);
  say("argosy_postgres_blocks_read", "Blocks that were read from disk, since the server's statistics began.", figures.blocks_read);
  say("argosy_postgres_temp_bytes", "Bytes of temporary files, since the server's statistics began.", figures.temp_bytes);
  say("argosy_postgres_size_bytes", "Size of our database.", figures.size_bytes);
  say("argosy_postgres_waiting_for_locks", "Sessions that wait for a lock.", figures.waiting_for_locks);
  say("argosy_postgres_dead_rows", "Dead rows of the tables task and step.", figures.dead_rows);
  say("argosy_postgres_live_rows", "Live rows of the tables task and step.", figures.live_rows);
  metrics.gauge("argosy_postgres_longest_transaction_seconds", "Age of the oldest open transaction.")
      .set(static_cast<double>(figures.longest_transaction_ms) / kMillisecondsPerSecond);
  return {};
}

Result<void> measure_use(store::Database& db, telemetry::Metrics& metrics, std::set<OrgId>& told) {
  ARGOSY_TRY(const auto orgs, store::org_use(db));
  const auto say = [&](const OrgId& org, std::int64_t tasks, std::int64_t users) {
    const telemetry::Labels labels{{"organisation", org.to_string()}};
    metrics.gauge("argosy_organisation_tasks_7d", "Tasks of the last seven days, of the organisations with most.", labels)
        .set(static_cast<double>(tasks));
    metrics.gauge("argosy_organisation_users_7d", "Users with a task in the last seven days, of the organisations with most tasks.", labels)
        .set(static_cast<double>(users));
  };
  const auto before = std::exchange(told, {});
  for (const auto& org : orgs) {
    say(org.org, org.tasks, org.users);
    told.insert(org.org);
  }
  for (const auto& org : before)
    if (!told.contains(org)) say(org, 0, 0);
  return {};
}

}  // namespace argosy::scheduler
