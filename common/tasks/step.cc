#include "common/tasks/step.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace argosy::tasks {
namespace {

using Ordinals = std::set<std::int16_t>;

Result<void> check_edges(const std::vector<NewStep>& added, const Ordinals& known) {
  for (const NewStep& step : added) {
    for (const auto* ordinals : {&step.depends_on, &step.inputs}) {
      for (const std::int16_t other : *ordinals) {
        if (known.contains(other)) continue;
        return fail_user("dag_unknown_dependency", fmt::format("step {} needs step {}, which the task does not have", step.ordinal, other));
      }
    }
    if (step.on_task_end && !step.depends_on.empty()) {
      return fail_user("dag_unknown_dependency", fmt::format("step {} runs at the task's end and cannot depend on a step", step.ordinal));
    }
    // A counter in the row counts predecessors: one that is named twice would never be counted down to zero.
    if (Ordinals(step.depends_on.begin(), step.depends_on.end()).size() != step.depends_on.size()) {
      return fail_user("dag_duplicate_ordinal", fmt::format("step {} names a predecessor twice", step.ordinal));
    }
  }
  return {};
}

// Takes away steps whose predecessors are all gone, until none is left or a circle is. Existing steps never depend on added ones.
Result<void> check_no_cycle(const std::vector<NewStep>& added) {
  std::map<std::int16_t, std::size_t> open;  // ordinal -> predecessors among the added
  std::map<std::int16_t, std::vector<std::int16_t>> successors;
  for (const NewStep& step : added) open[step.ordinal] = 0;
  for (const NewStep& step : added) {
    for (const std::int16_t before : step.depends_on) {
      if (!open.contains(before)) continue;
      ++open[step.ordinal];
      successors[before].push_back(step.ordinal);
    }
  }
  std::vector<std::int16_t> runnable;
  for (const auto& [ordinal, count] : open) {
    if (count == 0) runnable.push_back(ordinal);
  }
  std::size_t done = 0;
  for (; !runnable.empty(); ++done) {
    const std::int16_t step = runnable.back();
    runnable.pop_back();
    for (const std::int16_t after : successors[step]) {
      if (--open[after] == 0) runnable.push_back(after);
    }
  }
  if (done != added.size()) return fail_user("dag_cycle", "steps of the task wait for each other in a circle");
  return {};
}

}  // namespace

Result<void> check_dag(const std::vector<NewStep>& added, const std::vector<std::int16_t>& existing) {
  if (added.size() + existing.size() > kMaxStepsPerTask) {
    return fail_user("dag_too_large",
                     fmt::format("the task would have {} steps, {} are allowed", added.size() + existing.size(), kMaxStepsPerTask),
                     "split the task");
  }
  Ordinals known(existing.begin(), existing.end());
  for (const NewStep& step : added) {
    if (step.ordinal < 0 || !known.insert(step.ordinal).second) {
      return fail_user("dag_duplicate_ordinal", fmt::format("the ordinal {} is taken or negative", step.ordinal));
    }
  }
  ARGOSY_TRY_VOID(check_edges(added, known));
  return check_no_cycle(added);
}

Result<void> check_detour(const std::vector<NewStep>& detour) {
  if (detour.size() > kMaxStepsPerTask)
    return fail_user("dag_too_large", fmt::format("a detour of {} steps, a task may have {}", detour.size(), kMaxStepsPerTask));
  std::int16_t name = 0;
  for (const NewStep& step : detour) {
    if (step.ordinal != --name)
      return fail_user("dag_duplicate_ordinal", fmt::format("step {} of a detour is named {}", name, step.ordinal));
    if (step.on_task_end) return fail_user("dag_unknown_dependency", "a step of a detour cannot hang on the task's end");
    for (const auto* ordinals : {&step.depends_on, &step.inputs})
      if (std::ranges::any_of(*ordinals, [&](std::int16_t other) { return other <= name; }))
        return fail_user("dag_cycle", fmt::format("step {} of a detour needs one that is not before it", name));
    if (Ordinals(step.depends_on.begin(), step.depends_on.end()).size() != step.depends_on.size())
      return fail_user("dag_duplicate_ordinal", fmt::format("step {} of a detour names a predecessor twice", name));
  }
  return {};
}

}  // namespace argosy::tasks
