#include "tests/bench/soak/watch.h"

#include <algorithm>
#include <string>

#include "tests/bench/world/proc.h"

namespace argosy::bench {
namespace {

// Of each series: what is noise in a process of its kind.
constexpr double kMegabytes = 8, kMegabytesOfTheJvm = 64, kDescriptors = 8, kDeadPercent = 2, kWalBytes = 100, kOpenTasks = 100;
// A backend keeps the files of every relation that it met open, and meets those of all event partitions at once when a plan is made anew.
constexpr double kFilesOfABackend = 32;

}  // namespace

Watch::Watch(World& world) : world_(world), wal_(world.usage().wal_bytes), steps_(world.finished_steps()) {}

void Watch::add(std::string name, std::string unit, double slack, double value) {
  auto found = std::ranges::find(series_, name, &Series::name);
  if (found == series_.end()) {
    series_.push_back({.name = std::move(name), .unit = std::move(unit), .slack = slack});
    found = std::prev(series_.end());
  }
  found->values.push_back(value);
}

void Watch::look() {
  std::map<std::string, double> memory_mb, descriptors;
  const auto count = [&](const std::string& part, pid_t pid) {
    memory_mb[part] += memory(pid).anonymous_mb;
    descriptors[part] += open_descriptors(pid);
  };
  for (const auto& [name, process] : world_.processes()) count(name == "ingest" || name == "scheduler" ? name : "workers", process.pid());
  count("broker", world_.broker_pid());
  const auto backends = children(world_.postgres_pid());
  for (const auto backend : backends) count("postgres", backend);
  for (const auto& [part, mb] : memory_mb) add("memory of " + part, "MB", part == "broker" ? kMegabytesOfTheJvm : kMegabytes, mb);
  for (const auto& [part, open] : descriptors) {
    if (part != "postgres") add("descriptors of " + part, "", kDescriptors, open);
  }
  add("descriptors of a Postgres process", "", kFilesOfABackend, descriptors["postgres"] / static_cast<double>(backends.size()));

  const auto number = [this](const char* query) { return std::stod(world_.sql().value(query)); };
  add("dead rows", "% of all", kDeadPercent,
      number("SELECT 100.0 * sum(n_dead_tup) / greatest(sum(n_dead_tup + n_live_tup), 1) FROM pg_stat_user_tables"));
  add("tasks that are not over", "", kOpenTasks, number("SELECT count(*) FROM task WHERE settled_at IS NULL"));
  const double wal = number("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"), steps = world_.finished_steps();
  if (steps > steps_) add("WAL", "bytes a step", kWalBytes, (wal - wal_) / (steps - steps_));
  wal_ = wal;
  steps_ = steps;
}

}  // namespace argosy::bench
