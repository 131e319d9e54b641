// How a step of an agent ends: with a patch, with something that has to be run first, or with the reason why there is no patch.
#include <fmt/format.h>

#include <utility>

#include "common/code/disk/tree_writer.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/runtime/protected_files.h"
#include "common/tasks/agent/end_of_task.h"
#include "common/tasks/agent/unfinished.h"
#include "workers/codegen/agent/agent_run.h"

namespace argosy::codegen {
namespace {

constexpr std::size_t kMostTitle = 80, kMostReason = 2'000;
constexpr std::int16_t kRunStep = -1, kKeepStep = -1, kNextStep = -2;  // a detour's steps get their ordinals from the database

std::string title_of(const tasks::Run& run) {
  const std::string kind(to_string(run.kind));
  return text::ellipsize(run.command.empty() ? kind : kind + ": " + text::to_utf8(run.command), kMostTitle);
}

std::string hint_of(tasks::EndReason reason) {
  switch (reason) {
    case tasks::EndReason::budget:
      return "raise the task's budget (argosy budget set); argosy dead redrive then lets it go on where it is";
    case tasks::EndReason::iterations:
    case tasks::EndReason::timeout:
      return "argosy dead redrive lets it go on where it is, with as much again; or make the step smaller, or raise its agent's limits";
    case tasks::EndReason::needs_user:
      return "say what is missing in the task, and run it again";
    default:
      return "look at what was done (argosy logs), and say more precisely what is wanted";
  }
}

bool is_about_the_change(const Error& error) { return error.category == Category::needs_user || error.category == Category::code_logic; }

}  // namespace

// Into a tree of its own, for others begin with the shared one.
Result<void> AgentRun::write_edits() {
  if (maker_) return {};
  ARGOSY_TRY(auto maker, ChangeMaker::open(house_.parts.options, payload_.base_commit, *step_, *context_));
  maker_.emplace(std::move(maker));
  return code::write_edit(maker_->tree().path(), loop_->state().edits);
}

// Everything that differs from the tree with which the step began, as an artifact; empty: nothing does.
Result<std::string> AgentRun::keep_edits(const std::string& name) {
  if (loop_->state().edits.files.empty()) return "";
  ARGOSY_TRY_VOID(write_edits());
  ARGOSY_TRY(const auto patch, maker_->tree().diff());
  if (patch.empty()) return "";
  return context_->artifacts().put({.step = step_->ref, .attempt = step_->attempt, .kind = artifacts::Kind::patch, .name = name}, patch);
}

// The loop is kept, somebody else runs what it wants, and another step goes on with both: no slot waits for a program.
Result<runtime::StepResult> AgentRun::detour(const agent::RunSteps& next) {
  ARGOSY_TRY(auto state, save(false));  // with its events: who goes on with this step after a crash tells them
  ARGOSY_TRY(auto patch, keep_edits(fmt::format("step-{}-so-far.patch", step_->ref.ordinal)));
  // Its own inputs are the tree's patches; what ran before has none.
  std::vector<std::int16_t> inputs;
  for (const auto& [ordinal, output] : step_->inputs) inputs.push_back(ordinal);
  if (payload_.ran && !inputs.empty()) inputs.pop_back();
  const tasks::RunPayload runs{.base_commit = payload_.base_commit, .patch = std::move(patch), .runs = next.runs};
  std::string goes_on;
  if (mends_) {
    auto fix = *mends_;
    fix.state = std::move(state);
    fix.ran = true;
    goes_on = tasks::to_json_text(fix);
  } else {
    auto agent = payload_;
    agent.state = std::move(state);
    agent.ran = true;
    goes_on = tasks::to_json_text(agent);
  }

  runtime::StepResult result{.output = tasks::to_json_text(tasks::ChangeOutput{})};
  result.detour.push_back({.ordinal = kRunStep,
                           .queue = tasks::Queue::testing,
                           .kind = "run",
                           .title = title_of(next.runs.front()),
                           .payload = tasks::to_json_text(runs),
                           .inputs = inputs});
  inputs.push_back(kRunStep);
  result.detour.push_back({.ordinal = kNextStep,
                           .queue = tasks::Queue::codegen,
                           .kind = step_->kind,
                           .title = step_->title,
                           .payload = std::move(goes_on),
                           .depends_on = {kRunStep},
                           .inputs = inputs,
                           .time_limit = kAgentStepLimit});
  return result;
}

Result<runtime::StepResult> AgentRun::completed(const agent::End& end) {
  if (mends_ && loop_->state().edits.files.empty())
    return not_mended({.category = Category::code_logic, .code = "mend_unusable", .message = "it said: " + end.text, .hint = {}});
  auto result = hand_on();
  if (mends_ && !result && is_about_the_change(result.error())) return not_mended(result.error());
  if (!result && result.error().code == "protected_file") {
    if (unsaved_) ARGOSY_TRY_VOID(save(true));
    return runtime::ask_for_protected(*step_, result.error());
  }
  if (!result && result.error().category == Category::needs_user) return ended(tasks::EndReason::refused, to_string(result.error()));
  if (result) emit(tasks::agent_thought(agent_->name, text::ellipsize(end.text, kMostReason), context_->clock().unix_ms()));
  return result;
}

// Held to what each edit was held to, once more and all together, and to what every change is held to.
Result<runtime::StepResult> AgentRun::hand_on() {
  const auto& edits = loop_->state().edits;
  if (edits.files.empty()) return runtime::StepResult{.output = tasks::to_json_text(tasks::ChangeOutput{})};
  ARGOSY_TRY_VOID(agent::check(agent::with_grants(policy_, loop_->state()), agent::Workspace(source()), edits));
  ARGOSY_TRY_VOID(write_edits());
  ARGOSY_TRY(const auto output, maker_->hand_on(step_->title, Author::model, loop_->state().granted));
  return runtime::StepResult{.output = tasks::to_json_text(output)};
}

// What was done by then goes onto a branch of its own before the task ends with the reason; it is no reason to end otherwise.
runtime::StepResult AgentRun::give_up(Error error, std::string partial, std::string state) const {
  std::vector<std::int16_t> inputs;
  for (const auto& [ordinal, output] : step_->inputs) inputs.push_back(ordinal);
  if (payload_.ran && !inputs.empty()) inputs.pop_back();
  tasks::GiveUpPayload last{.error = {}, .title = step_->title, .inputs = inputs};
  if (!state.empty()) {
    auto agent = payload_;
    agent.state = std::move(state);
    agent.ran = false;
    last.goes_on = tasks::to_json_text(agent);
  }
  inputs.push_back(step_->ref.ordinal);
  const auto branch = tasks::partial_branch(step_->task.branch, step_->ref.ordinal);
  const tasks::KeepPayload keep{.base_commit = payload_.base_commit, .branch = branch, .reason = error.message};
  error.message += fmt::format("; that is on branch {}", branch);
  last.error = std::move(error);

  runtime::StepResult result{
      .output = tasks::to_json_text(tasks::ChangeOutput{.patch = std::move(partial), .files = {}, .granted = loop_->state().granted})};
  result.detour.push_back({.ordinal = kKeepStep,
                           .queue = tasks::Queue::git,
                           .kind = "keep",
                           .title = "keep what was done on a branch of its own",
                           .payload = tasks::to_json_text(keep),
                           .inputs = inputs});
  result.detour.push_back({.ordinal = kNextStep,
                           .queue = tasks::Queue::codegen,
                           .kind = "give_up",
                           .title = "end the task with the agent's reason",
                           .payload = tasks::to_json_text(last),
                           .depends_on = {kKeepStep}});
  return result;
}

Result<runtime::StepResult> AgentRun::ended(tasks::EndReason reason, const std::string& text) {
  const auto& edits = loop_->state().edits;
  std::vector<std::string> changed;
  for (const auto& [path, bytes] : edits.files) changed.push_back(text::to_utf8(path));
  const auto done = changed.empty() ? std::string("nothing was changed") : "changed by then: " + text::join(changed, ", ");
  const auto message =
      text::ellipsize(fmt::format("the agent {} stopped ({}): {}; {}", agent_->name, to_string(reason), text, done), kMostReason);
  emit(tasks::agent_thought(agent_->name, message, context_->clock().unix_ms()));
  // Kept with the mark of its end, by which a redrive knows that all of it is to be allowed anew.
  std::string state;
  if (!mends_) {
    loop_->mark_end(step_->forgiven);
    auto kept = save(false);
    if (!kept && kept.error().category == Category::transient) return std::unexpected(std::move(kept.error()));
    state = kept.value_or("");
  }
  // What breaks a rule goes onto no branch.
  const bool may_be_kept = reason != tasks::EndReason::refused &&
                           agent::check(agent::with_grants(policy_, loop_->state()), agent::Workspace(source()), edits).has_value();
  auto partial = may_be_kept ? keep_edits("partial.patch") : Result<std::string>();
  Error error{.category = Category::needs_user,
              .code = tasks::agent_error_code(reason),
              .message = message,
              .hint = hint_of(reason),
              .details = json::dump(json::Object{{"reason", to_string(reason)}, {"partial_patch", partial.value_or("")}})};
  if (mends_) return not_mended(error);
  if (partial.value_or("").empty()) return std::unexpected(std::move(error));
  return give_up(std::move(error), std::move(*partial), std::move(state));
}

}  // namespace argosy::codegen
