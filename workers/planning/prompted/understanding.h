// What a task asks for, as a model has understood it: the first of a planner's calls. What it found out can only narrow the task. Pure but
// for the tree's reads; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"
#include "common/llm/route/kinds.h"
#include "common/tasks/agent/plan.h"
#include "common/tasks/checkpoint.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxQuestions = 8, kMaxQuestionText = 600;  // each, and its default
inline constexpr std::size_t kMaxTitle = 120;

struct Unclear {
  std::string question, by_default;
};

struct Understanding {
  tasks::Intent intent = tasks::Intent::feature;
  llm::Complexity complexity = llm::Complexity::normal;
  std::string title;
  std::vector<Unclear> unclear{};  // the most important first
  std::vector<std::string> avoid_files{}, follow{};
  std::optional<std::int64_t> max_files_changed{};
  std::vector<tasks::Criterion> criteria{};  // never empty; ids c1, c2, ...
};

// JSON Schema of the answer.
const json::Value& understanding_schema();

// Lenient where nothing is lost by it: what is too much or too long is cut, what is not known gets its default. Error (B):
// answer_unusable, when it is no JSON object.
Result<Understanding> understanding_from(std::string_view answer);

// The checkpoint that asks what is unclear; there is something.
tasks::Question clarification(const Understanding& understanding);
inline constexpr std::string_view kClarify = "clarify";

// What a person's answer makes of the questions, in words for the planner: the defaults where they approve; JSON {"1": "..."} or words
// where they correct.
std::string clarified(const Understanding& understanding, const tasks::Answer& answer);

// What was understood, in words, for people and for the planner.
std::string in_words(const Understanding& understanding);

}  // namespace argosy::planning
