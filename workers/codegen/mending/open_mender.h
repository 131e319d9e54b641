// The mender of a process, as its configuration has it. Used by main.
#pragma once

#include <memory>

#include "common/config/settings.h"
#include "common/runtime/process.h"
#include "workers/codegen/fix.h"

namespace argosy::codegen {

// One that asks the models of ARGOSY_MODELS, or what ARGOSY_MODEL puts in their place; null where neither is set: people mend. It holds all
// that stands around a call, and ends before `process`. Errors (B) are mistakes in the configuration: those of
// runtime::ModelService::open() and llm::Prompts.
Result<std::unique_ptr<Mender>> open_mender(const config::Settings& settings, runtime::Process& process);

}  // namespace argosy::codegen
