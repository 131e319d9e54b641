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
  int width;
};
constexpr int kNameWidth = 20;
constexpr Column kColumns[] = {{"tasks/s (min-max)", "tasks_per_s", 0, 20},
                               {"CPU-s/1000 (min-max)", "cpu_s_per_1000", 3, 22},
                               {"workers", "cpu_s_per_1000_workers", 3, 8},
                               {"postgres", "cpu_s_per_1000_postgres", 3, 9},
                               {"broker", "cpu_s_per_1000_broker", 3, 7},
                               {"ingest", "cpu_s_per_1000_ingest", 3, 7},
                               {"sched.", "cpu_s_per_1000_scheduler", 3, 7},
                               {"submit", "cpu_s_per_1000_submit", 3, 7},
                               {"p50 ms", "p50_ms", 1, 9},
                               {"p99 ms", "p99_ms", 1, 9},
                               {"p99.9 ms", "p99_9_ms", 1, 9},
                               {"MB", "memory_mb", 0, 6},
                               {"WAL/step", "wal_bytes_per_step", 0, 9},
                               {"stmt/step", "statements_per_step", 3, 10},
                               {"msg/step", "messages_per_step", 3, 9}};
constexpr std::size_t kRangedColumns = 2;

// What only some rows have, told in lines of their own.
constexpr Column kSpecial[] = {{"requests accepted a second", "per_s", 0, 0},
                               {"throughput with the backlog over that without", "ratio", 2, 0},
                               {"mean time of the small tenants over the big one's", "small_wait_ratio", 3, 0},
                               {"lateness p50, s", "late_p50_s", 3, 0},
                               {"lateness p99, s", "late_p99_s", 3, 0},
                               {"lateness p99.9, s", "late_p99_9_s", 3, 0},
                               {"from the crash to all running again, s", "recover_s", 2, 0}};

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

std::string shown(const Spread& spread, const Column& column, bool ranged) {
  const auto number = [&](double value) { return fmt::format("{:.{}f}", value, column.decimals); };
  if (!ranged || spread.min == spread.max) return number(spread.median);
  return fmt::format("{} ({}-{})", number(spread.median), number(spread.min), number(spread.max));
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

std::string headline(const Numbers& numbers) {
  std::string text;
  const auto say = [&](const Column& column, std::string_view title) {
    const auto found = numbers.find(column.number);
    if (found != numbers.end()) text += fmt::format("{}{} {:.{}f}", text.empty() ? "" : ", ", title, found->second, column.decimals);
  };
  for (const auto& special : kSpecial) say(special, special.title);
  say(kColumns[0], "tasks/s");
  say(kColumns[1], "CPU-s per 1000 tasks");
  return text;
}

std::string table(const Results& results) {
  std::string text = fmt::format("{:<{}}", "row", kNameWidth), specials;
  for (const auto& column : kColumns) text += fmt::format(" {:>{}}", column.title, column.width);
  for (const auto& [name, runs] : results) {
    text += fmt::format("\n{:<{}}", name, kNameWidth);
    for (std::size_t i = 0; i < std::size(kColumns); ++i) {
      const auto found = spread_of(runs, kColumns[i].number);
      text += fmt::format(" {:>{}}", found ? shown(*found, kColumns[i], i < kRangedColumns) : "-", kColumns[i].width);
    }
    for (const auto& special : kSpecial) {
      if (const auto found = spread_of(runs, special.number))
        specials += fmt::format("{:<{}} {}: {}\n", name, kNameWidth, special.title, shown(*found, special, true));
    }
  }
  return text + "\n\n" + specials;
}

std::string marks(const Results& results) {
  std::string text;
  for (const auto& mark : kMarks) {
    const auto row = std::ranges::find(results, mark.row, &Result::name);
    const auto found = row == results.end() ? std::nullopt : spread_of(row->runs, mark.number);
    if (!found) continue;
    const bool met = mark.at_most ? found->median <= mark.limit : found->median >= mark.limit;
    text += fmt::format("  {:<6} {}.{} = {:.3f} (mark: {} {})\n", met ? "met" : "MISSED", mark.row, mark.number, found->median,
                        mark.at_most ? "at most" : "at least", mark.limit);
  }
  return text;
}

}  // namespace argosy::bench
