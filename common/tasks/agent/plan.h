// The plan of a task that was given in words: what shall be done, by whom, where, and how it is known to be done. Made by the planning
// worker, shown and changed over REST, read by codegen. Values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::tasks {

// The kind of a task that was given in words alone, beside those that are the names of its operations.
inline constexpr std::string_view kPromptKind = "prompt";
// The end of the name of the artifact in which planning keeps a plan that people are asked about, or that is followed.
inline constexpr std::string_view kPlanArtifact = "plan.json";
// Of the one that people are asked about in that question: a plan that is proposed again counts as new.
std::string proposed_plan_name(std::int16_t step, std::string_view question);
inline constexpr std::string_view kContextArtifact = "context.json";  // of a step of an agent: what it was shown before it began, and why

inline constexpr std::size_t kMaxPlanNodes = 32, kMaxCriteria = 32, kMaxPlanDepth = 16;
inline constexpr std::size_t kMaxObjective = 8'000, kMaxPlanBytes = 256u << 10;
inline constexpr std::size_t kMaxPlanText = 2'000;                          // bytes of the summary, of a criterion, of a pattern to follow
inline constexpr std::size_t kMaxPlanGlobs = 128, kMaxPlanGlobBytes = 200;  // of all write-sets together; of one glob
inline constexpr std::size_t kMaxPlanAvoids = 64, kMaxPlanFollows = 32;

enum class Intent : std::uint8_t { feature, bug_fix, refactor, docs, test, investigation };
std::string_view to_string(Intent intent);
std::optional<Intent> intent_from_string(std::string_view text);

// What must be true for the task to be done.
struct Criterion {
  std::string id;     // "c1"
  std::string text;   // for people and models
  std::string check;  // how it is checked: "tests" (the repository's suite), or a command; empty: by nobody, and the task says so
  friend bool operator==(const Criterion&, const Criterion&) = default;
};

struct PlanNode {
  std::string id;                         // small letters, digits, dashes; at most 32
  std::string agent = "coder";            // by its name
  std::string objective;                  // what, in words
  std::vector<std::string> write_set;     // globs: what it may touch, and nothing else
  std::vector<std::string> depends_on{};  // ids of nodes whose work it builds on
  std::vector<std::string> done_when{};   // ids of criteria that it covers
  double budget_share = 0;                // of the task's, in (0, 1]; all together at most 1. 0: an equal part of the rest
  friend bool operator==(const PlanNode&, const PlanNode&) = default;
};

struct Estimate {
  double minutes = 0, usd = 0;
  std::string source;  // what it stands on, in words
  friend bool operator==(const Estimate&, const Estimate&) = default;
};

struct Plan {
  Intent intent = Intent::feature;
  std::string summary;
  std::vector<Criterion> criteria;
  std::vector<PlanNode> nodes;
  std::vector<std::string> avoid_files{}, follow{};  // out of the prompt: globs; patterns to follow, in words
  std::optional<std::int64_t> max_files_changed{};   // likewise
  Estimate estimate{};
  friend bool operator==(const Plan&, const Plan&) = default;
};

// What is wrong with it, one sentence each, for whoever wrote it; empty: nothing. Ids, sizes, unknown ids, circles, nodes that may run side
// by side and whose write-sets may meet, criteria that no node covers, shares above 1.
std::vector<std::string> problems_of(const Plan& plan);

// For people.
std::string in_words(const Plan& plan);
json::Value to_json(const Plan& plan);
std::string to_json_text(const Plan& plan);
// Errors (B): plan_invalid, with the pointer. Unknown members are refused: people write plans, too.
Result<Plan> plan_from(std::string_view json_text);

}  // namespace argosy::tasks
