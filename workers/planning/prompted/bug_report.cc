#include "workers/planning/prompted/bug_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "common/core/text.h"

namespace argosy::planning {
namespace {

constexpr std::string_view kReproduce = "First reproduce the bug: write a test that fails because of it, and see it fail for that reason.";
constexpr std::string_view kExplain =
    "At the end say in a few sentences for the pull request what the root cause was, which change brought it in as far as that can be "
    "seen, "
    "and why this mends it.";
constexpr std::size_t kMaxAdded = 2'000, kShortId = 10;

// Paths and ids only: what others wrote into a commit or a trace is no part of an objective.
std::string places(const std::vector<Suspect>& suspects) {
  std::string text;
  for (const auto& one : suspects) {
    const auto wrote = std::ranges::find(one.wrote, one.frame.line, &vcs::LineOrigin::line);
    text += fmt::format("{}:{}{}\n", text::to_utf8(one.path), one.frame.line,
                        wrote == one.wrote.end() ? std::string() : ", written in " + wrote->from.commit.substr(0, kShortId));
  }
  return text.empty() ? text : "The trace leads to:\n" + text::ellipsize(text, kMaxAdded - 100);
}

}  // namespace

void finish_bug_plan(tasks::Plan& plan, const std::vector<Suspect>& suspects) {
  if (plan.intent != tasks::Intent::bug_fix) return;
  const auto leads = places(suspects);
  for (auto& node : plan.nodes) {
    const bool first = node.depends_on.empty();
    const bool last = std::ranges::none_of(
        plan.nodes, [&](const auto& other) { return std::ranges::find(other.depends_on, node.id) != other.depends_on.end(); });
    auto objective = text::ellipsize(node.objective, tasks::kMaxObjective - kMaxAdded - kReproduce.size() - kExplain.size() - 8);
    if (first && !objective.starts_with(kReproduce)) objective = fmt::format("{}\n{}\n{}", kReproduce, objective, leads);
    if (last && !objective.ends_with(kExplain)) objective = fmt::format("{}\n{}", text::trim(objective), kExplain);
    node.objective = std::move(objective);
  }
}

}  // namespace argosy::planning
