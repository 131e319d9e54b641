// The loop of an agent, without threads, network and disk: what it does next follows from what it was told. The driver (codegen) calls the
// model, runs the steps, asks the people, saves the state between any two rounds, and tells it what came of it. One thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/agent/loop_state.h"
#include "common/agent/policy.h"
#include "common/agent/tools/toolbox.h"
#include "common/core/clock.h"
#include "common/core/text/usd.h"
#include "common/llm/call/model.h"
#include "common/llm/prompts/prompt.h"
#include "common/tasks/agent/agent_spec.h"
#include "common/tasks/agent/end_reason.h"
#include "common/tasks/agent/plan.h"
#include "common/tasks/checkpoint.h"

namespace argosy::agent {

struct CallModel {
  std::shared_ptr<const llm::Request> request;
  bool summary = false;       // of kind "summary", not "edit": it asks for a shorter conversation
  llm::PromptVersion prompt;  // of a summary
};
struct RunSteps {
  std::vector<tasks::Run> runs;
};
struct AskPerson {
  tasks::Question question;
};
struct End {
  tasks::EndReason reason = tasks::EndReason::completed;
  std::string text;  // what was done, and what was not
};
using Next = std::variant<CallModel, RunSteps, AskPerson, End>;

// What budgets leave to whoever pays for the loop, and the task's own as a whole. Nothing: any amount.
struct Purse {
  std::optional<std::int64_t> tokens_left{}, task_tokens{};
  std::optional<NanoUsd> money_left{}, task_money{};
};

struct LoopParts {
  const tasks::AgentSpec& agent;
  const Toolbox& tools;
  const Policy& policy;
  std::shared_ptr<const code::SourceTree> tree;
  std::function<Result<std::shared_ptr<const code::Index>>()> index{};
  SearchByMeaning by_meaning{};  // null: off
  Outside outside{};
  std::function<void(tasks::NewEvent)> emit{};
  std::function<void(code::EditFormat, bool placed)> tried{};  // counts edits of the model
  std::function<UnixMillis()> now{};                           // null: time does not count
  std::vector<tasks::Criterion> criteria{};                    // of the node: finish must say of each how it is met
  const llm::Prompt* summary = nullptr;          // the prompt of that name; null: old results are masked, nothing is summarised
  std::int64_t context_tokens = kUsualContext;   // the smallest window of the models that may be asked
  std::int64_t answer_tokens = kUsualAnswer;     // longest answer
  std::function<Purse()> purse{};                // as it is now, asked before each call of the model; null: not known
  double budget_share = 0;                       // of the task's budget that this loop may use; 0: what there is
  std::function<std::int64_t()> detours_left{};  // how often the task can still be given the steps that run something; null: nobody counts

  static constexpr std::int64_t kUsualContext = 128'000, kUsualAnswer = 8'192;
};

class Loop {
 public:
  // `state` is what the loop begins with, the rendered prompt as its messages, or one that was kept.
  Loop(LoopParts parts, LoopState state);

  // Each says what is to be done next; until it is done nothing else may be called but state().
  Next go_on();                                                // after a start, or with a state that was kept: the same as was said last
  Next answered(const llm::Answer& answer, NanoUsd cost = 0);  // of CallModel
  Next ran(const std::vector<tasks::RunResult>& results);      // of RunSteps; a run without a result counts as not carried out
  Next told(const tasks::Answer& answer);                      // of AskPerson

  // Before answered(), where another model has answered than the one whose format is told: the next request tells this one's.
  void write_in(code::EditFormat format);

  const LoopState& state() const { return state_; }
  // It has come to its end. A driver that finds the mark in a kept state knows by it whether a person has let it go on since.
  void mark_end(std::int64_t mark) { state_.ended_under = mark; }
  // Then, before go_on(): rounds, tokens, time and runs as if it had used none, and nothing of what it was caught in.
  void allow_anew();

 private:
  LoopParts parts_;
  LoopState state_;
  UnixMillis since_ = 0;                       // when it began to work on what is to be done
  std::shared_ptr<const code::Index> edited_;  // see Bench
};

}  // namespace argosy::agent
