#include "workers/planning/planning_handler.h"

#include <fmt/format.h>

#include <utility>

#include "common/runtime/constraints.h"
#include "workers/planning/plan.h"
#include "workers/planning/rehearsal.h"

namespace argosy::planning {
namespace {

// The user wrote a list; an error must say which entry it means.
Error about(Error error, std::size_t index, const tasks::Operation& operation) {
  error.message = fmt::format("operation {} ({}): {}", index + 1, tasks::summary(operation), error.message);
  return error;
}

Result<void> rehearse(vcs::Repository& repository, const std::string& commit, const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY(const auto base, CommitSource::open(repository, commit));
  const tasks::TaskContext& task = step.task;
  Rehearsal rehearsal(repository, commit, base);
  for (std::size_t i = 0; i < task.change.size(); ++i) {
    if (context.cancelled()) return fail_transient("cancelled", "the step was cancelled");
    if (auto done = rehearsal.apply(task.change[i]); !done) return std::unexpected(about(std::move(done.error()), i, task.change[i]));
  }
  ARGOSY_TRY(const auto touched, rehearsal.touched());
  context.log(fmt::format("{} operations rehearsed, {} files touched{}\n", task.change.size(), touched.size(),
                          rehearsal.complete() ? "" : " as far as known before diffs are applied"));
  return runtime::check_touched(step, context, touched);
}

}  // namespace

Result<runtime::StepResult> PlanningHandler::run(const runtime::Step& step, runtime::StepContext& context) {
  auto options = options_;
  options.cancelled = [&context] { return context.cancelled(); };
  if (step.task.change.empty() && step.task.prompt.empty())
    return fail_user("nothing_to_do", "the task names no change", "send \"change\" with at least one operation, or \"prompt\"");
  if (step.task.change.empty() && planner_ == nullptr)
    return fail_user("prompt_needs_model", "the task is given in words, and the planning worker has no model",
                     "start it with ARGOSY_MODELS or ARGOSY_MODEL, or send \"change\" with operations");
  if (step.task.change.empty()) return planner_->run(options, step, context);

  ARGOSY_TRY(const auto repository, vcs::Repository::open(options, step.task.url));
  ARGOSY_TRY_VOID(repository->fetch());
  ARGOSY_TRY(const auto resolved, repository->resolve(step.task.default_branch));
  const Target target{.base_commit = resolved.first, .branch = resolved.second};
  context.log(fmt::format("base commit {} of branch {}\n", target.base_commit, target.branch));
  ARGOSY_TRY_VOID(rehearse(*repository, target.base_commit, step, context));

  const auto grouping = group(step.task.change);
  auto added = steps(step.task.change, grouping, target);
  context.emit(tasks::agent_thought("planning", in_words(added, grouping, target), context.clock().unix_ms()));
  return runtime::StepResult{
      .output = tasks::to_json_text(tasks::PlanOutput{.base_commit = target.base_commit, .target_branch = target.branch}),
      .added = std::move(added)};
}

}  // namespace argosy::planning
