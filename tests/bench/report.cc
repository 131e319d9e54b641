#include "tests/bench/report.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace argosy::bench {
namespace {

struct Column {
  const char* title;
  const char* number;
  int decimals;
};
constexpr Column kColumns[] = {{"tasks/s", "tasks_per_s", 0},
                               {"CPU-s/1000", "cpu_s_per_1000", 3},
                               {"workers", "cpu_s_per_1000_workers", 3},
                               {"postgres", "cpu_s_per_1000_postgres", 3},
                               {"broker", "cpu_s_per_1000_broker", 3},
                               {"ingest", "cpu_s_per_1000_ingest", 3},
                               {"scheduler", "cpu_s_per_1000_scheduler", 3},
                               {"submit", "cpu_s_per_1000_submit", 3},
                               {"p50 ms", "p50_ms", 1},
                               {"p99 ms", "p99_ms", 1},
                               {"p99.9 ms", "p99_9_ms", 1},
                               {"MB", "memory_mb", 0},
                               {"WAL B/step", "wal_bytes_per_step", 0},
                               {"stmt/step", "statements_per_step", 3},
                               {"msg/step", "messages_per_step", 3}};

// What only some rows have, told in lines of their own.
constexpr Column kSpecial[] = {{"requests accepted a second", "per_s", 0},
                               {"throughput with the backlog over that without", "ratio", 2},
                               {"mean time of the small tenants over the big one's", "small_wait_ratio", 3},
                               {"small tenants' mean, ms", "small_mean_ms", 0},
                               {"big tenant's mean, ms", "big_mean_ms", 0},
                               {"lateness p50, s", "late_p50_s", 3},
                               {"lateness p99, s", "late_p99_s", 3},
                               {"lateness p99.9, s", "late_p99_9_s", 3},
                               {"from the crash to all running again, s", "recover_s", 2}};

struct Mark {
  const char* row;
  const char* number;
  bool at_most;
  double limit;
};
constexpr Mark kMarks[] = {{"throughput.kafka", "cpu_s_per_1000", true, 0.60},
                           {"throughput.kafka", "tasks_per_s", false, 2000},
                           {"idle.kafka", "p50_ms", true, 10},
                           {"idle.kafka", "p99_ms", true, 30},
                           {"submit", "per_s", false, 10'000},
                           {"backlog", "ratio", false, 0.8},
                           {"fairness", "small_wait_ratio", true, 0.1},
                           {"timers", "late_p99_s", true, 1},
                           {"crash", "recover_s", true, 10}};

std::optional<Spread> spread_of(const std::vector<Numbers>& runs, const std::string& number) {
  std::vector<double> values;
  for (const auto& run : runs) {
    if (const auto hit = run.find(number); hit != run.end()) values.push_back(hit->second);
  }
  return values.empty() ? std::nullopt : std::optional(spread(std::move(values)));
}

std::string shown(const Spread& spread, int decimals) {
  if (spread.min == spread.max) return fmt::format("{:.{}f}", spread.median, decimals);
  return fmt::format("{:.{}f} ({:.{}f}-{:.{}f})", spread.median, decimals, spread.min, decimals, spread.max, decimals);
}

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

}  // namespace

Spread spread(std::vector<double> values) {
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

json::Value to_json(const Results& results) {
  json::Object all;
  for (const auto& [name, runs] : results) {
    json::Object row, range;
    for (const auto& [number, value] : runs.front()) {
      const auto found = spread_of(runs, number);
      row.append(number, rounded(found->median));
      range.append(number, json::Array{rounded(found->min), rounded(found->max)});
    }
    row.append("range", range);
    row.append("runs", runs.size());
    const auto dot = name.find('.');
    if (dot == std::string::npos) {
      all[name] = std::move(row);
    } else {
      auto& of_row = all[name.substr(0, dot)];
      if (!of_row.is_object()) of_row = json::Object{};
      of_row.as_object()[name.substr(dot + 1)] = std::move(row);
    }
  }
  return all;
}

std::string table(const Results& results) {
  std::string text;
  for (const auto& [name, runs] : results) {
    text += fmt::format("\n{} (median of {}, min-max)\n", name, runs.size());
    for (const auto& column : kColumns) {
      if (const auto found = spread_of(runs, column.number))
        text += fmt::format("  {:<12} {}\n", column.title, shown(*found, column.decimals));
    }
    for (const auto& special : kSpecial) {
      if (const auto found = spread_of(runs, special.number))
        text += fmt::format("  {}: {}\n", special.title, shown(*found, special.decimals));
    }
  }
  return text;
}

std::string marks(const Results& results) {
  std::string text;
  for (const auto& mark : kMarks) {
    const auto row = results.find(mark.row);
    const auto found = row == results.end() ? std::nullopt : spread_of(row->second, mark.number);
    if (!found) continue;
    const bool met = mark.at_most ? found->median <= mark.limit : found->median >= mark.limit;
    text += fmt::format("  {:<6} {}.{} = {:.3f} (mark: {} {})\n", met ? "met" : "MISSED", mark.row, mark.number, found->median,
                        mark.at_most ? "at most" : "at least", mark.limit);
  }
  return text;
}

}  // namespace argosy::bench
