// bench: measures the engine, row by row (README.md). Exit code 1 when a run failed or its audit did.
#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/text.h"
#include "tests/bench/profile.h"
#include "tests/bench/report.h"
#include "tests/bench/rows/row.h"

namespace argosy::bench {
namespace {

constexpr int kUsage = 2;

struct Options {
  std::vector<std::string> rows;  // empty: all
  std::vector<BrokerKind> brokers{BrokerKind::kafka, BrokerKind::embedded};
  int runs = 3;
  int slots = WorldOptions{}.slots;
  double scale = 1;
  std::filesystem::path out, profile;
};

int help() {
  fmt::print(
      "bench [--rows \"NAME ...\"] [--runs N] [--broker kafka|embedded|both] [--slots N] [--scale X] [--out FILE] [--profile FOLDER]\n\n");
  for (const auto& row : rows()) fmt::print("  {:<12} {}\n", row.name, row.what);
  fmt::print(
      "\n--scale 0.01 makes a hundredth of the tasks; figures of such a run mean nothing.\n"
      "--profile tells where the time of a step went in each run of bulk work.\n");
  return kUsage;
}

bool take(Options& options, std::string_view name, const std::string& value) {
  const auto number = text::to_int(value).value_or(0);
  if (name == "--rows") {
    for (const auto part : text::split(value, ' ')) {
      if (!part.empty()) options.rows.emplace_back(part);
    }
    return std::ranges::all_of(options.rows, [](const auto& wanted) { return std::ranges::count(rows(), wanted, &Row::name) == 1; });
  }
  if (name == "--broker") {
    if (value == "kafka") options.brokers = {BrokerKind::kafka};
    if (value == "embedded") options.brokers = {BrokerKind::embedded};
    return value == "kafka" || value == "embedded" || value == "both";
  }
  if (name == "--runs") return (options.runs = static_cast<int>(number)) > 0;
  if (name == "--slots") return (options.slots = static_cast<int>(number)) > 0;
  if (name == "--scale") return (options.scale = std::strtod(value.c_str(), nullptr)) > 0;
  if (name == "--out") return !(options.out = value).empty();
  if (name == "--profile") return !(options.profile = value).empty();
  return false;
}

Numbers run_profiled(const Row& row, World& world, const Options& options) {
  Profile profile(world, options.profile);
  profile.begin();
  auto numbers = row.run(world, options.scale);
  const auto steps = numbers.find("steps");
  if (steps == numbers.end()) throw std::runtime_error("this row has no steps to divide by");
  const auto report = profile.end(steps->second);
  fmt::print("{}\n", report);
  if (const auto kept = write_file_atomic(options.profile / (row.name + ".txt"), report); !kept)
    throw std::runtime_error(to_string(kept.error()));
  return numbers;
}

// All runs of a row in one world, so that only the first pays for what is new.
void run_row(const Row& row, BrokerKind broker, const Options& options, Results& results) {
  const auto name = row.both_brokers ? fmt::format("{}.{}", row.name, to_string(broker)) : row.name;
  fmt::print(stderr, "{}: {}\n", name, row.what);
  World world({.broker = broker, .slots = options.slots, .profile = !options.profile.empty()});
  row.prepare(world, options.scale);
  Result result{name, {}};
  for (int run = 0; run < options.runs; ++run) {
    const auto numbers = options.profile.empty() ? row.run(world, options.scale) : run_profiled(row, world, options);
    fmt::print(stderr, "  run {} of {}: {}; audit clean\n", run + 1, options.runs, headline(numbers));
    result.runs.push_back(numbers);
  }
  results.push_back(std::move(result));  // of a row that failed half-way nothing is told
}

int run(const Options& options) {
  Results results;
  int failed = 0;
  for (const auto& row : rows()) {
    if (!options.rows.empty() && std::ranges::count(options.rows, row.name) == 0) continue;
    for (const auto broker : options.brokers) {
      if (!row.both_brokers && broker != options.brokers.front()) continue;
      try {
        test::stop_if_asked();
        run_row(row, broker, options, results);
      } catch (const std::exception& e) {
        fmt::print(stderr, "FAILED {} on {}: {}\n", row.name, to_string(broker), e.what());
        ++failed;
      }
    }
  }
  fmt::print("{}\n{}", table(results), marks(results));
  if (!options.out.empty()) {
    if (const auto written = write_file_atomic(options.out, json::dump_pretty(to_json(results)) + "\n"); !written) {
      fmt::print(stderr, "{}\n", to_string(written.error()));
      return 1;
    }
    fmt::print("\nresults: {}\n", options.out.string());
  }
  fmt::print("bench: {} failed\n", failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace argosy::bench

int main(int argc, char** argv) {
  argosy::test::heed_signals();
  argosy::bench::Options options;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 >= argc || !argosy::bench::take(options, argv[i], argv[i + 1])) return argosy::bench::help();
  }
  return argosy::bench::run(options);
}
