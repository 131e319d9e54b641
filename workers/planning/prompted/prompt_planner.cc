#include "workers/planning/prompted/prompt_planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/core/text.h"
#include "common/project/repo_file/repo_file.h"
#include "common/tasks/agent/plan_steps.h"
#include "common/tasks/payloads.h"
#include "workers/planning/changes/since_release.h"
#include "workers/planning/commit_source.h"
#include "workers/planning/plan.h"
#include "workers/planning/prompted/advice.h"
#include "workers/planning/prompted/describe_repository.h"
#include "workers/planning/prompted/drafting.h"
#include "workers/planning/prompted/estimate.h"

namespace argosy::planning {
namespace {

constexpr std::string_view kIntents = "feature, bug_fix, refactor, docs, test, investigation";
constexpr std::size_t kMaxFindings = 60'000;

const tasks::Answer* answer_to(const runtime::Step& step, std::string_view name) {
  const auto found = std::ranges::find(step.answers, name, &tasks::Answer::name);
  return found == step.answers.end() ? nullptr : &*found;
}

// The commit that the first attempt saw: what people are asked about must not change under their answers.
Result<Target> target_of(vcs::Repository& repository, const runtime::Step& step, KeptCalls& calls) {
  const auto kept = calls.kept("base");
  if (kept && kept->contains(' '))
    return Target{.base_commit = kept->substr(0, kept->find(' ')), .branch = kept->substr(kept->find(' ') + 1)};
  ARGOSY_TRY_VOID(repository.fetch());
  ARGOSY_TRY(auto resolved, repository.resolve(step.task.default_branch));
  ARGOSY_TRY_VOID(calls.keep("base", resolved.first + " " + resolved.second));
  return Target{.base_commit = std::move(resolved.first), .branch = std::move(resolved.second)};
}

// `.argosy.yaml` of the base commit decides, as it does for gates.
Result<bool> needs_approval(const code::SourceTree& tree) {
  ARGOSY_TRY(const auto bytes, tree.read(std::string(project::kRepoFileName)));
  ARGOSY_TRY(const auto file, project::parse_repo_file(bytes.value_or("")));
  return file.plan.needs_approval;
}

// One step's planning, with what all of its parts need.
class Planning {
 public:
  Planning(const PromptPlanner::Parts& parts, const vcs::VcsOptions& options, const runtime::Step& step, runtime::StepContext& context,
           KeptCalls calls)
      : parts_(parts), options_(options), step_(step), context_(context), calls_(std::move(calls)) {}

  Result<runtime::StepResult> run() {
    ARGOSY_TRY(const auto repository, vcs::Repository::open(options_, step_.task.url));
    ARGOSY_TRY(target_, target_of(*repository, step_, calls_));
    context_.log(fmt::format("base commit {} of branch {}\n", target_.base_commit, target_.branch));
    ARGOSY_TRY(const auto tree, CommitSource::open(*repository, target_.base_commit));
    ARGOSY_TRY(brief_.needs_approval, needs_approval(tree));
    ARGOSY_TRY(repository_, describe_repository(tree, step_.task.prompt));
    brief_.estimate = [this](const tasks::Plan& plan) { return estimated(plan); };
    ARGOSY_TRY_VOID(understand());
    const auto* answer = answer_to(step_, kClarify);
    if (!brief_.understanding.unclear.empty() && answer == nullptr) return ask(clarification(brief_.understanding));
    if (answer != nullptr && answer->verdict == tasks::Verdict::reject)
      return fail_user("plan_rejected", "a person ended the task instead of answering the planner's questions",
                       "say in another task what is to be done");
    ARGOSY_TRY_VOID(constrain());
    ARGOSY_TRY_VOID(follow_traces(tree));
    ARGOSY_TRY_VOID(follow_changes(tree));
    ARGOSY_TRY(auto prompt, plan_prompt(tree, answer));
    Drafting drafting(calls_, step_, brief_, std::move(prompt));
    ARGOSY_TRY(auto outcome, drafting.run());
    if (auto* plan = std::get_if<tasks::Plan>(&outcome)) return accept(std::move(*plan));
    auto& asked = std::get<Drafting::Asked>(outcome);
    if (asked.plan) ARGOSY_TRY_VOID(keep(*asked.plan, tasks::proposed_plan_name(step_.ref.ordinal, asked.question.name)));
    return ask(std::move(asked.question));
  }

 private:
  runtime::StepResult ask(tasks::Question question) {
    runtime::StepResult result;
    result.question = std::move(question);
    return result;
  }

  Result<void> understand() {
    Error unusable;
    for (int n = 1; n <= kMaxUnderstandings; ++n) {
      ARGOSY_TRY(auto prompt,
                 parts_.intent.render({{"kinds", llm::Trusted(std::string(kIntents))},
                                       {"request", std::vector<llm::Untrusted>{{.source = "the request", .text = step_.task.prompt}}},
                                       {"repository", repository_}}));
      prompt.request.schema = understanding_schema();
      const auto name = fmt::format("understanding-{}", n);
      ARGOSY_TRY(const auto answer, calls_.ask({.name = name, .kind = "intent"}, std::move(prompt)));
      auto understood = understanding_from(answer);
      if (understood) {
        brief_.understanding = std::move(*understood);
        if (step_.answers.empty())  // it was told before people answered
          context_.emit(tasks::agent_thought("planner", in_words(brief_.understanding), context_.clock().unix_ms()));
        return {};
      }
      unusable = std::move(understood.error());
    }
    return fail_user("plan_unusable", fmt::format("a model was asked {} times what is meant: {}", kMaxUnderstandings, unusable.message),
                     "another model may do better: see ARGOSY_MODELS; or spell the task out as a `change` list");
  }

  // What holds now, people's and those of the request together.
  Result<void> constrain() {
    // An earlier run may have got as far as its plan, which is in force no more.
    ARGOSY_TRY_VOID(context_.constrain_by_plan({}));
    ARGOSY_TRY(auto newest, context_.newest_constraints());
    brief_.bounds.constraints = newest.value_or(tasks::constraints_of(step_.task));
    if (step_.task.agent) brief_.bounds.agent = step_.task.agent->name;
    return {};
  }

  // For looks into the past, which are not worth a long wait.
  Result<std::unique_ptr<vcs::Repository>> for_history() const {
    auto quick = options_;
    quick.timeout = std::min<std::chrono::milliseconds>(quick.timeout, kHistoryTimeout);
    return vcs::Repository::open(quick, step_.task.url);
  }

  // A task about documents mostly means those that are behind.
  Result<void> follow_changes(const code::SourceTree& tree) {
    if (brief_.understanding.intent != tasks::Intent::docs) return {};
    ARGOSY_TRY(const auto repository, for_history());
    auto since = since_release(*repository, target_.base_commit, tree, [this] { return context_.cancelled(); });
    if (!since && context_.cancelled()) return std::unexpected(std::move(since.error()));
    if (!since) {  // a plan can be made without
      context_.log(fmt::format("what changed since the last release is not known: {}\n", since.error().message));
      return {};
    }
    context_.log(fmt::format("since the last release: {} changes that users see, {} documents mention them\n", since->changes.size(),
                             since->mentions.size()));
    changes_ = findings_of(*since);
    return {};
  }

  Result<void> follow_traces(const code::SourceTree& tree) {
    const auto frames = frames_in(step_.task.prompt);
    if (frames.empty()) return {};
    ARGOSY_TRY(const auto repository, for_history());
    ARGOSY_TRY(brief_.suspects, suspects(frames, *repository, target_.base_commit, tree, [this] { return context_.cancelled(); }));
    context_.log(fmt::format("a stack trace: {} places, {} of them in the repository\n", frames.size(), brief_.suspects.size()));
    return {};
  }

  Result<llm::Rendered> plan_prompt(const code::SourceTree& tree, const tasks::Answer* answer) {
    auto request = step_.task.prompt;
    if (answer != nullptr && answer->verdict == tasks::Verdict::correct && !answer->text.empty())
      request += fmt::format("\n\nAsked what is meant, a person answered: {}", answer->text);
    std::vector<llm::Untrusted> findings{{.source = "what the request was understood as", .text = in_words(brief_.understanding)}};
    if (answer != nullptr)
      findings.push_back({.source = "questions, and what counts as their answers", .text = clarified(brief_.understanding, *answer)});
    if (!brief_.suspects.empty())
      findings.push_back(
          {.source = "the stack trace, and who wrote its lines", .text = in_words(brief_.suspects), .max_bytes = kMaxFindings});
    ARGOSY_TRY(auto more, findings_for(brief_.understanding.intent, step_.task.prompt, tree));
    for (auto& one : more) findings.push_back(std::move(one));
    findings.insert(findings.end(), changes_.begin(), changes_.end());
    ARGOSY_TRY(auto prompt, parts_.plan.render({{"request", llm::Trusted(std::move(request))},
                                                {"rules", llm::Trusted(rules(brief_.bounds.constraints))},
                                                {"advice", llm::Trusted(std::string(advice(brief_.understanding.intent)))},
                                                {"repository", repository_},
                                                {"findings", std::move(findings)}}));
    prompt.request.schema = draft_schema();
    return prompt;
  }

  tasks::Estimate estimated(const tasks::Plan& plan) const {
    const auto past = parts_.past_duration ? parts_.past_duration(step_.org, step_.task.repository_id) : std::nullopt;
    return estimate(plan, past, parts_.models);
  }
  Result<void> keep(const tasks::Plan& plan, std::string name) {
    const artifacts::Put what{.step = step_.ref, .attempt = step_.attempt, .kind = artifacts::Kind::report, .name = std::move(name)};
    ARGOSY_TRY_VOID(context_.artifacts().put(what, tasks::to_json_text(plan)));
    return {};
  }

  Result<runtime::StepResult> accept(tasks::Plan plan) {
    ARGOSY_TRY_VOID(keep(plan, fmt::format("step-{}-{}", step_.ref.ordinal, tasks::kPlanArtifact)));
    if (!plan.avoid_files.empty() || plan.max_files_changed)
      ARGOSY_TRY_VOID(context_.constrain_by_plan({.avoid_files = plan.avoid_files, .max_files_changed = plan.max_files_changed}));
    context_.emit(tasks::agent_thought("planner", in_words(plan), context_.clock().unix_ms()));
    auto added = tasks::steps_of(plan, target_);
    return runtime::StepResult{.output = tasks::to_json_text(tasks::PlanOutput{
                                   .base_commit = target_.base_commit, .target_branch = target_.branch, .plan = std::move(plan)}),
                               .added = std::move(added)};
  }

  const PromptPlanner::Parts& parts_;
  const vcs::VcsOptions& options_;
  const runtime::Step& step_;
  runtime::StepContext& context_;
  KeptCalls calls_;
  Target target_;
  Brief brief_;
  std::vector<llm::Untrusted> repository_, changes_;
};

}  // namespace

Result<runtime::StepResult> PromptPlanner::run(const vcs::VcsOptions& options, const runtime::Step& step,
                                               runtime::StepContext& context) const {
  ARGOSY_TRY(auto calls, KeptCalls::open(parts_.model, step, context));
  return Planning(parts_, options, step, context, std::move(calls)).run();
}

}  // namespace argosy::planning
