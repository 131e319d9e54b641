#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "workers/testing/gates/gate.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxListed = 20;  // files with lines that no test runs
constexpr std::size_t kMaxLines = 20;   // of each

reports::ChangedLines changed_lines(const std::map<std::string, tasks::FileLines>& lines) {
  reports::ChangedLines changed;
  for (const auto& [path, file] : lines)
    if (!file.added.empty()) changed[path] = file.added;
  return changed;
}

std::string details(const reports::ChangedCoverage& of_change, double before, double after) {
  json::Array missed;
  for (const auto& [path, lines] : of_change.missed) {
    if (missed.size() == kMaxListed) break;
    json::Array numbers;
    for (const auto line : lines)
      if (numbers.size() < kMaxLines) numbers.emplace_back(line);
    missed.emplace_back(json::Object{{"path", path}, {"lines", std::move(numbers)}});
  }
  return json::dump(json::Object{{"coverage", json::Object{{"base_percent", before},
                                                           {"percent", after},
                                                           {"changed_lines", of_change.lines.total},
                                                           {"changed_lines_covered", of_change.lines.covered},
                                                           {"missed", std::move(missed)}}}});
}

std::string of_changed(const reports::Share& share) {
  return share.total == 0 ? "no changed line can run" : fmt::format("{} of {} changed lines are run by tests", share.covered, share.total);
}

}  // namespace

// Else a change could switch its own gate off, by what it tells the tool to leave out.
Finding coverage_lost() {
  return {.held = false,
          .text = "coverage can be measured on the base commit, and no more with the change",
          .code = "coverage_lost",
          .hint = "undo what keeps the coverage tool from measuring, or set gates.coverage in .argosy.yaml of the target branch"};
}

Finding with_settings(Finding finding, const std::vector<std::string>& files) {
  if (files.empty() || !finding.measured || !finding.held) return finding;
  return {.held = false,
          .text = fmt::format("the change alters how coverage is measured, in {}: its figure says nothing ({})", text::join(files, ", "),
                              finding.text),
          .code = "coverage_settings_changed",
          .hint =
              "leave the coverage settings as they are on the target branch; a person may change them there, or set gates.coverage to "
              "warn in its .argosy.yaml"};
}

Finding judge_coverage(const std::optional<reports::Coverage>& base, const std::optional<reports::Coverage>& changed,
                       const std::map<std::string, tasks::FileLines>& lines, const project::RepoFile::Coverage& wanted) {
  if (!changed || changed->lines().total == 0) {
    if (!base || base->lines().total == 0) return {.measured = false, .text = "the run left no coverage report"};
    return coverage_lost();
  }
  const auto of_change = reports::of_changed_lines(*changed, changed_lines(lines));
  const double after = 100 * changed->lines().rate();
  if (wanted.min_changed && of_change.lines.total > 0 && 100 * of_change.lines.rate() < *wanted.min_changed)
    return {.held = false,
            .text = fmt::format("{}, {:.1f} %, less than the {:g} % that are asked for", of_changed(of_change.lines),
                                100 * of_change.lines.rate(), *wanted.min_changed),
            .code = "changed_lines_uncovered",
            .hint = "add tests that run the lines listed in the details, or lower coverage.min_changed in .argosy.yaml",
            .details = details(of_change, 0, after)};
  if (!base || base->lines().total == 0)
    return {.text = fmt::format("{:.1f} % of all lines, {}; the base commit has no figure to compare with", after,
                                of_changed(of_change.lines))};
  const double before = 100 * base->lines().rate();
  const double allowed = wanted.max_drop.value_or(kMaxCoverageDrop);
  const auto text = fmt::format("{:.1f} % of all lines, {:.1f} % on the base commit; {}", after, before, of_changed(of_change.lines));
  if (before - after <= allowed) return {.text = text};
  return {.held = false,
          .text = fmt::format("coverage fell by {:.1f} points, more than the {:g} that are allowed: {}", before - after, allowed, text),
          .code = "coverage_dropped",
          .hint = "add tests that run the lines listed in the details, or raise coverage.max_drop in .argosy.yaml",
          .details = details(of_change, before, after)};
}

}  // namespace argosy::testing
