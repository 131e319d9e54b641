#include "common/tasks/agent/plan_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "common/core/text.h"
#include "common/tasks/agent/agent_step.h"

namespace argosy::tasks {
namespace {

using Ordinals = std::vector<std::int16_t>;

constexpr std::size_t kMaxStepTitle = 120;
// An agent ends by its own limit, which keeps what it has done; this one is for what hangs.
constexpr std::chrono::hours kAgentStepLimit{26};

// Those that others build on before these; else as the plan has them.
std::vector<const PlanNode*> in_order(const Plan& plan) {
  std::vector<const PlanNode*> order;
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

std::vector<Criterion> criteria_of(const Plan& plan, const PlanNode& node) {
  std::vector<Criterion> covered;
  for (const auto& criterion : plan.criteria)
    if (std::ranges::find(node.done_when, criterion.id) != node.done_when.end()) covered.push_back(criterion);
  return covered;
}

std::string commit_title(const Plan& plan) {
  const auto type = [&]() -> std::string_view {
    switch (plan.intent) {
      case Intent::feature:
        return "feat";
      case Intent::bug_fix:
        return "fix";
      case Intent::refactor:
        return "refactor";
      case Intent::docs:
        return "docs";
      case Intent::test:
        return "test";
      case Intent::investigation:
        return "chore";
    }
    return "chore";
  }();
  return fmt::format("{}: {}", type, plan.summary.substr(0, plan.summary.find('\n')));
}

// Of what is left beside the nodes that have a share: in the plan, or since they began.
double equal_share(const Plan& plan, const std::map<std::string, double>& begun) {
  double rest = 1;
  int without = 0;
  for (const auto& node : plan.nodes) {
    const auto known = begun.find(node.id);
    const double share = known == begun.end() ? node.budget_share : known->second;
    rest -= share;
    without += share == 0 ? 1 : 0;
  }
  return without == 0 ? 0 : std::max(rest, 0.0) / without;
}

Ordinals sorted(Ordinals ordinals) {
  std::ranges::sort(ordinals);
  return ordinals;
}

// Puts a plan's steps together, out of those that stand as they are and new ones.
class Assembly {
 public:
  Assembly(const Plan& plan, const Target& target, const std::vector<StandingStep>& standing, std::int16_t first_ordinal)
      : plan_(plan), target_(target), standing_(standing), next_(first_ordinal) {
    std::map<std::string, double> begun;
    for (const auto& step : standing) {
      if (step.kind != "agent" || step.added_by) continue;
      const auto payload = agent_payload_from(step.payload);
      if (!payload) continue;
      root_[payload->node.id] = &step;
      if (step.begun) begun[payload->node.id] = payload->node.budget_share;
    }
    share_ = equal_share(plan, begun);
  }

  // The step with which a node begins; nothing: it has none.
  const StandingStep* root(const std::string& node) const {
    const auto found = root_.find(node);
    return found == root_.end() ? nullptr : found->second;
  }
  const StandingStep* last(std::string_view kind) const {
    const auto found = std::ranges::find_if(standing_, [&](const auto& one) { return one.kind == kind && !one.added_by; });
    return found == standing_.end() ? nullptr : &*found;
  }

  PlanRevision put_together() {
    for (const auto* node : in_order(plan_)) place(*node);
    std::set<std::int16_t> leaves;
    std::set<std::string> write_set;
    Ordinals changes;
    for (const auto* node : in_order(plan_)) {
      leaves.insert(end_.at(node->id));
      join(changes, node->id);
      write_set.insert(node->write_set.begin(), node->write_set.end());
    }
    for (const auto& node : plan_.nodes)
      for (const auto& id : node.depends_on) leaves.erase(end_.at(id));
    const auto test = keep_or_add(last("test"), test_step(next_, {leaves.begin(), leaves.end()}, changes, target_, plan_.criteria,
                                                          {write_set.begin(), write_set.end()}));
    keep_or_add(last("push"), push_step(next_, test, changes, target_, commit_title(plan_)));
    for (const auto& [id, step] : root_)
      if (!step->begun && !kept_.contains(step->ordinal)) revision_.superseded.push_back(step->ordinal);
    for (const auto* step : {last("test"), last("push")})
      if (step != nullptr && !kept_.contains(step->ordinal)) revision_.superseded.push_back(step->ordinal);
    std::ranges::sort(revision_.superseded);
    return std::move(revision_);
  }

 private:
  void place(const PlanNode& node) {
    auto& before = before_[node.id];
    for (const auto& id : node.depends_on) {
      before.insert(id);
      before.insert(before_.at(id).begin(), before_.at(id).end());
    }
    const auto* stands = root(node.id);
    if (stands != nullptr && stands->begun) {
      end_[node.id] = ends(*stands);
      kept_.insert(stands->ordinal);
      return;
    }
    std::set<std::int16_t> direct;
    for (const auto& id : node.depends_on) direct.insert(end_.at(id));
    Ordinals inputs;
    for (const auto* other : in_order(plan_))
      if (before.contains(other->id)) join(inputs, other->id);
    AgentPayload payload{.base_commit = target_.base_commit, .node = node, .criteria = criteria_of(plan_, node), .follow = plan_.follow};
    if (payload.node.budget_share == 0) payload.node.budget_share = share_;
    end_[node.id] =
        keep_or_add(stands, {.ordinal = next_,
                             .queue = Queue::codegen,
                             .kind = "agent",
                             .title = text::ellipsize(fmt::format("{}: {}", node.id, text::lines(node.objective).front()), kMaxStepTitle),
                             .payload = to_json_text(payload),
                             .depends_on = {direct.begin(), direct.end()},
                             .inputs = std::move(inputs),
                             .time_limit = kAgentStepLimit});
    first_[node.id] = end_[node.id];
  }

  // The ordinal under which it runs.
  std::int16_t keep_or_add(const StandingStep* stands, NewStep step) {
    if (stands != nullptr && stands->payload == step.payload && sorted(stands->depends_on) == sorted(step.depends_on) &&
        stands->inputs == step.inputs) {
      kept_.insert(stands->ordinal);
      return stands->ordinal;
    }
    revision_.added.push_back(std::move(step));
    revision_.replaces.push_back(stands == nullptr ? std::nullopt : std::optional(stands->ordinal));
    return next_++;
  }

  const StandingStep* stand_in(std::int16_t ordinal) const {
    const auto found = std::ranges::find(standing_, std::optional(ordinal), &StandingStep::stands_for);
    return found == standing_.end() ? nullptr : &*found;
  }
  // The step that what hangs on `step` waits for: the last one of its detours.
  std::int16_t ends(const StandingStep& step) const {
    auto last = step.ordinal;
    while (const auto* next = stand_in(last)) last = next->ordinal;
    return last;
  }

  // What a node has made, behind what was joined before. Of detours also what they read, in the order in which the database gives it to
  // whom they hold up (detour_inputs, schemas/migrations/0038).
  void join(Ordinals& inputs, const std::string& node) const {
    const auto added = first_.find(node);
    inputs.push_back(added != first_.end() ? added->second : root(node)->ordinal);
    for (const auto* next = stand_in(inputs.back()); next != nullptr; next = stand_in(inputs.back())) {
      const auto from = inputs.back();
      inputs.pop_back();
      for (const auto ordinal : next->inputs)
        if (ordinal == from || std::ranges::find(inputs, ordinal) == inputs.end()) inputs.push_back(ordinal);
      inputs.push_back(next->ordinal);
    }
  }

  const Plan& plan_;
  const Target& target_;
  const std::vector<StandingStep>& standing_;
  std::int16_t next_;
  double share_ = 0;  // of a node that names none
  std::map<std::string, const StandingStep*> root_;
  std::map<std::string, std::int16_t> first_, end_;      // of nodes: where new or kept ones begin, and where each ends
  std::map<std::string, std::set<std::string>> before_;  // all that a node builds on
  std::set<std::int16_t> kept_;
  PlanRevision revision_;
};

}  // namespace

std::vector<NewStep> steps_of(const Plan& plan, const Target& target) {
  const std::vector<StandingStep> none;
  return Assembly(plan, target, none, kFirstPlannedOrdinal).put_together().added;
}

Result<PlanRevision> revise(const Plan& from, const Plan& to, const Target& target, const std::vector<StandingStep>& standing,
                            std::int16_t first_ordinal) {
  Assembly assembly(to, target, standing, first_ordinal);
  for (const auto& node : from.nodes) {
    const auto* root = assembly.root(node.id);
    if (root == nullptr || !root->begun) continue;
    const auto now = std::ranges::find(to.nodes, node.id, &PlanNode::id);
    const auto begun = [&](std::string_view what) {
      return fail_user("plan_node_begun", fmt::format("node \"{}\" has begun (step {}): {}", node.id, root->ordinal, what),
                       "leave it as it is and let a new node change its outcome; POST .../rollback undoes steps");
    };
    if (now == to.nodes.end()) return begun("it cannot be removed");
    if (*now != node) return begun("it cannot be changed");
    if (criteria_of(from, node) != criteria_of(to, *now)) return begun("the criteria that it covers cannot be changed");
  }
  if (const auto* test = assembly.last("test"); test != nullptr && test->begun)
    return fail_user("plan_tested", fmt::format("the tests of what the plan made have begun (step {})", test->ordinal),
                     "POST .../rollback to a step before them, then change the plan");
  return assembly.put_together();
}

}  // namespace argosy::tasks
