#include "workers/planning/prompted/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/core/text.h"
#include "workers/planning/prompted/answer_object.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxNodeId = 32;
// Those that change files; what else there is serves them.
constexpr std::array<std::string_view, 3> kAgents{"coder", "refactorer", "verifier"};

std::vector<std::string> strings(const json::Array& list) {
  std::vector<std::string> out;
  for (const auto& one : list)
    if (one.is_string()) out.emplace_back(text::trim(one.as_string()));
  return out;
}

std::string id_of(std::string_view written) { return text::trim(written).empty() ? std::string() : text::slug(written, kMaxNodeId); }

tasks::PlanNode node_from(const json::Value& value) {
  tasks::PlanNode node{.id = id_of(value.string_or("id", "")),
                       .objective = std::string(text::trim(value.string_or("objective", ""))),
                       .write_set = strings(value.array_or_empty("write_set"))};
  if (const auto agent = value.string_or("agent", ""); std::ranges::find(kAgents, agent) != kAgents.end()) node.agent = agent;
  for (auto& glob : node.write_set)
    while (glob.starts_with("./")) glob.erase(0, 2);
  for (const auto& id : strings(value.array_or_empty("depends_on"))) node.depends_on.push_back(id_of(id));
  for (const auto& id : strings(value.array_or_empty("done_when"))) node.done_when.push_back(id_of(id));
  if (const auto* share = value.find("budget_share"); share != nullptr && share->is_number()) node.budget_share = share->as_double();
  return node;
}

}  // namespace

const json::Value& draft_schema() {
  static const json::Value kSchema = *json::parse(R"({
    "type": "object", "additionalProperties": false, "required": ["summary", "nodes", "cannot"],
    "properties": {
      "summary": {"type": "string"},
      "cannot": {"type": "string"},
      "nodes": {"type": "array", "items": {"type": "object", "additionalProperties": false,
        "required": ["id", "agent", "objective", "write_set", "depends_on", "done_when", "budget_share"],
        "properties": {
          "id": {"type": "string"},
          "agent": {"type": "string", "enum": ["coder", "refactorer", "verifier"]},
          "objective": {"type": "string"},
          "write_set": {"type": "array", "items": {"type": "string"}},
          "depends_on": {"type": "array", "items": {"type": "string"}},
          "done_when": {"type": "array", "items": {"type": "string"}},
          "budget_share": {"type": "number"}}}}}})");
  return kSchema;
}

Draft draft_from(std::string_view answer, const Understanding& understanding, const tasks::PlanBounds& bounds) {
  const auto value = answer_object(answer);
  if (!value) return {.problems = {value.error().message}};
  Draft draft;
  draft.plan.intent = understanding.intent;
  draft.plan.summary = text::ellipsize(text::trim(value->string_or("summary", "")), tasks::kMaxPlanText);
  draft.plan.criteria = understanding.criteria;
  draft.plan.avoid_files = understanding.avoid_files;
  draft.plan.follow = understanding.follow;
  draft.plan.max_files_changed = understanding.max_files_changed;
  if (draft.plan.summary.empty()) draft.plan.summary = understanding.title;
  for (const auto& node : value->array_or_empty("nodes")) draft.plan.nodes.push_back(node_from(node));
  const std::string cannot = value->string_or("cannot", "");
  if (draft.plan.nodes.empty() && !text::trim(cannot).empty())
    draft.problems.push_back("it cannot be done: " + text::ellipsize(text::trim(cannot), tasks::kMaxPlanText));
  else
    draft.problems = problems_of(draft.plan, bounds);
  return draft;
}

Draft draft_of_person(std::string_view json_text, const tasks::PlanBounds& bounds) {
  auto plan = tasks::plan_from(json_text);
  if (!plan) return {.problems = {plan.error().message}};
  Draft draft{.plan = std::move(*plan)};
  draft.problems = problems_of(draft.plan, bounds);
  return draft;
}

}  // namespace argosy::planning
