#include "tests/bench/world/world.h"

#include <poll.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/core/ports.h"
#include "common/core/text.h"
#include "common/http/client.h"
#include "common/store/migrations.h"
#include "common/store/queries.h"
#include "common/tasks/queue.h"
#include "tests/bench/load/task_shapes.h"
#include "tests/bench/world/proc.h"

namespace argosy::bench {
namespace {

constexpr int kPartitions = 2;  // twice the replicas of a queue: each fetch looks at all of them
constexpr int kQuietLookMs = 500;
constexpr double kQuietCpu = 0.06;  // of a core; what loops, timers and the JVM take when there is nothing to do stays below
constexpr int kQuietLooks = 30;     // then it is taken as it is
constexpr int kLoadLookMs = 20;
constexpr int kReportMs = 5'500;  // every process brings this metric up to date so often, the scheduler last
constexpr std::size_t kShownOfALog = 2000;

std::string part_of(const std::string& process) { return process == "ingest" || process == "scheduler" ? process : "workers"; }

double messages_of(const test::Process& process) { return process.metric("argosy_kafka_messages", R"(result="sent")").value_or(0); }

}  // namespace

World::World(const WorldOptions& options)
    : options_(options),
      folder_("argosy-bench-world"),
      postgres_(options.profile),
      broker_(options.broker),
      api_port_(free_port().value()) {
  store::Database db({.url = postgres_.fleet_url(), .connections = 1});
  if (const auto applied = store::migrate_up(db); !applied) throw std::runtime_error(to_string(applied.error()));
  const auto known =
      store::put_repository(db, {.org = kDefaultOrg, .id = std::string(kRepository), .url = "https://git.example/bench/engine.git"});
  if (!known) throw std::runtime_error(to_string(known.error()));
  sql_ = std::make_unique<testing::SqlSession>(postgres_.observer_url());
  test::ProcessOptions scheduler;
  scheduler.program = "argosy-scheduler";
  start("scheduler", scheduler, free_port().value());
  test::ProcessOptions ingest;
  ingest.program = "argosy-ingest";
  start("ingest", ingest, api_port_);
}

World::~World() = default;

test::Environment World::environment() const {
  return {{"ARGOSY_POSTGRES_URL", postgres_.fleet_url()},
          {"ARGOSY_KAFKA_BROKERS", broker_.address()},
          {"ARGOSY_KAFKA_EMBEDDED", broker_.kind() == BrokerKind::embedded ? "true" : "false"},
          {"ARGOSY_API_PORT", fmt::to_string(api_port_)},
          {"ARGOSY_KAFKA_PARTITIONS", fmt::to_string(kPartitions)},
          {"ARGOSY_WORK_DIR", folder_.path().string()},
          {"ARGOSY_SLOTS", fmt::to_string(options_.slots)}};
}

void World::start(const std::string& name, test::ProcessOptions options, std::uint16_t health_port) {
  options.environment.merge(environment());
  options.environment["ARGOSY_ADMIN_PORT"] = fmt::to_string(name == "ingest" ? 0 : health_port);
  options.health_port = health_port;
  options.log = folder_.path() / (name + ".log");
  processes_.emplace(name, test::Process(std::move(options))).first->second.wait_ready();
}

void World::start_worker(const std::string& name, std::string_view queue, const test::Environment& more) {
  test::ProcessOptions options;
  options.program = "bench_worker";
  options.arguments = {std::string(queue)};
  options.environment = more;
  start(name, std::move(options), free_port().value());
}

void World::start_workers() {
  for (const auto queue : tasks::kQueues) start_worker(std::string(tasks::to_string(queue)), tasks::to_string(queue));
}

void World::stop_workers() {
  for (const auto queue : tasks::kQueues) stop(std::string(tasks::to_string(queue)));
}

// What it used stays counted.
void World::retire(const std::string& name) {
  auto& process = processes_.at(name);
  ended_cpu_s_[part_of(name)] += cpu_seconds(process.pid());
  ended_messages_ += messages_of(process);
}

void World::stop(const std::string& name) {
  retire(name);
  processes_.at(name).terminate();
  processes_.erase(name);
}

void World::kill9(const std::string& name) {
  retire(name);
  processes_.at(name).kill9();
  processes_.erase(name);
}

std::unique_ptr<test::Process> World::start_load(const std::string& program, const std::vector<std::string>& arguments) {
  test::ProcessOptions options;
  options.program = program;
  options.arguments = arguments;
  options.environment = environment();
  options.log = folder_.path() / fmt::format("{}-{}.log", program, ++loads_);
  return std::make_unique<test::Process>(std::move(options));
}

json::Value World::finish_load(test::Process& load, std::chrono::milliseconds patience) {
  const auto end = system_clock().boot_time() + patience;
  while (load.running() && system_clock().boot_time() < end) {
    test::stop_if_asked();
    ::poll(nullptr, 0, kLoadLookMs);
  }
  const auto code = load.wait_exit(std::chrono::milliseconds(0));
  const auto log = load.log();
  const auto lines = text::lines(log);
  auto report = json::parse(lines.empty() ? "" : lines.back());
  if (code != 0 || !report) throw std::runtime_error("the load failed:\n" + log);
  const auto* cpu = report->find("cpu_s");
  ended_cpu_s_["submit"] += cpu != nullptr && cpu->is_number() ? cpu->as_double() : 0;
  ended_messages_ += static_cast<double>(report->int_or("messages", 0));
  return *report;
}

Usage World::usage() {
  Usage usage;
  usage.cpu_s = ended_cpu_s_;
  for (const auto& [name, process] : processes_) usage.cpu_s[part_of(name)] += cpu_seconds(process.pid());
  usage.cpu_s["postgres"] = cpu_seconds_of_all(postgres_.pid());
  usage.cpu_s["broker"] = cpu_seconds(broker_.pid());
  const auto number = [this](const char* query) { return std::stod(sql_->value(query)); };
  usage.wal_bytes = number("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn");
  usage.statements = number(
      "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE toplevel AND userid = (SELECT oid FROM pg_roles WHERE rolname = "
      "'argosy')");
  return usage;
}

double World::count_messages() {
  ::poll(nullptr, 0, kReportMs);
  counted_messages_ = ended_messages_;
  for (const auto& [name, process] : processes_) counted_messages_ += messages_of(process);
  return counted_messages_;
}

double World::finished_steps() const {
  double sum = 0;
  for (const auto& [name, process] : processes_) {
    if (part_of(name) == "workers") sum += process.metric("argosy_finished_steps_total").value_or(0);
  }
  return sum;
}

void World::look_at_memory() {
  std::map<std::string, double> now;
  for (const auto& [name, process] : processes_) now[part_of(name)] += memory(process.pid()).peak_mb;
  now["broker"] = memory(broker_.pid()).peak_mb;
  // Backends share most of what is resident in each: their own, and the shared memory once.
  double shared = 0;
  for (const auto backend : children(postgres_.pid())) {
    const auto used = memory(backend);
    now["postgres"] += used.anonymous_mb;
    shared = std::max(shared, used.shared_mb);
  }
  now["postgres"] += shared;
  for (const auto& [part, mb] : now) peak_mb_[part] = std::max(peak_mb_[part], mb);
}

void World::settle() {
  const auto all = [this] {
    double sum = cpu_seconds_of_all(postgres_.pid()) + cpu_seconds(broker_.pid());
    for (const auto& [name, process] : processes_) sum += cpu_seconds(process.pid());
    return sum;
  };
  for (int look = 0; look < kQuietLooks; ++look) {
    test::stop_if_asked();
    const double before = all();
    ::poll(nullptr, 0, kQuietLookMs);
    if (all() - before < kQuietCpu * kQuietLookMs / 1000) break;
  }
  for (const auto& table : sql_->query("SELECT relid::regclass::text FROM pg_stat_user_tables WHERE n_mod_since_analyze > 0"))
    sql_->query("VACUUM (ANALYZE) " + table[0]);
  sql_->query("CHECKPOINT");
}

std::string World::log_tails() const {
  std::string all;
  for (const auto& [name, process] : processes_) {
    const auto log = process.log();
    all += fmt::format("---- {}\n{}\n", name, log.size() > kShownOfALog ? log.substr(log.size() - kShownOfALog) : log);
  }
  return all;
}

}  // namespace argosy::bench
