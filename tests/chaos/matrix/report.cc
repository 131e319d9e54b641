#include "tests/chaos/matrix/report.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace argosy::chaos {
namespace {

constexpr std::size_t kNamed = 40;
constexpr std::ptrdiff_t kOften = 6;  // two rounds of a lane
constexpr auto kNobody = "(before any fault)";

struct Row {
  std::size_t count = 0, lost = 0, repeated = 0;
};

// Each task counts once as lost and once as repeated, by its first finding of that kind.
std::vector<Finding> firsts(const Outcome& outcome) {
  std::set<std::pair<std::string, Finding::Kind>> seen;
  std::vector<Finding> out;
  for (const auto& finding : outcome.verdict.findings) {
    if (seen.insert({finding.task, finding.kind}).second) out.push_back(finding);
  }
  return out;
}

std::string blamed(const Outcome& outcome, Micros at) {
  const Happened* last = nullptr;
  for (const auto& one : outcome.happened) {
    if (one.came_to_pass && one.began <= at && (last == nullptr || one.began > last->began)) last = &one;
  }
  return last == nullptr ? kNobody : last->fault;
}

}  // namespace

Totals totals(const Outcome& outcome) {
  Totals sum;
  sum.faults = static_cast<std::size_t>(std::ranges::count(outcome.happened, true, &Happened::came_to_pass));
  for (const auto& finding : firsts(outcome)) ++(finding.kind == Finding::Kind::lost ? sum.lost : sum.repeated);
  return sum;
}

std::string table(const Outcome& outcome) {
  std::map<std::string, Row> rows;
  for (const auto& fault : outcome.known) rows[fault];
  for (const auto& one : outcome.happened) rows[one.fault].count += one.came_to_pass ? 1 : 0;
  for (const auto& finding : firsts(outcome)) {
    auto& row = rows[blamed(outcome, finding.at)];
    ++(finding.kind == Finding::Kind::lost ? row.lost : row.repeated);
  }
  auto out = fmt::format("{:<36}{:>7}{:>7}{:>10}\n", "fault", "count", "lost", "repeated");
  for (const auto& [fault, row] : rows) out += fmt::format("{:<36}{:>7}{:>7}{:>10}\n", fault, row.count, row.lost, row.repeated);
  return out;
}

std::string named(const Outcome& outcome) {
  std::string out;
  std::size_t left = kNamed;
  for (const auto& finding : outcome.verdict.findings) {
    if (left-- == 0) return out + fmt::format("... {} in all\n", outcome.verdict.findings.size());
    out += fmt::format("{} {}: {}\n", finding.kind == Finding::Kind::lost ? "LOST" : "REPEATED", finding.task, finding.what);
  }
  return out;
}

std::string compared(const Outcome& outcome) {
  const auto& v = outcome.verdict;
  return fmt::format(
      "compared: {} tasks accepted, {} refused, {} without an answer; {} effects, {} runs of steps that had run before, {} under claims "
      "that "
      "Postgres forgot in a crash; {} streams, {} webhooks, {} pushes, {} edits of plans\n",
      v.accepted, v.refused, v.unknown, v.effects, v.reruns, v.forgotten, v.streams, v.webhooks, v.pushes, v.edits);
}

std::string last_line(const Outcome& outcome) {
  const auto sum = totals(outcome);
  return fmt::format("chaos: faults={} lost={} repeated={}", sum.faults, sum.lost, sum.repeated);
}

std::vector<std::string> missing(const Outcome& outcome) {
  std::vector<std::string> out;
  for (const auto& fault : outcome.known) {
    if (std::ranges::none_of(outcome.happened, [&](const Happened& one) { return one.came_to_pass && one.fault == fault; }))
      out.push_back(fault);
  }
  return out;
}

std::vector<std::string> never_passed(const Outcome& outcome) {
  auto out = missing(outcome);
  std::erase_if(out, [&](const std::string& fault) { return std::ranges::count(outcome.happened, fault, &Happened::fault) < kOften; });
  return out;
}

}  // namespace argosy::chaos
