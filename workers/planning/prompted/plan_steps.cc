#include "workers/planning/prompted/plan_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "common/core/text.h"
#include "common/tasks/agent/agent_step.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxStepTitle = 120;
// An agent ends by its own limit, which keeps what it has done; this one is for what hangs.
constexpr std::chrono::hours kAgentStepLimit{26};

// Those that others build on before these; else as the plan has them.
std::vector<const tasks::PlanNode*> in_order(const tasks::Plan& plan) {
  std::vector<const tasks::PlanNode*> order;
  std::set<std::string> placed;
  while (order.size() < plan.nodes.size()) {
    const auto next = std::ranges::find_if(plan.nodes, [&](const auto& node) {
      return !placed.contains(node.id) && std::ranges::all_of(node.depends_on, [&](const auto& id) { return placed.contains(id); });
    });
    if (next == plan.nodes.end()) break;  // a circle, which no checked plan has
    placed.insert(next->id);
    order.push_back(&*next);
  }
  return order;
}

tasks::AgentPayload payload_of(const tasks::Plan& plan, const tasks::PlanNode& node, const std::string& base_commit, double equal_share) {
  tasks::AgentPayload payload{.base_commit = base_commit, .node = node, .criteria = {}, .follow = plan.follow};
  for (const auto& criterion : plan.criteria)
    if (std::ranges::find(node.done_when, criterion.id) != node.done_when.end()) payload.criteria.push_back(criterion);
  if (payload.node.budget_share == 0) payload.node.budget_share = equal_share;
  return payload;
}

std::string commit_title(const tasks::Plan& plan) {
  const auto type = [&]() -> std::string_view {
    switch (plan.intent) {
      case tasks::Intent::feature:
        return "feat";
      case tasks::Intent::bug_fix:
        return "fix";
      case tasks::Intent::refactor:
        return "refactor";
      case tasks::Intent::docs:
        return "docs";
      case tasks::Intent::test:
        return "test";
      case tasks::Intent::investigation:
        return "chore";
    }
    return "chore";
  }();
  return fmt::format("{}: {}", type, plan.summary.substr(0, plan.summary.find('\n')));
}

double equal_share(const tasks::Plan& plan) {
  double rest = 1;
  int without = 0;
  for (const auto& node : plan.nodes) {
    rest -= node.budget_share;
    without += node.budget_share == 0 ? 1 : 0;
  }
  return without == 0 ? 0 : std::max(rest, 0.0) / without;
}

}  // namespace

std::vector<tasks::NewStep> steps(const tasks::Plan& plan, const Target& target) {
  std::vector<tasks::NewStep> added;
  std::map<std::string, std::int16_t> ordinal;
  std::map<std::string, std::set<std::int16_t>> all_before;
  const auto share = equal_share(plan);
  for (const auto* node : in_order(plan)) {
    auto& before = all_before[node->id];
    std::set<std::int16_t> direct;
    for (const auto& id : node->depends_on) {
      direct.insert(ordinal.at(id));
      before.insert(ordinal.at(id));
      before.insert(all_before.at(id).begin(), all_before.at(id).end());
    }
    tasks::NewStep step{.ordinal = static_cast<std::int16_t>(kFirstOrdinal + static_cast<int>(added.size())),
                        .queue = tasks::Queue::codegen,
                        .kind = "agent",
                        .title = text::ellipsize(fmt::format("{}: {}", node->id, text::lines(node->objective).front()), kMaxStepTitle),
                        .payload = tasks::to_json_text(payload_of(plan, *node, target.base_commit, share)),
                        .depends_on = {direct.begin(), direct.end()},
                        .inputs = {before.begin(), before.end()},
                        .time_limit = kAgentStepLimit};
    ordinal[node->id] = step.ordinal;
    added.push_back(std::move(step));
  }
  std::set<std::int16_t> leaves, all;
  for (const auto& step : added) all.insert(step.ordinal);
  leaves = all;
  for (const auto& step : added)
    for (const auto before : step.depends_on) leaves.erase(before);
  std::set<std::string> write_set;
  for (const auto& node : plan.nodes) write_set.insert(node.write_set.begin(), node.write_set.end());
  add_test_and_push(added, {leaves.begin(), leaves.end()}, {all.begin(), all.end()}, target, commit_title(plan), plan.criteria,
                    {write_set.begin(), write_set.end()});
  return added;
}

}  // namespace argosy::planning
