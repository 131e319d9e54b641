#include "workers/planning/prompted/drafting.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"
#include "workers/planning/prompted/bug_report.h"
#include "workers/planning/prompted/prompt_planner.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxProblems = 20, kMaxSaid = 16'000, kMaxShownPlan = 5'000;

std::string listed(const std::vector<std::string>& problems) {
  std::string text;
  for (std::size_t i = 0; i < std::min(problems.size(), kMaxProblems); ++i) text += fmt::format("- {}\n", problems[i]);
  if (problems.size() > kMaxProblems) text += fmt::format("- and {} more\n", problems.size() - kMaxProblems);
  return text;
}

const tasks::Answer* answer_to(const runtime::Step& step, const std::string& name) {
  const auto found = std::ranges::find(step.answers, name, &tasks::Answer::name);
  return found == step.answers.end() ? nullptr : &*found;
}

std::string question_name(int round) { return round == 1 ? "plan" : fmt::format("plan-{}", round); }

}  // namespace

void Drafting::say(llm::Role role, std::string text) {
  prompt_.request.messages.push_back({.role = role, .parts = {llm::Text{text::ellipsize(text, kMaxSaid)}}});
}

Result<Draft> Drafting::by_model(int round) {
  Draft draft;
  for (int n = 1; n <= kMaxDrafts; ++n) {
    const auto name = fmt::format("plan-answer-{}-{}", round, n);
    const KeptCalls::Call call{.name = name, .kind = "plan", .complexity = brief_.understanding.complexity};
    ARGOSY_TRY(const auto answer, calls_.ask(call, prompt_));
    draft = draft_from(answer, brief_.understanding, brief_.bounds);
    if (draft.problems.empty()) finish_bug_plan(draft.plan, brief_.suspects);
    draft.plan.estimate = draft.problems.empty() ? brief_.estimate(draft.plan) : tasks::Estimate{};
    if (!answer.empty()) say(llm::Role::assistant, answer);
    if (draft.problems.empty()) return draft;
    say(llm::Role::user,
        fmt::format("This plan cannot be used:\n{}Send the whole plan again, corrected, as one JSON object.", listed(draft.problems)));
  }
  return draft;
}

tasks::Question Drafting::question(const Draft& draft, int round) const {
  const auto how =
      "\"correct\" changes it: in words, which are planned anew, or with a whole plan as JSON, in the form of GET /api/v1/tasks/ID/plan; "
      "\"reject\" ends the task.";
  if (draft.problems.empty()) {
    return {.name = question_name(round),
            .type = "approval",
            .description =
                fmt::format("The plan:\n{}\n\"approve\" lets it begin; {}", text::ellipsize(in_words(draft.plan), kMaxShownPlan), how)};
  }
  Error error{.category = Category::needs_user,
              .code = "plan_unusable",
              .message = text::ellipsize("no plan was made that can be followed: " + draft.problems.front(), kMaxShownPlan),
              .hint = "correct the plan by hand, or say in other words what is to be done"};
  return {.name = question_name(round),
          .type = "correction",
          .description = fmt::format("There is no plan that can be followed:\n{}\n\"approve\" asks the model once more; {}",
                                     text::ellipsize(listed(draft.problems), kMaxShownPlan), how),
          .because = std::move(error)};
}

Result<std::variant<tasks::Plan, Drafting::Asked>> Drafting::run() {
  ARGOSY_TRY(auto draft, by_model(1));
  if (draft.problems.empty() && !brief_.needs_approval) return std::move(draft.plan);
  return with_people(std::move(draft));
}

Result<std::variant<tasks::Plan, Drafting::Asked>> Drafting::with_people(Draft draft) {
  for (int round = 1; round <= kMaxPlanQuestions; ++round) {
    const bool holds = draft.problems.empty();
    const auto* answer = answer_to(step_, question_name(round));
    if (answer == nullptr) return Asked{question(draft, round), holds ? std::optional(draft.plan) : std::nullopt};
    const auto by = answer->by.empty() ? std::string("a person") : answer->by;
    if (answer->verdict == tasks::Verdict::reject)
      return fail_user("plan_rejected", fmt::format("{} rejected the plan{}{}", by, answer->text.empty() ? "" : ": ", answer->text),
                       "say in another task what is to be done instead");
    if (answer->verdict == tasks::Verdict::approve && holds) return std::move(draft.plan);
    if (answer->verdict == tasks::Verdict::correct && text::trim(answer->text).starts_with('{')) {
      draft = draft_of_person(answer->text, brief_.bounds);
      draft.plan.estimate = draft.problems.empty() ? brief_.estimate(draft.plan) : tasks::Estimate{};
      if (draft.problems.empty()) return std::move(draft.plan);  // whoever wrote it approves of it
      continue;
    }
    if (answer->verdict == tasks::Verdict::correct)
      say(llm::Role::user,
          fmt::format("A person looked at this plan and says: {}\nSend the whole plan again, as one JSON object.", answer->text));
    ARGOSY_TRY(draft, by_model(round + 1));
    if (draft.problems.empty() && !brief_.needs_approval) return std::move(draft.plan);
  }
  return fail_user("plan_unusable",
                   fmt::format("after {} answers there is no plan that can be followed{}{}", kMaxPlanQuestions,
                               draft.problems.empty() ? "" : ": ", draft.problems.empty() ? "" : draft.problems.front()),
                   "say in another task, in smaller parts, what is to be done");
}

}  // namespace argosy::planning
