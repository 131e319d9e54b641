// One task's drafts of a plan, from the model and from people, until one holds and may be followed. Used by PromptPlanner. One step, one
// thread; blocking.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "workers/planning/prompted/draft.h"
#include "workers/planning/prompted/kept_calls.h"
#include "workers/planning/traces/suspects.h"

namespace argosy::planning {

struct Brief {
  Understanding understanding;
  tasks::PlanBounds bounds;
  std::vector<Suspect> suspects{};
  bool needs_approval = false;
  std::function<tasks::Estimate(const tasks::Plan&)> estimate{};
};

class Drafting {
 public:
  // `prompt` is the first question to the model. All live longer.
  Drafting(KeptCalls& calls, const runtime::Step& step, const Brief& brief, llm::Rendered prompt)
      : calls_(calls), step_(step), brief_(brief), prompt_(std::move(prompt)) {}

  // A plan that holds, and that a person approved where that is asked for; or what a person has to be asked now, beside the plan that this
  // is about where it holds. Errors: plan_rejected, plan_unusable (B), those of the calls.
  struct Asked {
    tasks::Question question;
    std::optional<tasks::Plan> plan;
  };
  Result<std::variant<tasks::Plan, Asked>> run();

 private:
  Result<Draft> by_model(int round);
  Result<std::variant<tasks::Plan, Asked>> with_people(Draft draft);
  tasks::Question question(const Draft& draft, int round) const;
  void say(llm::Role role, std::string text);

  KeptCalls& calls_;
  const runtime::Step& step_;
  const Brief& brief_;
  llm::Rendered prompt_;  // grows by what was answered, and what was wrong with it
};

}  // namespace argosy::planning
