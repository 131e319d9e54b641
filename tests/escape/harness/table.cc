#include "tests/escape/harness/table.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <string>

#include "common/core/text.h"

namespace argosy::escape {
namespace {

constexpr std::size_t kOutcomeWidth = 60, kContrastWidth = 90;

void print_row(const Verdict& verdict) {
  using Kind = Verdict::Kind;
  const char* word = verdict.kind == Kind::not_run  ? "not run"
                     : verdict.kind == Kind::failed ? "FAILED"
                     : verdict.group->controls      ? "works"
                                                    : "blocked";
  fmt::print("  {:8}{:5.1f} s  {:52} {:34} {}{}\n", word, verdict.seconds, verdict.attempt->name, verdict.attempt->layer,
             text::ellipsize(verdict.outcome, kOutcomeWidth),
             verdict.contrast.empty() ? "" : "   [" + text::ellipsize(verdict.contrast, kContrastWidth) + "]");
  if (!verdict.problem.empty()) fmt::print("      -> {}\n", verdict.problem);
}

void print_alone(const std::vector<Verdict>& verdicts) {
  std::map<std::string, int> counts;
  for (const auto& verdict : verdicts)
    if (verdict.kind == Verdict::Kind::held)
      for (const auto& layer : verdict.alone) ++counts[layer];
  if (counts.empty()) return;
  fmt::print("held by one layer alone:\n");
  for (const auto& [layer, count] : counts) fmt::print("  {:52} {}\n", layer, count);
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  attempts += other.attempts, blocked += other.blocked;
  controls += other.controls, green += other.green;
  not_run += other.not_run;
  return *this;
}

Tally print_table(const Part& part, const std::vector<Verdict>& verdicts) {
  fmt::print("== {}\n", part.title());
  Tally tally;
  const Group* group = nullptr;
  for (const auto& verdict : verdicts) {
    const bool held = verdict.kind == Verdict::Kind::held;
    if (!part.brief || !held) {
      if (verdict.group != group) fmt::print("{}\n", verdict.group->name);
      group = verdict.group;
      print_row(verdict);
    }
    if (verdict.kind == Verdict::Kind::not_run) {
      ++tally.not_run;
    } else if (verdict.group->controls) {
      ++tally.controls, tally.green += held;
    } else {
      ++tally.attempts, tally.blocked += held;
    }
  }
  if (!part.brief) print_alone(verdicts);
  fmt::print("{}: attempts={} blocked={} controls={}/{} not run: {}\n\n", part.title(), tally.attempts, tally.blocked, tally.green,
             tally.controls, tally.not_run);
  std::fflush(stdout);
  return tally;
}

Tally print_not_run(const Part& part, const std::string& why) {
  fmt::print("== {}\n  not run  {}\n\n", part.title(), why);
  std::fflush(stdout);
  return {.not_run = 1};
}

void print_sums(const Tally& tally) {
  fmt::print("not run: {}\n", tally.not_run);
  fmt::print("escape: attempts={} blocked={} controls={}/{}\n", tally.attempts, tally.blocked, tally.green, tally.controls);
}

}  // namespace argosy::escape
