#include "workers/codegen/agent/brief.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/agent/formats/edit_formats.h"
#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/tasks/payloads.h"

namespace argosy::codegen {
namespace {

constexpr std::size_t kMostTaskText = 8'000;

}  // namespace

agent::Policy policy_of(const runtime::Step& step, const runtime::StepContext& context, const tasks::PlanNode& node,
                        const tasks::AgentSpec& agent) {
  agent::Policy policy{.write_set = node.write_set,
                       .constraints = context.told_constraints().value_or(tasks::constraints_of(step.task)),
                       .max_files_changed = agent.limits.files_changed};
  auto& avoid = policy.constraints.avoid_files;
  avoid.insert(avoid.end(), agent.avoid_files.begin(), agent.avoid_files.end());
  return policy;
}

llm::Trusted step_text(const runtime::Step& step, const tasks::AgentPayload& payload) {
  std::string text = payload.node.objective;
  if (!payload.criteria.empty()) text += "\n\nIt is done when:\n";
  for (const auto& one : payload.criteria) {
    text += fmt::format("- {}", one.text);
    if (!one.check.empty()) text += fmt::format(" (checked by: {})", one.check);
    text += "\n";
  }
  if (!step.task.prompt.empty() && step.task.prompt != payload.node.objective)
    text += "\n\nIt is a part of this task; do this step only: " + text::ellipsize(step.task.prompt, kMostTaskText);
  return llm::Trusted(std::move(text));
}

// They are checked on each edit and on the outcome, whatever a model makes of these words.
llm::Trusted rules_text(const agent::Policy& policy, const tasks::AgentPayload& payload, const tasks::AgentSpec& agent,
                        code::EditFormat format) {
  std::string text;
  if (agent::serves(agent.tools, format)) text += fmt::format("- {}\n", agent::words_for(format));
  if (!policy.write_set.empty()) text += fmt::format("- Change only files that match {}\n", text::join(policy.write_set, " or "));
  for (const auto& glob : policy.constraints.avoid_files) text += fmt::format("- Leave all files alone that match {}\n", glob);
  const auto most = std::min(policy.constraints.max_files_changed.value_or(policy.max_files_changed), policy.max_files_changed);
  text += fmt::format("- Change at most {} files\n", most);
  text +=
      "- Leave CI workflows, hooks, lock files and .argosy.yaml alone; where the step needs an edit of one, make it: a person is asked\n";
  for (const auto& pattern : payload.follow) text += fmt::format("- Follow this: {}\n", pattern);
  if (!agent.instructions.empty()) text += agent.instructions + "\n";
  return llm::Trusted(std::move(text));
}

Result<std::string> tree_key(const runtime::Step& step, const std::string& base_commit) {
  std::string all = base_commit;
  for (const auto& [ordinal, output] : step.inputs) {
    ARGOSY_TRY(const auto made, tasks::change_output_from(output));
    if (!made.patch.empty()) all += " " + made.patch;
  }
  return crypto::sha256_hex(all);
}

}  // namespace argosy::codegen
