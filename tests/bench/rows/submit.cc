// How fast ingest takes tasks: 32 connections, one task a request, each durable before its 202. The workers start when all were taken, so
// that the two cores belong to the edge; they then work everything off, for the audit.
#include <fmt/format.h>

#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kWarmUp = 5'000, kRequests = 30'000;
constexpr int kConnections = 32;

Numbers ask_and_work_off(World& world, std::size_t requests) {
  Measurement measurement(world, "submit", requests, requests * steps_of(Shape::chain));
  const auto before = world.usage();
  const auto clients =
      world.start_load("bench_clients", {fmt::to_string(world.api_port()), fmt::to_string(kConnections), fmt::to_string(requests)});
  const auto report = world.finish_load(*clients);
  world.settle();
  auto after = world.usage();

  world.start_workers();
  measurement.wait();
  const auto worked_off = measurement.result(report.int_or("began_ms", 0));
  world.stop_workers();

  Numbers numbers;
  for (const char* name : {"per_s", "p50_ms", "p99_ms", "p99_9_ms"}) numbers[name] = report.find(name)->as_double();
  const double thousands = static_cast<double>(requests) / 1000;
  double total = 0;
  for (const auto& [part, seconds] : after.cpu_s) {
    const auto earlier = before.cpu_s.find(part);
    const double used = seconds - (earlier == before.cpu_s.end() ? 0 : earlier->second);
    numbers["cpu_s_per_1000_" + part] = used / thousands;
    if (part != "submit") total += used;  // the clients are not ours to optimize
  }
  numbers["cpu_s_per_1000"] = total / thousands;
  numbers["wal_bytes_per_task"] = (after.wal_bytes - before.wal_bytes) / static_cast<double>(requests);
  numbers["statements_per_task"] = (after.statements - before.statements) / static_cast<double>(requests);
  for (const auto& [name, value] : worked_off) {
    if (name.starts_with("memory_mb")) numbers[name] = value;
  }
  return numbers;
}

void prepare(World& world, double scale) { ask_and_work_off(world, scaled(kWarmUp, scale)); }

Numbers run(World& world, double scale) { return ask_and_work_off(world, scaled(kRequests, scale)); }

}  // namespace

Row submit_row() {
  return {.name = "submit", .what = "32 connections, one task a request, each durable before its 202", .prepare = prepare, .run = run};
}

}  // namespace argosy::bench
