#include "workers/codegen/agent/agents.h"

#include <utility>

#include "workers/codegen/agent/agent_run.h"

namespace argosy::codegen {

void Agents::start(std::shared_ptr<const runtime::Step> step, std::shared_ptr<runtime::StepContext> context, runtime::StepDone done) {
  std::make_shared<AgentRun>(AgentRun::House{parts_, tools_, trees_, pool_}, std::move(step), std::move(context), std::move(done))->begin();
}

}  // namespace argosy::codegen
