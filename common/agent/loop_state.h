// All that a loop knows; with the tree of its step enough to go on anywhere. Kept by the driver between any two rounds. Values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/agent/policy.h"
#include "common/agent/stuck.h"
#include "common/agent/work_record.h"
#include "common/code/edits/edit_list.h"
#include "common/code/source_tree.h"
#include "common/core/text/usd.h"
#include "common/llm/conversation.h"

namespace argosy::agent {

struct LoopState {
  std::vector<llm::Message> messages;  // what the next request says
  WorkRecord record;
  code::Edit edits;                 // on top of the step's tree
  std::vector<Happening> history;   // bounded: for stuck()
  std::vector<llm::ToolCall> open;  // calls of the last answer that have no result yet
  std::int64_t rounds = 0, tokens = 0, runs = 0, compactions = 0, asks = 0, worked_ms = 0;
  NanoUsd money = 0, last_cost = 0;        // that its calls have cost, and the last of them
  std::int64_t rounds_before = 0;          // of allowances that are used up: a person let it go on after its end
  std::int64_t ended_under = -1;           // the driver's mark of that end; -1: it has come to none
  std::int64_t nudges = 0;                 // because it went in circles, since it last got on
  std::int64_t nudged_at = 0;              // round of the last of them
  std::int64_t silent = 0;                 // answers in a row that neither called a tool nor held an edit
  std::int64_t bad_edits = 0;              // that could not be placed, since the format was chosen
  std::int64_t bytes_a_kilotoken = 3'000;  // what a thousand tokens of this conversation come to, by what vendors reported
  bool asked_model = false;                // an answer is waited for
  bool summarising = false;                // and it is a summary
  bool text_edits_failed = false;          // of the last answer's text
  code::EditFormat format = code::EditFormat::str_replace;
  code::EditFormat told_format = code::EditFormat::str_replace;  // that the model knows of
  bool format_is_settled = false;                                // by what failed: another model's does not take its place
  // Protected files (loop/protected.cc): those that an edit which is held back would change, and a person is asked about; what was said of
  // others, a list a question; edits of an answer's text that are held back.
  std::vector<std::string> asked_about;
  std::vector<std::vector<std::string>> granted, denied;
  std::string held_text;
};

// What people have granted in this loop, added.
Policy with_grants(Policy policy, const LoopState& state);

std::string to_json_text(const LoopState& state);
// Errors (B): agent_state_invalid.
Result<LoopState> loop_state_from(std::string_view json_text);

// Longest state that is read: conversations are some 100 kB, edited files are kept whole.
inline constexpr std::size_t kMaxStateBytes = 64u << 20;

}  // namespace argosy::agent
