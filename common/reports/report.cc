#include "common/reports/report.h"

#include <iterator>
#include <unordered_set>

namespace argosy::reports {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::errored:
      return "errored";
    case Outcome::skipped:
      return "skipped";
  }
  return "passed";
}

std::string Case::id() const {
  const auto& where = classname.empty() ? suite : classname;
  return where.empty() ? name : where + "::" + name;
}

void Report::Counts::add(Outcome outcome, std::int64_t how_many) {
  switch (outcome) {
    case Outcome::passed:
      passed += how_many;
      break;
    case Outcome::failed:
      failed += how_many;
      break;
    case Outcome::errored:
      errors += how_many;
      break;
    case Outcome::skipped:
      skipped += how_many;
      break;
  }
}

Report::Counts Report::counts() const {
  Counts counts = unnamed;
  for (const auto& one : cases) counts.add(one.outcome);
  return counts;
}

std::vector<std::string> Report::failing() const {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const auto& one : cases)
    if (one.outcome == Outcome::failed || one.outcome == Outcome::errored)
      if (auto id = one.id(); seen.insert(id).second) names.push_back(std::move(id));
  return names;
}

void merge(Report& into, Report other) {
  if (into.format.empty()) into.format = other.format;
  const std::size_t room = kMaxCases - std::min(kMaxCases, into.cases.size());
  into.truncated = into.truncated || other.truncated || other.cases.size() > room;
  if (other.cases.size() > room) other.cases.resize(room);
  into.cases.insert(into.cases.end(), std::make_move_iterator(other.cases.begin()), std::make_move_iterator(other.cases.end()));
  into.duration_s += other.duration_s;
  into.unnamed.passed += other.unnamed.passed;
  into.unnamed.failed += other.unnamed.failed;
  into.unnamed.errors += other.unnamed.errors;
  into.unnamed.skipped += other.unnamed.skipped;
}

}  // namespace argosy::reports
