// One turn of a loop: what was told is taken in, the calls of the answer are done as far as no program and no person is needed, and what is
// to be done next is found. Lives as long as one call of Loop's. One thread.
#pragma once

#include <string>
#include <string_view>

#include "common/agent/formats/edit_formats.h"
#include "common/agent/loop.h"
#include "common/agent/workspace.h"

namespace argosy::agent {

class Turn {
 public:
  Turn(const LoopParts& parts, LoopState& state, std::shared_ptr<const code::Index>& edited_index)
      : parts_(parts),
        state_(state),
        edited_index_(edited_index),
        workspace_(parts.tree, state.edits),
        policy_(with_grants(parts.policy, state)) {}

  // taking in
  Next go_on();
  Next answer(const llm::Answer& answer);
  Next ran(const std::vector<tasks::RunResult>& results);
  Next told(const tasks::Answer& answer);
  void allow_anew();

 private:
  // answer.cc
  void count(const llm::Usage& usage, std::size_t answered_bytes);
  void keep_answer(const llm::Answer& answer);
  void refuse_surplus();
  void without_calls(const llm::Answer& answer);
  bool edits_of_text(const std::string& text);
  // calls.cc
  void work();
  bool done_at_once(const llm::ToolCall& call);
  bool bench_call(const llm::ToolCall& call, Effect effect);
  void edited(const code::Edit& before, const ToolOutcome& outcome);
  void write_in(code::EditFormat format);
  std::vector<llm::Tool> offered() const;
  void close(const llm::ToolCall& call, std::string text, bool failed);
  void close_marked(const llm::ToolCall& call, std::string_view text, bool failed);
  Bench bench();
  // protected.cc
  bool held_back(const ToolOutcome& outcome);
  std::optional<Next> ask_about_protected() const;
  Next told_about_protected(const tasks::Answer& answer);
  // next.cc
  Next next();
  void look_into_purse();
  std::optional<End> at_a_limit() const;
  std::optional<Next> waiting();
  Next call_model();
  End ended(tasks::EndReason reason, std::string_view why) const;
  std::string what_is_left() const;
  // Answers that may still have something run, at most as many as there are runs left.
  std::int64_t detours_left() const;
  std::int64_t rounds_used() const { return state_.rounds - state_.rounds_before; }
  // finish.cc
  std::optional<End> finished(const llm::ToolCall& call);
  // nudges.cc
  std::optional<End> out_of_circles();
  // compaction.cc
  std::optional<CallModel> compact();
  std::optional<CallModel> ask_for_summary() const;
  Next take_summary(const llm::Answer& answer);
  std::string record_words() const;
  std::int64_t context_tokens() const;
  std::int64_t free_by_masking(std::size_t keep_rounds, bool really);
  // messages.cc
  void repair();
  void say(std::string text);
  void remember(Happening one);
  bool may_edit() const;
  bool may_edit_in_text() const;

  const LoopParts& parts_;
  LoopState& state_;
  std::shared_ptr<const code::Index>& edited_index_;
  Workspace workspace_;
  Policy policy_;                            // with what people have granted
  std::optional<std::int64_t> tokens_left_;  // of the budgets, when it was looked into them
  std::optional<NanoUsd> money_left_;
};

// Others' words between marks, see llm::marked(); a text that cannot be marked is left out.
std::string shown(std::string_view source, std::string_view text);
// Of a call of ask_user, for the person; empty when it has none.
std::string question_of(const Toolbox& tools, const llm::ToolCall& call);
// Held to the tool's schema, with the spellings that models use; else what is wrong with them.
std::expected<json::Object, std::string> arguments_of(const Toolbox& tools, const llm::ToolCall& call);

}  // namespace argosy::agent
