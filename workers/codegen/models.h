// What of a codegen process asks models, as its configuration has it: the agents. Used by main.
#pragma once

#include <array>
#include <memory>

#include "common/config/settings.h"
#include "common/runtime/models/model_service.h"
#include "common/runtime/process.h"
#include "workers/codegen/agent/agents.h"
#include "workers/codegen/agent/index_shelf.h"
#include "workers/codegen/agent/meaning_shelf.h"
#include "workers/codegen/research/documentation.h"
#include "workers/codegen/research/osv/database.h"

namespace argosy::codegen {

class Models {
 public:
  // They ask the models of ARGOSY_MODELS, or what ARGOSY_MODEL puts in their place; null where neither is set: people mend, and agents'
  // steps fail. It holds all that stands around a call, and ends before `process`. Errors (B) are mistakes in the configuration: those of
  // runtime::ModelService::open(), llm::Prompts and Documentation.
  static Result<std::unique_ptr<Models>> open(const config::Settings& settings, runtime::Process& process, const vcs::VcsOptions& options);

  Agents& agents() { return agents_; }

 private:
  Models(llm::Prompts prompts, std::unique_ptr<runtime::ModelService> service, std::shared_ptr<store::Database> index_db,
         std::unique_ptr<Documentation> documentation, const config::Settings& settings, runtime::Process& process,
         const vcs::VcsOptions& options);
  agent::Outside outside();

  const llm::Prompts prompts_;
  const std::unique_ptr<runtime::ModelService> service_;
  const std::unique_ptr<Documentation> documentation_;    // null: off
  const std::unique_ptr<osv::Database> vulnerabilities_;  // likewise
  IndexShelf indexes_;
  MeaningShelf meanings_;
  Agents agents_;  // behind the others: its threads end before what they use
  const std::array<runtime::PoolFigures::Watch, 2> watches_;
};

}  // namespace argosy::codegen
