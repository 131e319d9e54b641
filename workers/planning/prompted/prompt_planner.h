// Plans a task that was given in words: asks a model what it means and how it is to be cut, people where that is unclear or has to be
// approved, and believes neither before the plan was checked. Serves all slots; thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "common/llm/call/model.h"
#include "common/llm/models/catalogue.h"
#include "common/llm/prompts/prompt.h"
#include "common/runtime/handler.h"
#include "common/vcs/repository.h"

namespace argosy::planning {

inline constexpr int kMaxUnderstandings = 2;                // answers to the first question, until one can be read
inline constexpr int kMaxDrafts = 3;                        // of a plan that does not hold, each told what is wrong with the one before
inline constexpr int kMaxPlanQuestions = 6;                 // times that people are asked about one plan
inline constexpr std::chrono::seconds kHistoryTimeout{20};  // of one look at who wrote a line

class PromptPlanner {
 public:
  struct Parts {
    llm::Model& model;
    const llm::Catalogue& models;
    const llm::Prompt& intent;  // the prompts that it fills in: `intent` and `plan`
    const llm::Prompt& plan;
    // What earlier tasks in words took, of an organisation and a repository; nothing: there were none.
    std::function<std::optional<std::chrono::milliseconds>(const OrgId&, const std::string&)> past_duration{};
  };
  // All that `parts` refers to lives longer.
  explicit PromptPlanner(Parts parts) : parts_(std::move(parts)) {}

  // A result with a question where a person is needed: `clarify`, `plan`, `plan-2`, ... Errors: plan_rejected, plan_unusable (B),
  // repo_file_invalid, those of the calls, of the repository and of the artifacts.
  Result<runtime::StepResult> run(const vcs::VcsOptions& options, const runtime::Step& step, runtime::StepContext& context) const;

 private:
  const Parts parts_;
};

}  // namespace argosy::planning
