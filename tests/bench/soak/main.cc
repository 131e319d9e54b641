// bench_soak: a fleet under a steady load, looked at 240 times: what must stay flat is plotted, and what grows is named. Exit code 1 when
// something grows, or when the audit of the rows fails.
#include <poll.h>

#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/text.h"
#include "tests/bench/load/task_shapes.h"
#include "tests/bench/soak/watch.h"
#include "tests/bench/world/measurement.h"

namespace argosy::bench {
namespace {

constexpr int kLooks = 240;
constexpr int kUsage = 2;

struct Options {
  double minutes = 10;
  std::int64_t tasks_per_s = 200;
  BrokerKind broker = BrokerKind::kafka;
  std::filesystem::path out = "soak.svg";
};

bool take(Options& options, std::string_view name, const std::string& value) {
  if (name == "--minutes") return (options.minutes = std::strtod(value.c_str(), nullptr)) > 0;
  if (name == "--rate") return (options.tasks_per_s = text::to_int(value).value_or(0)) > 0;
  if (name == "--out") return !(options.out = value).empty();
  if (name != "--broker" || (value != "kafka" && value != "embedded")) return false;
  options.broker = value == "kafka" ? BrokerKind::kafka : BrokerKind::embedded;
  return true;
}

int tell(const Options& options, const std::vector<Series>& all, std::size_t tasks) {
  int growing = 0;
  fmt::print("{:<26} {:>12} {:>12}\n", "soak", "earlier", "later");
  for (const auto& series : all) {
    const auto found = trend(series);
    growing += found.grows;
    fmt::print("{:<26} {:>12.5g} {:>12.5g} {}{}\n", series.name, found.earlier, found.later, series.unit, found.grows ? "  GROWS" : "");
  }
  if (const auto drawn = write_file_atomic(options.out, plot(all, options.minutes)); !drawn)
    throw std::runtime_error(to_string(drawn.error()));
  fmt::print("curves: {}\nsoak: minutes={:.1f} tasks={} growing={} audit=clean\n", options.out.string(), options.minutes, tasks, growing);
  return growing == 0 ? 0 : 1;
}

int run(const Options& options) {
  World world({.broker = options.broker});
  world.start_workers();
  const auto tasks = static_cast<std::size_t>(std::ceil(options.minutes * 60 * static_cast<double>(options.tasks_per_s)));
  Measurement measurement(world, "soak", tasks, tasks * steps_of(Shape::chain));
  Watch watch(world);
  const auto load = world.start_load("bench_feed", {fmt::format("tasks={}", tasks), fmt::format("per_second={}", options.tasks_per_s)});
  const auto began = system_clock().boot_time();
  for (int look = 1; look <= kLooks && load->running(); ++look) {
    const auto due = began + std::chrono::nanoseconds(std::llround(look * options.minutes * 60e9 / kLooks));
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(due - system_clock().boot_time()).count();
    if (left > 0) ::poll(nullptr, 0, static_cast<int>(left));
    test::stop_if_asked();
    watch.look();
    if (look % (kLooks / 10) == 0) fmt::print(stderr, "  soak: {} %\n", 100 * look / kLooks);
  }
  const auto report = world.finish_load(*load);
  measurement.wait();
  (void)measurement.result(report.int_or("began_ms", 0));  // audits
  return tell(options, watch.series(), tasks);
}

}  // namespace
}  // namespace argosy::bench

int main(int argc, char** argv) {
  argosy::test::heed_signals();
  argosy::bench::Options options;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 >= argc || !argosy::bench::take(options, argv[i], argv[i + 1])) {
      fmt::print("bench_soak [--minutes 10] [--rate 200] [--broker kafka|embedded] [--out soak.svg]\n");
      return argosy::bench::kUsage;
    }
  }
  try {
    return argosy::bench::run(options);
  } catch (const std::exception& e) {
    fmt::print(stderr, "FAILED soak: {}\n", e.what());
    return 1;
  }
}
