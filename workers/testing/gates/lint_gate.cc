#include <fmt/format.h>

#include <algorithm>

#include "common/core/json.h"
#include "workers/testing/gates/gate.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxListed = 50;
constexpr std::size_t kMaxInSentence = 3;

reports::LineMap line_map(const std::map<std::string, tasks::FileLines>& lines) {
  reports::LineMap map;
  for (const auto& [path, file] : lines) {
    auto& to = map[path];
    to.old_path = file.old_path;
    for (const auto& change : file.changes)
      to.hunks.push_back(
          {.old_line = change.old_line, .old_count = change.old_count, .new_line = change.new_line, .new_count = change.new_count});
  }
  return map;
}

std::string in_words(const reports::Finding& one) {
  return fmt::format("{}:{} {}{}{}", one.file, one.line, one.rule, one.rule.empty() ? "" : " ", one.message);
}

}  // namespace

Finding judge_lint(const std::optional<reports::LintReport>& base, const std::optional<reports::LintReport>& changed,
                   const std::map<std::string, tasks::FileLines>& lines) {
  if (!changed) return {.measured = false, .text = "no linter is set up here"};
  if (!base) return {.measured = false, .text = "the linter did not run on the base commit, so nothing can be called new"};
  const auto added = reports::new_findings(*base, *changed, line_map(lines));
  if (added.empty()) return {.text = fmt::format("no new finding; {} were there before", base->findings.size())};
  std::string sentence;
  json::Array listed;
  for (std::size_t i = 0; i < std::min(added.size(), kMaxListed); ++i) {
    if (i < kMaxInSentence) sentence += (i > 0 ? "; " : "") + in_words(added[i]);
    listed.emplace_back(json::Object{
        {"tool", added[i].tool}, {"rule", added[i].rule}, {"file", added[i].file}, {"line", added[i].line}, {"message", added[i].message}});
  }
  return {.held = false,
          .text = fmt::format("{} new finding{} of the linter: {}{}", added.size(), added.size() == 1 ? "" : "s", sentence,
                              added.size() > kMaxInSentence ? fmt::format("; and {} more", added.size() - kMaxInSentence) : ""),
          .code = "lint_findings_added",
          .hint = "mend what the details list, or set gates.lint in .argosy.yaml",
          .details = json::dump(json::Object{{"findings", std::move(listed)}})};
}

}  // namespace argosy::testing
