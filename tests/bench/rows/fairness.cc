// One organisation has 50,000 tasks in the queues when nine others come with 100 each, and the fleet begins. Compared is the mean time
// from when all its workers are there to a task's end.
#include <fmt/format.h>

#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kBig = 50'000, kSmall = 100;
constexpr int kSmallTenants = 9;

std::string add_organisation(World& world) {
  const auto org = Uuid::v4().to_string();
  world.sql().query(
      fmt::format("INSERT INTO organisation (org_id, name) VALUES ('{0}', 'bench'); "
                  "INSERT INTO repository (org_id, repository_id, url) VALUES ('{0}', '{1}', 'https://git.example/bench.git')",
                  org, kRepository));
  return org;
}

Numbers run(World& world, double scale) {
  const auto big_tasks = scaled(kBig, scale), small_tasks = scaled(kSmall, scale);
  const auto tasks = big_tasks + kSmallTenants * small_tasks;
  const auto big = add_organisation(world);
  std::vector<std::string> small;
  for (int i = 0; i < kSmallTenants; ++i) small.push_back(add_organisation(world));

  Measurement measurement(world, "fairness", tasks, tasks * steps_of(Shape::chain));
  const auto began = feed(world, {fmt::format("tasks={}", big_tasks), "org=" + big});
  std::vector<std::unique_ptr<test::Process>> feeds;
  for (const auto& org : small) feeds.push_back(world.start_load("bench_feed", {fmt::format("tasks={}", small_tasks), "org=" + org}));
  for (const auto& load : feeds) world.finish_load(*load);
  world.start_workers();
  const auto all_work = system_clock().unix_ms();
  measurement.wait();
  auto numbers = measurement.result(began);
  world.stop_workers();
  numbers["big_mean_ms"] = measurement.latencies(fmt::format("org_id = '{}'", big), all_work).at("mean_ms");
  const auto small_ones = measurement.latencies(fmt::format("org_id <> '{}'", big), all_work);
  numbers["small_mean_ms"] = small_ones.at("mean_ms");
  numbers["small_p99_ms"] = small_ones.at("p99_ms");
  numbers["small_wait_ratio"] = numbers["small_mean_ms"] / numbers["big_mean_ms"];
  return numbers;
}

void prepare(World& world, double scale) {
  warm_up(world, scale);
  world.stop_workers();
}

}  // namespace

Row fairness_row() {
  return {.name = "fairness", .what = "one tenant with 50,000 tasks, nine with 100 each", .prepare = prepare, .run = run};
}

}  // namespace argosy::bench
