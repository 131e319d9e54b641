#include "workers/codegen/codegen_handler.h"

#include <fmt/format.h>

#include "common/tasks/agent/unfinished.h"
#include "workers/codegen/agent/agents.h"
#include "workers/codegen/change_maker.h"
#include "workers/codegen/fix.h"

namespace argosy::codegen {
namespace {

Result<runtime::StepResult> run_change(const vcs::VcsOptions& options, const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY(const auto payload, tasks::change_payload_from(step.payload));
  ARGOSY_TRY(auto maker, ChangeMaker::open(options, payload.base_commit, step, context));
  for (const auto index : payload.operations) {
    if (index < 0 || static_cast<std::size_t>(index) >= step.task.change.size())
      return fail_user("payload_invalid", fmt::format("the task has no operation {}", index));
    ARGOSY_TRY_VOID(maker.apply(step.task.change[static_cast<std::size_t>(index)], static_cast<std::size_t>(index)));
  }
  ARGOSY_TRY(const auto output, maker.hand_on(step.title));
  return runtime::StepResult{.output = tasks::to_json_text(output)};
}

// The task ends with what the agent could not do. Who redrives the step lets the agent go on instead: where it ended, with all it may use.
Result<runtime::StepResult> give_up(const runtime::Step& step) {
  ARGOSY_TRY(auto last, tasks::give_up_payload_from(step.payload));
  if (step.forgiven == 0 || last.goes_on.empty()) return std::unexpected(std::move(last.error));
  runtime::StepResult result{.output = tasks::to_json_text(tasks::ChangeOutput{})};
  result.detour.push_back({.ordinal = -1,
                           .queue = tasks::Queue::codegen,
                           .kind = "agent",
                           .title = std::move(last.title),
                           .payload = std::move(last.goes_on),
                           .inputs = std::move(last.inputs),
                           .time_limit = kAgentStepLimit});
  return result;
}

}  // namespace

void CodegenHandler::start(std::shared_ptr<const runtime::Step> step, std::shared_ptr<runtime::StepContext> context,
                           runtime::StepDone done) {
  const bool mends = step->kind == "fix" && agents_ != nullptr && agent_may_mend(*step);
  if (step->kind != "agent" && !mends) return done(run(*step, *context));
  if (agents_ != nullptr) return agents_->start(std::move(step), std::move(context), std::move(done));
  done(fail_user("agent_without_model", "a step of an agent needs a model, and none is configured",
                 "set ARGOSY_MODEL or ARGOSY_MODELS for the codegen workers"));
}

Result<runtime::StepResult> CodegenHandler::run(const runtime::Step& step, runtime::StepContext& context) {
  if (step.kind == "give_up") return give_up(step);
  return step.kind == "fix" ? run_fix(options_, step, context) : run_change(options_, step, context);
}

}  // namespace argosy::codegen
