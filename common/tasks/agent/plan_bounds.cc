#include "common/tasks/agent/plan_bounds.h"

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/tasks/agent/agent_spec.h"

namespace argosy::tasks {
namespace {

constexpr std::size_t kMaxShownName = 60;

std::string agents_there_are(const std::string& own) {
  std::vector<std::string> names;
  if (!own.empty() && built_in_agent(own) == nullptr) names.push_back(own);
  for (const auto& agent : built_in_agents()) names.push_back(agent.name);
  return text::join(names, ", ");
}

}  // namespace

std::vector<std::string> problems_of(const Plan& plan, const PlanBounds& bounds) {
  auto problems = problems_of(plan);
  for (const auto& node : plan.nodes) {
    if (node.agent != bounds.agent && built_in_agent(node.agent) == nullptr)
      problems.push_back(fmt::format("node \"{}\": there is no agent \"{}\" for this task; there are {}",
                                     text::ellipsize(node.id, kMaxShownName), text::ellipsize(node.agent, kMaxShownName),
                                     agents_there_are(bounds.agent)));
    for (const auto& glob : node.write_set)
      for (const auto& avoid : bounds.constraints.avoid_files)
        if (glob.size() <= kMaxPlanGlobBytes && text::glob_within(glob, avoid))
          problems.push_back(fmt::format("node \"{}\": \"{}\" lies wholly in \"{}\", which the task forbids", node.id, glob, avoid));
  }
  return problems;
}

}  // namespace argosy::tasks
