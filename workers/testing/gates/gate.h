// The gates of a change: what a model may not talk its way past. Each is decided by code from what runs have measured, and says in one
// sentence why. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/core/error.h"
#include "common/project/repo_file/repo_file.h"
#include "common/reports/coverage/coverage.h"
#include "common/reports/lint/lint.h"
#include "common/tasks/diff/diff_lines.h"
#include "common/tasks/payloads.h"

namespace argosy::testing {

// What a gate found before anybody asked whether it is required.
struct Finding {
  bool measured = true;
  bool held = true;
  std::string text{};                  // one sentence
  std::string code{};                  // of the error, when it did not hold: "coverage_dropped"
  std::string hint{};                  // likewise
  std::string details{};               // likewise; JSON
  std::vector<std::string> failing{};  // of the gate "tests"; bounded
};

// Failing tests that are named in an error's details and in a step's output.
inline constexpr std::size_t kMaxFailingNamed = 50;

// Points of a per cent that the coverage of all lines may fall by when .argosy.yaml does not say.
inline constexpr double kMaxCoverageDrop = 0.5;
inline constexpr double kMaxBenchRegression = 10;  // per cent, likewise

// `base` or `changed` is absent when its run could not measure it.
Finding judge_coverage(const std::optional<reports::Coverage>& base, const std::optional<reports::Coverage>& changed,
                       const std::map<std::string, tasks::FileLines>& lines, const project::RepoFile::Coverage& wanted);

// The change ends the measuring.
Finding coverage_lost();
// The finding, when the change itself has altered how coverage is measured, in `files` which hold other things too (gates/settings.h):
// nobody can tell then what the figure would have been, and a change must not choose its own measure. So what would hold fails; a person
// may set gates.coverage to warn, or change the settings on the target branch.
Finding with_settings(Finding finding, const std::vector<std::string>& files);

Finding judge_lint(const std::optional<reports::LintReport>& base, const std::optional<reports::LintReport>& changed,
                   const std::map<std::string, tasks::FileLines>& lines);

// A changed file: its text on the base commit (empty: new) and with the change.
struct ChangedText {
  std::string path, before, after;
};
Finding judge_syntax(const std::vector<ChangedText>& files);

// Both are what the benchmark wrote: a JSON object of names and numbers, of which less is better.
Finding judge_bench(std::string_view base, std::string_view changed, double max_regression);

// What a person let pass in an earlier round.
struct Acceptance {
  tasks::AcceptedGate gate;
  bool of_this_tree = true;  // nothing was changed since
};
// It covers what the person saw, and no more: the same error; of the tests those that failed then (what failed without a test's name on the
// same tree only); else the same tree, or the same words about another.
bool covers(const Acceptance& acceptance, const tasks::FailedGate& failed);

// One gate after the other: its mode, and what people let pass, decide what its finding means.
class Verdicts {
 public:
  explicit Verdicts(const project::RepoFile& file, std::vector<Acceptance> accepted = {})
      : file_(file), acceptances_(std::move(accepted)) {}
  project::GateMode mode(const std::string& gate) const;
  bool is_off(const std::string& gate) const { return mode(gate) == project::GateMode::off; }
  void add(const std::string& gate, const Finding& finding);
  // Whether it would stop the change.
  bool stops(const std::string& gate, const Finding& finding) const;
  void add_off(const std::string& gate) { outcomes_.push_back({gate, "off", "switched off in .argosy.yaml"}); }
  const std::vector<tasks::GateOutcome>& outcomes() const { return outcomes_; }
  // The first gate that stops the change (C), with all outcomes in its details.
  std::optional<Error> failure() const;
  // All that stop it.
  const std::vector<tasks::FailedGate>& failed() const { return failed_; }
  // What did not hold, and a person let pass.
  const std::vector<tasks::AcceptedGate>& accepted() const { return accepted_; }

 private:
  const Acceptance* acceptance_of(const tasks::FailedGate& failed) const;

  const project::RepoFile& file_;
  std::vector<Acceptance> acceptances_;
  std::vector<tasks::GateOutcome> outcomes_;
  std::vector<tasks::FailedGate> failed_;
  std::vector<tasks::AcceptedGate> accepted_;
};

}  // namespace argosy::testing
