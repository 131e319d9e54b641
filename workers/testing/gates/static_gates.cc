// Syntax, which needs no run, and benchmarks, whose run writes numbers.
#include <fmt/format.h>

#include "common/code/syntax_check.h"
#include "common/core/json.h"
#include "workers/testing/gates/gate.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxInSentence = 5;

}  // namespace

Finding judge_syntax(const std::vector<ChangedText>& files) {
  std::string broken;
  std::size_t count = 0, read = 0;
  json::Array listed;
  for (const auto& file : files) {
    const auto errors = code::syntax_errors(file.path, file.before, file.after);
    if (!errors) continue;
    ++read;
    if (errors->after <= errors->before) continue;  // what was broken before is not the change's fault
    if (count++ < kMaxInSentence) broken += fmt::format("{}{}:{}", broken.empty() ? "" : ", ", file.path, errors->line);
    listed.emplace_back(json::Object{{"path", file.path}, {"line", errors->line}});
  }
  if (count == 0)
    return {.measured = read > 0,
            .text = read > 0 ? fmt::format("{} changed files follow their grammar", read) : "no changed file has a grammar here"};
  return {.held = false,
          .text = fmt::format("the change breaks the grammar of {} file{}: {}", count, count == 1 ? "" : "s", broken),
          .code = "syntax_broken",
          .hint = "the first place of each file is in the details",
          .details = json::dump(json::Object{{"files", std::move(listed)}})};
}

Finding judge_bench(std::string_view base, std::string_view changed, double max_regression) {
  const auto before = json::parse(base), after = json::parse(changed);
  if (!after || !after->is_object())
    return {.measured = false, .text = "the benchmark wrote no JSON object of numbers to $ARGOSY_REPORT_DIR/bench.json"};
  if (!before || !before->is_object())
    return {.measured = false, .text = "the benchmark has no figures of the base commit to compare with"};
  std::string worse;
  for (const auto& [name, value] : after->as_object()) {
    const auto* then = before->find(name);
    if (then == nullptr || !then->is_number() || !value.is_number() || then->as_double() <= 0) continue;
    const double more = 100 * (value.as_double() / then->as_double() - 1);
    if (more > max_regression) worse += fmt::format("{}{} by {:.1f} %", worse.empty() ? "" : ", ", name, more);
  }
  if (worse.empty()) return {.text = fmt::format("no figure grew by more than {:g} %", max_regression)};
  return {.held = false,
          .text = fmt::format("the benchmark got worse, by more than {:g} %: {}", max_regression, worse),
          .code = "benchmark_regressed",
          .hint = "less is better in every figure of bench.json; bench.max_regression in .argosy.yaml says how much more is allowed",
          .details = json::dump(json::Object{{"base", *before}, {"changed", *after}})};
}

}  // namespace argosy::testing
