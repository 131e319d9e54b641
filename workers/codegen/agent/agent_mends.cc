// A fix round by an agent: a loop like all others, begun with what gates have stopped. Where others end the task, it asks a person.
#include <fmt/format.h>

#include <utility>

#include "workers/codegen/agent/agent_run.h"
#include "workers/codegen/fix.h"

namespace argosy::codegen {
namespace {

constexpr std::string_view kWhatToDo =
    "Mend the change that was stopped at its gates, so that they hold: all tests that passed before it pass again, and the other gates "
    "that are named are content. Mend the cause in what the change touched or left out; change as little as possible. What was changed, "
    "what the gates said and the files that matter are shown below. When it is mended, call finish; when it cannot be mended, call "
    "finish without any edit and say why.";

}  // namespace

Result<void> AgentRun::open_fix() {
  ARGOSY_TRY(mends_, tasks::fix_payload_from(step_->payload));
  payload_ = {.base_commit = mends_->base_commit,
              .node = {.id = fmt::format("fix-{}", mends_->round), .objective = std::string(kWhatToDo), .write_set = mends_->write_set},
              .criteria = {},
              .state = mends_->state,
              .ran = mends_->ran};
  return {};
}

// A task without a plan has no write-sets: what was touched and what the failures name is what may have to be mended.
Result<void> AgentRun::look_at_failures() {
  ARGOSY_TRY(material_, gather(*step_, *mends_, tree_->source(), *context_));
  if (payload_.node.write_set.empty()) payload_.node.write_set = material_.paths;
  return {};
}

runtime::StepResult AgentRun::not_mended(const Error& because) {
  context_->log(fmt::format("{}\n", because.message));
  return ask_person(*mends_, because);
}

}  // namespace argosy::codegen
