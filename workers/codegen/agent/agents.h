// Steps of kind "agent": a loop of an agent for each, which waits for its model without a thread. It is saved between any two rounds, so
// that another process goes on where this one was killed; what shall be run becomes steps of the testing queue, and another step that goes
// on. Serves all slots; thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "common/agent/context/context.h"
#include "common/agent/loop.h"
#include "common/agent/tools/toolbox.h"
#include "common/llm/call/model.h"
#include "common/llm/prompts/library.h"
#include "common/runtime/handler.h"
#include "common/runtime/work_pool.h"
#include "common/tasks/agent/agent_spec.h"
#include "common/vcs/repository.h"
#include "workers/codegen/agent/shared_tree.h"

namespace argosy::codegen {

inline constexpr std::chrono::hours kAgentStepLimit{26};  // an agent ends by its own, of a day at most; this one is for what hangs

class Agents {
 public:
  struct Parts {
    vcs::VcsOptions options;
    llm::Model& model;
    const llm::Prompts& prompts;
    // By its name, as the step's organisation has it. Errors (B).
    std::function<Result<std::shared_ptr<const tasks::AgentSpec>>(const runtime::Step&, std::string_view name)> agent;
    BuildIndex index;  // of a tree
    // The format of edits that a model is told, by its name in models.yaml; empty: of who is likely to answer. May block.
    std::function<code::EditFormat(const std::string& model)> edit_format{};
    std::function<void(const std::string& model, code::EditFormat, bool placed)> edit_tried{};  // counts
    // Definitions of a tree near a question; null: off. Blocks.
    std::function<Result<std::vector<code::SemanticHit>>(const runtime::Step&, const code::Index&, const code::SourceTree&,
                                                         const std::string& question, std::stop_token)>
        by_meaning{};
    agent::Outside outside{};
    std::function<agent::Purse(const runtime::Step&)> purse{};      // what budgets leave to the step's task; null: not known. May block
    std::function<NanoUsd(const llm::CallResult&)> cost{};          // of a call; null: nothing
    std::int64_t context_tokens = agent::LoopParts::kUsualContext;  // the smallest window of the models that may be asked
    std::int64_t shown_tokens = agent::kUsualContext;               // of the repository, before the agent begins; at most opening.h's share
    std::size_t most = 512;                                         // loops at once
  };
  explicit Agents(Parts parts) : parts_(std::move(parts)), pool_(kThreads, parts_.most) {}

  // As Handler::start(). What answers bring is handled on own threads. Errors: those of vcs, the artifacts, the prompts and the calls;
  // agent_state_invalid (B). An end that is none of success is agent_budget, agent_stuck, ... (B), details {"reason", "partial_patch"};
  // where something was changed by then, it is kept on a branch first (tasks/agent/unfinished.h).
  void start(std::shared_ptr<const runtime::Step> step, std::shared_ptr<runtime::StepContext> context, runtime::StepDone done);

  // The threads that handle answers.
  const runtime::WorkPool& pool() const { return pool_; }

  static constexpr int kThreads = 4;

 private:
  const Parts parts_;
  const agent::Toolbox tools_;
  SharedTrees trees_;
  runtime::WorkPool pool_;
};

}  // namespace argosy::codegen
