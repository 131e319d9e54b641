#include "common/tasks/agent/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

using json::Array;
using json::Object;

constexpr std::array<std::string_view, 6> kIntents{"feature", "bug_fix", "refactor", "docs", "test", "investigation"};

Array list(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

json::Value to_json(const Criterion& criterion) {
  return Object{{"id", criterion.id}, {"text", criterion.text}, {"check", criterion.check}};
}

json::Value to_json(const PlanNode& node) {
  return Object{{"id", node.id},
                {"agent", node.agent},
                {"objective", node.objective},
                {"write_set", list(node.write_set)},
                {"depends_on", list(node.depends_on)},
                {"done_when", list(node.done_when)},
                {"budget_share", node.budget_share}};
}

template <class T>
Array list_of(const std::vector<T>& items) {
  Array out;
  for (const auto& item : items) out.push_back(to_json(item));
  return out;
}

Criterion read_criterion(JsonReader& in) {
  return {.id = in.string("id"), .text = in.string("text"), .check = in.string_or_empty("check")};
}

PlanNode read_node(JsonReader& in) {
  PlanNode node;
  node.id = in.string("id");
  if (auto agent = in.string_or_empty("agent"); !agent.empty()) node.agent = std::move(agent);
  node.objective = in.string("objective");
  node.write_set = in.strings("write_set");
  node.depends_on = in.strings("depends_on");
  node.done_when = in.strings("done_when");
  node.budget_share = in.optional_number("budget_share").value_or(0);
  return node;
}

Estimate read_estimate(JsonReader& in) {
  return {.minutes = in.optional_number("minutes").value_or(0),
          .usd = in.optional_number("usd").value_or(0),
          .source = in.string_or_empty("source")};
}

// Each with a reader of its own; the first mistake is the one that is told.
template <class T, class Read>
std::vector<T> read_list(JsonReader& in, std::string_view key, std::optional<JsonReader::Problem>& problem, Read&& read) {
  std::vector<T> out;
  for (const auto& item : in.array(key)) {
    JsonReader one(item, fmt::format("/{}/{}", key, out.size()));
    out.push_back(read(one));
    one.refuse_unknown();
    if (!problem) problem = one.problem();
  }
  return out;
}

}  // namespace

std::string_view to_string(Intent intent) { return kIntents[static_cast<std::size_t>(intent)]; }

std::optional<Intent> intent_from_string(std::string_view text) {
  const auto* hit = std::ranges::find(kIntents, text);
  if (hit == kIntents.end()) return std::nullopt;
  return static_cast<Intent>(hit - kIntents.begin());
}

std::string proposed_plan_name(std::int16_t step, std::string_view question) {
  return fmt::format("step-{}-{}-{}", step, question, kPlanArtifact);
}

json::Value to_json(const Plan& plan) {
  Object out{{"intent", to_string(plan.intent)},      {"summary", plan.summary},
             {"criteria", list_of(plan.criteria)},    {"nodes", list_of(plan.nodes)},
             {"avoid_files", list(plan.avoid_files)}, {"follow", list(plan.follow)}};
  if (plan.max_files_changed) out.append("max_files_changed", *plan.max_files_changed);
  if (plan.estimate != Estimate{}) {
    out.append("estimate", Object{{"minutes", plan.estimate.minutes}, {"usd", plan.estimate.usd}, {"source", plan.estimate.source}});
  }
  return out;
}

std::string to_json_text(const Plan& plan) { return json::dump(to_json(plan)); }

Result<Plan> plan_from(std::string_view json_text) {
  const auto invalid = [](std::string what) {
    return fail_user("plan_invalid", "the plan cannot be read: " + std::move(what),
                     "a plan has intent, summary, criteria, nodes, avoid_files and follow; GET /api/v1/tasks/ID/plan shows one");
  };
  auto value = json::parse(json_text, {.max_bytes = kMaxPlanBytes});
  if (!value) return invalid(value.error().message);
  JsonReader in(*value);
  Plan plan;
  const auto intent = in.string("intent");
  if (const auto known = intent_from_string(intent))
    plan.intent = *known;
  else
    in.fail("intent", "must be feature, bug_fix, refactor, docs, test or investigation");
  plan.summary = in.string("summary");
  std::optional<JsonReader::Problem> problem;
  plan.criteria = read_list<Criterion>(in, "criteria", problem, read_criterion);
  plan.nodes = read_list<PlanNode>(in, "nodes", problem, read_node);
  plan.avoid_files = in.strings("avoid_files");
  plan.follow = in.strings("follow");
  plan.max_files_changed = in.optional_integer("max_files_changed");
  if (const auto* estimate = in.optional_object("estimate")) {
    JsonReader one(*estimate, "/estimate");
    plan.estimate = read_estimate(one);
    one.refuse_unknown();
    if (!problem) problem = one.problem();
  }
  in.refuse_unknown();
  if (in.problem()) problem = in.problem();
  if (problem) return invalid((problem->pointer.empty() ? "/" : problem->pointer) + ": " + problem->message);
  return plan;
}

}  // namespace argosy::tasks
