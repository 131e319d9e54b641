// What a plan must be before anything is done by it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "common/core/text.h"
#include "common/tasks/agent/plan.h"

namespace argosy::tasks {
namespace {

constexpr std::size_t kMaxId = 32, kMaxNamed = 60;
constexpr double kRoundingOfShares = 1e-6;  // ten shares of 0.1 are 1

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId &&
         std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string named(std::string_view id) { return "\"" + text::ellipsize(id, kMaxNamed) + "\""; }

class Problems {
 public:
  explicit Problems(const Plan& plan) : plan_(plan) {
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) place_.emplace(plan.nodes[i].id, i);
  }

  std::vector<std::string> all() {
    sizes();
    if (!found_.empty()) return found_;  // what comes next costs more the larger the plan is
    for (const auto& criterion : plan_.criteria) check(criterion);
    for (const auto& node : plan_.nodes) check(node);
    shares();
    coverage();
    if (found_.empty()) graph();
    return found_;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> text, Args&&... args) {
    found_.push_back(fmt::format(text, std::forward<Args>(args)...));
  }

  void sizes() {
    if (plan_.nodes.empty()) say("the plan has no nodes");
    if (plan_.nodes.size() > kMaxPlanNodes) say("the plan has {} nodes, at most {} are allowed", plan_.nodes.size(), kMaxPlanNodes);
    if (plan_.criteria.empty()) say("the plan has no criteria: nobody could tell when it is done");
    if (plan_.criteria.size() > kMaxCriteria) say("the plan has {} criteria, at most {} are allowed", plan_.criteria.size(), kMaxCriteria);
    if (plan_.summary.empty() || plan_.summary.size() > kMaxPlanText) say("the summary must have 1 to {} bytes", kMaxPlanText);
    if (plan_.avoid_files.size() > kMaxPlanAvoids) say("avoid_files has more than {} globs", kMaxPlanAvoids);
    if (plan_.follow.size() > kMaxPlanFollows) say("follow has more than {} entries", kMaxPlanFollows);
    for (const auto& words : plan_.follow)
      if (words.empty() || words.size() > kMaxPlanText) say("each entry of follow must have 1 to {} bytes", kMaxPlanText);
    for (const auto& glob : plan_.avoid_files) check_glob("avoid_files", glob);
    if (plan_.max_files_changed && *plan_.max_files_changed < 1) say("max_files_changed must be at least 1");
    std::size_t globs = 0;
    for (const auto& node : plan_.nodes) globs += node.write_set.size();
    if (globs > kMaxPlanGlobs) say("the write-sets have {} globs together, at most {} are allowed", globs, kMaxPlanGlobs);
    if (found_.empty() && to_json_text(plan_).size() > kMaxPlanBytes) say("the plan has more than {} bytes", kMaxPlanBytes);
  }

  void check_glob(std::string_view where, const std::string& glob) {
    const auto parts = text::split(glob, '/');
    if (glob.empty() || glob.size() > kMaxPlanGlobBytes)
      say("{}: a glob must have 1 to {} bytes", where, kMaxPlanGlobBytes);
    else if (glob.front() == '/' || glob.contains('\0') || std::ranges::find(parts, "..") != parts.end())
      say("{}: {} must be a path or glob below the repository's root", where, named(glob));
  }

  void check(const Criterion& criterion) {
    if (!is_id(criterion.id))
      say("the criterion's id {} must be small letters, digits and dashes, at most {}", named(criterion.id), kMaxId);
    if (!criteria_.insert(criterion.id).second) say("two criteria have the id {}", named(criterion.id));
    if (criterion.text.empty() || criterion.text.size() > kMaxPlanText)
      say("the text of criterion {} must have 1 to {} bytes", named(criterion.id), kMaxPlanText);
    if (criterion.check.size() > kMaxPlanText) say("the check of criterion {} has more than {} bytes", named(criterion.id), kMaxPlanText);
  }

  void check(const PlanNode& node) {
    const auto name = fmt::format("node {}", named(node.id));
    if (!is_id(node.id)) say("the node's id {} must be small letters, digits and dashes, at most {}", named(node.id), kMaxId);
    if (!ids_.insert(node.id).second) say("two nodes have the id {}", named(node.id));
    if (node.agent.empty() || node.agent.size() > 2 * kMaxId) say("{}: agent must be the name of one", name);
    if (node.objective.empty() || node.objective.size() > kMaxObjective)
      say("{}: the objective must have 1 to {} bytes", name, kMaxObjective);
    if (node.write_set.empty()) say("{}: the write_set is empty: it could not do anything", name);
    for (const auto& glob : node.write_set) {
      check_glob(name, glob);
      for (const auto& avoid : plan_.avoid_files)
        if (text::glob_within(glob, avoid)) say("{}: {} lies wholly in {}, which is to be avoided", name, named(glob), named(avoid));
    }
    for (const auto& id : node.depends_on)
      if (!place_.contains(id)) say("{} depends on {}, which is no node", name, named(id));
    for (const auto& id : node.done_when)
      if (std::ranges::find(plan_.criteria, id, &Criterion::id) == plan_.criteria.end())
        say("{}: done_when names {}, which is no criterion", name, named(id));
  }

  void shares() {
    double sum = 0;
    bool without = false;
    for (const auto& node : plan_.nodes) {
      if (!std::isfinite(node.budget_share) || node.budget_share < 0 || node.budget_share > 1)
        say("node {}: budget_share must be from 0 to 1", named(node.id));
      sum += node.budget_share;
      without = without || node.budget_share == 0;
    }
    if (sum > 1 + kRoundingOfShares) say("the nodes' budget_shares are {:.2f} together, at most 1 is allowed", sum);
    if (without && std::abs(sum - 1) <= kRoundingOfShares) say("some nodes have a budget_share and take all: the others get nothing");
  }

  void coverage() {
    for (const auto& criterion : plan_.criteria) {
      const bool covered = std::ranges::any_of(
          plan_.nodes, [&](const auto& node) { return std::ranges::find(node.done_when, criterion.id) != node.done_when.end(); });
      if (!covered) say("no node covers the criterion {}: name it in a node's done_when", named(criterion.id));
    }
  }

  // Ids are unique and known by now.
  void graph() {
    std::vector<std::set<std::size_t>> before(plan_.nodes.size());  // all that it builds on
    std::vector<std::size_t> depth(plan_.nodes.size(), 0);
    enum class Seen { not_yet, above, done };
    std::vector<Seen> seen(plan_.nodes.size(), Seen::not_yet);
    const std::function<bool(std::size_t)> visit = [&](std::size_t i) {
      if (seen[i] == Seen::done) return true;
      if (seen[i] == Seen::above) return false;
      seen[i] = Seen::above;
      depth[i] = 1;
      for (const auto& id : plan_.nodes[i].depends_on) {
        const auto j = place_.at(id);
        if (!visit(j)) return false;
        before[i].insert(j);
        before[i].insert(before[j].begin(), before[j].end());
        depth[i] = std::max(depth[i], depth[j] + 1);
      }
      seen[i] = Seen::done;
      return true;
    };
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i)
      if (!visit(i)) return say("the nodes depend on each other in a circle, which {} is part of or leads to", named(plan_.nodes[i].id));
    if (const auto deepest = *std::ranges::max_element(depth); deepest > kMaxPlanDepth)
      say("{} nodes wait for each other in a row, at most {} are allowed", deepest, kMaxPlanDepth);
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (!before[i].contains(j) && !before[j].contains(i)) side_by_side(plan_.nodes[j], plan_.nodes[i]);
  }

  void side_by_side(const PlanNode& a, const PlanNode& b) {
    for (const auto& mine : a.write_set)
      for (const auto& theirs : b.write_set)
        if (text::globs_may_meet(mine, theirs))
          return say(
              "nodes {} and {} may run side by side, and their write-sets {} and {} may meet: let one depend on the other, or narrow them",
              named(a.id), named(b.id), named(mine), named(theirs));
  }

  const Plan& plan_;
  std::map<std::string, std::size_t, std::less<>> place_;
  std::set<std::string> ids_, criteria_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> problems_of(const Plan& plan) { return Problems(plan).all(); }

}  // namespace argosy::tasks
