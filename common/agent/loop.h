// The loop of an agent, without threads, network and disk: what it does next follows from what it was told. The driver (codegen) calls the
// model, runs the steps, asks the people, saves the state between any two rounds, and tells it what came of it. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/agent/stuck.h"
#include "common/agent/tools/toolbox.h"
#include "common/agent/work_record.h"
#include "common/llm/call/model.h"
#include "common/llm/conversation.h"
#include "common/tasks/agent/agent_spec.h"
#include "common/tasks/agent/end_reason.h"
#include "common/tasks/checkpoint.h"

namespace argosy::agent {

// All that a loop knows; with the tree of its step enough to go on anywhere.
struct LoopState {
  std::vector<llm::Message> messages;  // what the next request says
  WorkRecord record;
  code::Edit edits;                 // on top of the step's tree
  std::vector<Happening> history;   // bounded: for stuck()
  std::vector<llm::ToolCall> open;  // calls of the last answer that have no result yet
  std::int64_t rounds = 0, tokens = 0, runs = 0, compactions = 0, nudges = 0, bad_edits = 0, worked_ms = 0;
  code::EditFormat format = code::EditFormat::str_replace;
};
std::string to_json_text(const LoopState& state);
// Errors (B): agent_state_invalid.
Result<LoopState> loop_state_from(std::string_view json_text);

struct CallModel {
  std::shared_ptr<const llm::Request> request;
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

struct LoopParts {
  const tasks::AgentSpec& agent;
  const Toolbox& tools;
  const Policy& policy;
  std::shared_ptr<const code::SourceTree> tree;
  std::function<Result<std::shared_ptr<const code::Index>>()> index{};
  std::function<void(tasks::NewEvent)> emit{};
  std::int64_t budget_tokens_left = -1;  // told to the model; -1: not known
};

class Loop {
 public:
  // `begin` is what a loop begins with: the rendered prompt. Of a state that goes on its messages count.
  Loop(LoopParts parts, LoopState state);

  Next go_on();                                            // after a start or a save that was loaded
  Next answered(const llm::Answer& answer);                // of CallModel
  Next ran(const std::vector<tasks::RunResult>& results);  // of RunSteps
  Next told(const tasks::Answer& answer);                  // of AskPerson

  const LoopState& state() const { return state_; }

 private:
  LoopParts parts_;
  LoopState state_;
};

}  // namespace argosy::agent
