#include "common/reports/report.h"

#include <unordered_set>
#include <utility>

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
  // surefire's, of a class that could not even start
  const std::string_view own = name.empty() ? "(class)" : std::string_view(name);
  // jest-junit and vitest repeat the title in the class name, node writes "test".
  const bool title = classname == name && name.find(' ') != std::string::npos;
  const auto& where = classname.empty() || title || classname == "test" ? suite : classname;
  return where.empty() ? std::string(own) : where + "::" + std::string(own);
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
    if ((one.outcome == Outcome::failed || one.outcome == Outcome::errored) && !one.by_subtest)
      if (auto id = one.id(); seen.insert(id).second) names.push_back(std::move(id));
  return names;
}

void Report::add(Case one) {
  if (cases.size() >= kMaxCases) return count(one.outcome);
  if (text_bytes + one.message.size() + one.output.size() > kMaxText) {
    truncated = truncated || !one.message.empty() || !one.output.empty();
    one.message.clear();
    one.output.clear();
  }
  text_bytes += one.message.size() + one.output.size();
  cases.push_back(std::move(one));
}

void Report::count(Outcome outcome) {
  truncated = true;
  unnamed.add(outcome);
}

void merge(Report& into, Report other) {
  if (into.format.empty()) into.format = other.format;
  if (into.format != other.format && !other.format.empty()) into.format = "mixed";
  into.truncated = into.truncated || other.truncated;
  for (auto& one : other.cases) into.add(std::move(one));
  into.duration_s += other.duration_s;
  into.unnamed.passed += other.unnamed.passed;
  into.unnamed.failed += other.unnamed.failed;
  into.unnamed.errors += other.unnamed.errors;
  into.unnamed.skipped += other.unnamed.skipped;
}

}  // namespace argosy::reports
