// 200 tasks, after 20 uncounted ones, one after the other on a fleet that has nothing else to do: from the request over HTTP until the
// task's row is terminal. The observer asks the database, so that the fleet pays for no client that follows: twice a millisecond, but not
// before nine tenths of the time are over that the quickest task took, because on two cores each look takes time from those that it
// watches.
#include <poll.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/json.h"
#include "tests/bench/load/http_talk.h"
#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr std::size_t kTasks = 200;
// Before them, uncounted: what the vacuum before a run learned has made every backend's plans stale, and the first calls make them anew.
constexpr std::size_t kFirst = 20;
constexpr std::chrono::microseconds kLookEvery{500};
constexpr std::chrono::seconds kLost{30};

std::string submit(Talk& talk, std::uint64_t n) {
  const auto answer = talk.ask(submit_request(n));
  if (answer.status != 202) throw std::runtime_error(fmt::format("not accepted: {} {}", answer.status, answer.body));
  return json::parse(answer.body).value_or(json::Value()).string_or("task_id", "");
}

void let_pass(std::chrono::nanoseconds time) {
  if (time <= std::chrono::nanoseconds(0)) return;
  const timespec wait{time.count() / std::nano::den, time.count() % std::nano::den};
  ::ppoll(nullptr, 0, &wait, nullptr);
}

double percentile(std::vector<double> values, double p) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
}

Numbers run(World& world, double scale) {
  const auto tasks = scaled(kTasks, scale);
  auto& sql = world.sql();
  sql.query("DEALLOCATE ALL; PREPARE is_over(uuid) AS SELECT finished_at IS NOT NULL FROM task WHERE task_id = $1");
  Measurement measurement(world, "idle", kFirst + tasks, (kFirst + tasks) * steps_of(Shape::chain));
  Talk talk(world.api_port());
  const auto began = system_clock().unix_ms();
  std::vector<double> milliseconds;
  auto quickest = std::chrono::nanoseconds(0);
  for (std::size_t i = 0; i < kFirst + tasks; ++i) {
    const auto asked = system_clock().boot_time();
    const auto is_over = fmt::format("EXECUTE is_over('{}')", submit(talk, i));
    let_pass(asked + quickest * 9 / 10 - system_clock().boot_time());
    while (sql.value(is_over) != "t") {
      if (system_clock().boot_time() - asked > kLost) throw std::runtime_error("a task does not end");
      let_pass(kLookEvery);
    }
    const auto took = system_clock().boot_time() - asked;
    quickest = i == 0 ? took : std::min(quickest, took);
    if (i >= kFirst) milliseconds.push_back(std::chrono::duration<double, std::milli>(took).count());
  }
  measurement.wait();
  auto numbers = measurement.result(began);
  numbers["p50_ms"] = percentile(milliseconds, 0.5);
  numbers["p99_ms"] = percentile(milliseconds, 0.99);
  numbers["p99_9_ms"] = percentile(milliseconds, 0.999);
  return numbers;
}

}  // namespace

Row idle_row() {
  return {.name = "idle",
          .what = "200 tasks one after the other, from the request to the terminal state",
          .both_brokers = true,
          .prepare = warm_up,
          .run = run};
}

}  // namespace argosy::bench
