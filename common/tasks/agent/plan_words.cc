// A plan as people read it.
#include <fmt/format.h>

#include "common/core/text.h"
#include "common/tasks/agent/plan.h"

namespace argosy::tasks {

std::string in_words(const Plan& plan) {
  auto text = fmt::format("{} ({})\n", plan.summary, to_string(plan.intent));
  for (const auto& node : plan.nodes) {
    text += fmt::format("- {} ({}): {}\n  may touch: {}\n", node.id, node.agent, node.objective, text::join(node.write_set, ", "));
    if (!node.depends_on.empty()) text += fmt::format("  after: {}\n", text::join(node.depends_on, ", "));
    if (!node.done_when.empty()) text += fmt::format("  done when: {}\n", text::join(node.done_when, ", "));
  }
  for (const auto& one : plan.criteria)
    text += fmt::format("{}: {}{}\n", one.id, one.text,
                        one.check.empty() ? " [checked by nobody]" : fmt::format(" [checked by: {}]", one.check));
  if (!plan.avoid_files.empty()) text += fmt::format("Left alone: {}\n", text::join(plan.avoid_files, ", "));
  if (!plan.follow.empty()) text += fmt::format("Followed: {}\n", text::join(plan.follow, "; "));
  if (plan.max_files_changed) text += fmt::format("At most {} files change\n", *plan.max_files_changed);
  if (!plan.estimate.source.empty())
    text += fmt::format("Takes about {:.0f} minutes and {:.2f} USD ({})\n", plan.estimate.minutes, plan.estimate.usd, plan.estimate.source);
  return text;
}

}  // namespace argosy::tasks
