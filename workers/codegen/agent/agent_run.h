// One step of an agent on its way: opens the tree, asks the model, saves the loop, ends the step. Used by Agents. One thread at a time;
// while it waits for the model nobody holds it but the call.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workers/codegen/agent/agents.h"
#include "workers/codegen/agent/saved_loop.h"
#include "workers/codegen/change_maker.h"
#include "workers/codegen/mending/material.h"

namespace argosy::codegen {

class AgentRun final : public std::enable_shared_from_this<AgentRun> {
 public:
  // What all steps share; it outlives them.
  struct House {
    const Agents::Parts& parts;
    const agent::Toolbox& tools;
    SharedTrees& trees;
    runtime::WorkPool& pool;
  };
  AgentRun(House house, std::shared_ptr<const runtime::Step> step, std::shared_ptr<runtime::StepContext> context, runtime::StepDone done)
      : house_(house), step_(std::move(step)), context_(std::move(context)), done_(std::move(done)) {}

  // Once, on a thread that may block.
  void begin();

 private:
  // What is done on a thread of the pool or of the slots: an error or an exception ends the step.
  template <class Work>
  void guarded(Work&& work);
  Result<void> open();
  Result<SavedLoop> load();
  Result<agent::LoopState> first_state();
  Result<std::vector<llm::Untrusted>> shown_files();
  // Of a fix round (agent_mends.cc): what its payload says in an agent's words; what the agent may touch; the question to a person.
  Result<void> open_fix();
  Result<void> look_at_failures();
  runtime::StepResult not_mended(const Error& because);
  // As long as it is used the tree stays.
  std::shared_ptr<const code::SourceTree> source() const { return {tree_, &tree_->source()}; }
  IndexPlace index_place() const;
  void make_loop(agent::LoopState state);

  Result<void> go_on(agent::Next next);
  Result<void> hold();
  Result<void> call(const agent::CallModel& next);
  Result<void> answered(llm::CallResult result);
  std::optional<std::vector<tasks::RunResult>> results_of(const agent::RunSteps& next) const;

  Result<std::string> save(bool told);
  Result<void> write_edits();
  Result<std::string> keep_edits(const std::string& name);
  Result<runtime::StepResult> detour(const agent::RunSteps& next);
  Result<runtime::StepResult> hand_on();
  Result<runtime::StepResult> completed(const agent::End& end);
  Result<runtime::StepResult> ended(tasks::EndReason reason, const std::string& text);
  runtime::StepResult give_up(Error error, std::string partial, std::string state) const;
  void emit(tasks::NewEvent event);
  void finish(Result<runtime::StepResult> result);

  const House house_;
  const std::shared_ptr<const runtime::Step> step_;
  const std::shared_ptr<runtime::StepContext> context_;
  runtime::StepDone done_;  // empty once it was called

  tasks::AgentPayload payload_;
  std::optional<tasks::FixPayload> mends_;  // of a step of kind "fix"
  Material material_;                       // likewise
  std::shared_ptr<const tasks::AgentSpec> agent_;
  agent::Policy policy_;
  std::string key_;    // of the tree
  std::string model_;  // that answered last
  llm::PromptVersion prompt_;
  std::shared_ptr<SharedTree> tree_;
  std::optional<agent::Loop> loop_;
  std::vector<tasks::NewEvent> untold_;       // events that no finish has told
  std::optional<ChangeMaker> maker_;          // at the end: with a tree of its own, that holds the edits
  std::optional<std::int64_t> detours_left_;  // as the task had room when the step began; nothing: nobody counts
  bool unsaved_ = false;
  bool anew_ = false;         // it had come to its end, and was redriven since
  bool awaits_runs_ = false;  // it goes on where another step left it, and was not told yet what ran
};

}  // namespace argosy::codegen
