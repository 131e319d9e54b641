#include "tests/bench/world/measurement.h"

#include <poll.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/world/audit.h"

namespace argosy::bench {
namespace {

constexpr int kLookMs = 200;
constexpr std::chrono::seconds kSayEvery{2};
constexpr std::chrono::seconds kStalledAfter{90};  // longer than anything that is meant to wait: leases, backoffs

std::chrono::nanoseconds now() { return system_clock().boot_time(); }

}  // namespace

Measurement::Measurement(World& world, std::string title, std::size_t tasks, std::size_t steps)
    : world_(world),
      title_(std::move(title)),
      tasks_(tasks),
      steps_(steps),
      since_(world.sql().value("SELECT clock_timestamp()::text")),
      finished_before_(world.finished_steps()),
      messages_before_(world.counted_messages()),
      before_(world.usage()),
      began_(now()),
      said_at_(began_) {}

void Measurement::expect(std::size_t tasks, std::size_t steps) {
  tasks_ = tasks;
  steps_ = steps;
}

void Measurement::say(double finished) {
  if (now() - said_at_ < kSayEvery) return;
  said_at_ = now();
  fmt::print(stderr, "  {}: {:.0f} of {} steps finished after {:.0f} s\n", title_, finished, steps_,
             std::chrono::duration<double>(now() - began_).count());
  world_.look_at_memory();
}

double Measurement::finished() {
  const double finished = world_.finished_steps() - finished_before_;
  if (std::exchange(last_finished_, finished) != finished) moved_at_ = now();
  say(finished);
  test::stop_if_asked();
  if (now() - moved_at_ > kStalledAfter) {
    throw std::runtime_error(
        fmt::format("{}: nothing moves any more, {} of {} steps finished\n{}", title_, finished, steps_, world_.log_tails()));
  }
  return finished;
}

void Measurement::wait_steps(std::size_t steps) {
  while (finished() < static_cast<double>(steps)) ::poll(nullptr, 0, kLookMs);
}

void Measurement::wait() {
  wait_steps(steps_);
  // The counters are cheap to ask; they are believed when the rows agree.
  while (world_.sql().value("SELECT count(*) FROM task WHERE settled_at IS NULL") != "0") {
    finished();
    ::poll(nullptr, 0, kLookMs);
  }
  world_.look_at_memory();
}

// Between the first and the last tenth, so that neither the beginning nor the end of a run is in it. From the rows: a fleet that keeps up
// with its feed is nearly done when the feed ends.
double Measurement::steady_steps_per_s() {
  const double seconds = std::stod(world_.sql().value(fmt::format(
      "SELECT extract(epoch FROM x[2] - x[1]) FROM (SELECT percentile_disc(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY succeeded_at) "
      "AS x FROM step JOIN task USING (task_id) WHERE created_at >= '{}' AND succeeded_at IS NOT NULL) p",
      since_)));
  return seconds > 0 ? 0.8 * static_cast<double>(steps_) / seconds : 0;
}

Numbers Measurement::latencies(const std::string& condition, UnixMillis earliest) {
  const auto row = world_.sql().query(
      fmt::format("SELECT x[1], x[2], x[3], mean FROM (SELECT percentile_disc(ARRAY[0.5, 0.99, 0.999]) WITHIN GROUP (ORDER BY ms) AS x, "
                  "avg(ms) AS mean "
                  "FROM (SELECT extract(epoch FROM finished_at - greatest(created_at, to_timestamp({} / 1000.0))) * 1000 AS ms "
                  "FROM task WHERE created_at >= '{}' AND {}) t) p",
                  earliest, since_, condition));
  return {{"p50_ms", std::stod(row[0][0])},
          {"p99_ms", std::stod(row[0][1])},
          {"p99_9_ms", std::stod(row[0][2])},
          {"mean_ms", std::stod(row[0][3])}};
}

Numbers Measurement::result(UnixMillis began) {
  world_.settle();
  auto after = world_.usage();
  const double messages = world_.count_messages() - messages_before_;
  const double steps = static_cast<double>(steps_), thousands = static_cast<double>(tasks_) / 1000;

  const auto broken = audit(world_.sql(), {.since = since_, .tasks = tasks_, .steps = steps_});
  if (!broken.empty()) {
    std::string all = title_ + ": the audit failed";
    for (const auto& line : broken) all += "\n  " + line;
    throw std::runtime_error(all);
  }

  Numbers numbers = latencies();
  const double ended = std::stod(world_.sql().value(
      fmt::format("SELECT extract(epoch FROM max(greatest(finished_at, settled_at))) FROM task WHERE created_at >= '{}'", since_)));
  numbers["seconds"] = ended - static_cast<double>(began) / 1000;
  numbers["tasks"] = static_cast<double>(tasks_);
  numbers["steps"] = steps;
  numbers["tasks_per_s"] = static_cast<double>(tasks_) / numbers["seconds"];
  numbers["steps_per_s"] = steps / numbers["seconds"];
  numbers["steady_steps_per_s"] = steady_steps_per_s();
  double total = 0;
  for (const auto& [part, seconds] : after.cpu_s) {
    const double used = seconds - before_.cpu_s[part];
    numbers["cpu_s_per_1000_" + part] = used / thousands;
    total += used;
  }
  numbers["cpu_s_per_1000"] = total / thousands;
  numbers["wal_bytes_per_step"] = (after.wal_bytes - before_.wal_bytes) / steps;
  numbers["statements_per_step"] = (after.statements - before_.statements) / steps;
  numbers["messages_per_step"] = messages / steps;
  double memory = 0;
  for (const auto& [part, mb] : world_.peak_memory_mb()) {
    numbers["memory_mb_" + part] = mb;
    memory += mb;
  }
  numbers["memory_mb"] = memory;
  return numbers;
}

}  // namespace argosy::bench
