// Feature flags: what operators switch on for a share of the tasks while everything runs (`argosy flags`). This is the list of those that
// there are; what was set of them stands in Postgres. A flag is for a while: it says until when, and what it waits for. Pure, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/core/ids.h"

namespace argosy::config {

struct Flag {
  std::string_view name;  // lower case and underscores, at most 64
  std::string_view doc;   // one sentence: what is so where it is on
  int percent;            // of tasks, where nothing was set
  std::string_view remove_by, remove_when;
};

// Kept answers of models are given to questions that are only alike (common/llm/cache).
inline constexpr std::string_view kSemanticAnswers = "semantic_answers";

std::span<const Flag> flags();
// Null: there is no such flag.
const Flag* find_flag(std::string_view name);

// Whether a task is among `percent` of all: always the same ones, of each flag others; who is in with a few is in with more.
bool is_among(std::string_view flag, const TaskId& task, int percent);

}  // namespace argosy::config
