// The planner of a process, as its configuration has it. Used by main.
#pragma once

#include <memory>

#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "workers/planning/prompted/prompt_planner.h"

namespace argosy::planning {

// With what it stands on: the models, the prompts, and a connection to ask what earlier tasks took.
class WholePlanner {
 public:
  virtual ~WholePlanner() = default;
  virtual const PromptPlanner& planner() const = 0;
};

// One that asks the models of ARGOSY_MODELS, or what ARGOSY_MODEL puts in their place; null where neither is set. It ends before `process`.
// Errors (B) are mistakes in the configuration: those of runtime::ModelService::open() and llm::Prompts.
Result<std::unique_ptr<WholePlanner>> open_planner(const config::Settings& settings, runtime::Process& process);

}  // namespace argosy::planning
