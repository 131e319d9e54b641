#include "workers/codegen/agent/agent_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/agent/formats/edit_formats.h"
#include "common/core/text.h"
#include "common/runtime/protected_files.h"
#include "common/telemetry/log.h"
#include "common/telemetry/trace.h"
#include "common/telemetry/tracing/tracing.h"
#include "workers/codegen/agent/brief.h"
#include "workers/codegen/agent/opening.h"

namespace argosy::codegen {
namespace {

using namespace std::chrono_literals;

constexpr http::StreamTimeouts kTimeouts{.between_bytes = 60s, .total = 10min};
constexpr std::int64_t kStepsOfADetour = 2;  // one that runs, one that goes on
constexpr std::size_t kMostUntold = 1'000;   // the engine keeps no more of a step

std::unexpected<Error> stopped() { return fail_transient("cancelled", "the step was stopped"); }

telemetry::LogScope scope_of(const runtime::Step& step) {
  const auto context = telemetry::TraceContext::parse(step.traceparent);
  return {context ? context->trace_id : "", step.ref.task.to_string(), std::to_string(step.ref.ordinal)};
}

tasks::EndReason reason_of(const llm::Fault& fault) {
  return fault.kind == llm::FaultKind::budget ? tasks::EndReason::budget : tasks::EndReason::error;
}

}  // namespace

template <class Work>
void AgentRun::guarded(Work&& work) {
  const auto scope = scope_of(*step_);
  const telemetry::TraceScope trace(telemetry::traced(step_->traceparent));
  try {
    if (auto done = work(); !done) finish(std::unexpected(std::move(done.error())));
  } catch (const std::exception& thrown) {
    finish(fail_transient("handler_exception", fmt::format("the agent threw: {}", thrown.what())));
  }
}

void AgentRun::begin() {
  guarded([this]() -> Result<void> {
    ARGOSY_TRY_VOID(open());
    return go_on(loop_->go_on());
  });
}

Result<void> AgentRun::open() {
  if (step_->kind == "fix") {
    ARGOSY_TRY_VOID(open_fix());
  } else {
    ARGOSY_TRY(payload_, tasks::agent_payload_from(step_->payload));
  }
  ARGOSY_TRY(agent_, house_.parts.agent(*step_, payload_.node.agent));
  ARGOSY_TRY(key_, tree_key(*step_, payload_.base_commit));
  ARGOSY_TRY(tree_, house_.trees.get(key_, house_.parts.options, payload_.base_commit, *step_, *context_));
  if (mends_) ARGOSY_TRY_VOID(look_at_failures());
  policy_ = policy_of(*step_, *context_, payload_.node, *agent_);
  ARGOSY_TRY(const auto* prompt, house_.parts.prompts.get(agent_->prompt));
  prompt_ = {.name = prompt->name, .hash = prompt->hash};
  ARGOSY_TRY(auto loop, load());
  for (auto& event : loop.untold) emit(std::move(event));
  ARGOSY_TRY(detours_left_, context_->room_to_grow());
  if (detours_left_) *detours_left_ /= kStepsOfADetour;
  make_loop(std::move(loop.state));
  if (anew_) {
    loop_->allow_anew();
    unsaved_ = true;
  }
  return {};
}

// What an earlier attempt of this step knew, else the step that this one goes on for, else nothing.
Result<SavedLoop> AgentRun::load() {
  ARGOSY_TRY(const auto own, context_->artifacts().newest(step_->ref, artifacts::Kind::agent_state));
  if (own) {
    ARGOSY_TRY(auto loop, saved_loop_from(*own));
    const auto ended_under = loop.state.ended_under;
    anew_ = ended_under >= 0 && step_->forgiven > ended_under;
    if (anew_)
      loop.untold.clear();  // the finish of its end told them
    else
      loop.state.ended_under = -1;  // nobody has seen that end: should it not come again, there was none
    return loop;
  }
  if (payload_.state.empty()) {
    ARGOSY_TRY(auto state, first_state());
    return SavedLoop{.state = std::move(state), .untold = {}};
  }
  const auto before = context_->artifacts().get(step_->ref.task, payload_.state);
  if (!before && before.error().code == "artifact_not_found") {  // a rollback went back behind what is still kept
    context_->log("what was known when this step was added is not kept any more: the agent begins anew\n");
    ARGOSY_TRY(auto state, first_state());
    return SavedLoop{.state = std::move(state), .untold = {}};
  }
  if (!before) return std::unexpected(before.error());
  ARGOSY_TRY(auto loop, saved_loop_from(*before));
  loop.untold.clear();  // that step's finish told them
  anew_ = loop.state.ended_under >= 0;
  awaits_runs_ = payload_.ran;
  return loop;
}

Result<agent::LoopState> AgentRun::first_state() {
  ARGOSY_TRY(const auto* prompt, house_.parts.prompts.get(agent_->prompt));
  std::vector<llm::Untrusted> files = std::move(material_.files);
  if (!mends_) {
    ARGOSY_TRY(files, shown_files());
  }
  agent::LoopState state;
  if (house_.parts.edit_format) state.format = agent::fitting_format(house_.parts.edit_format(agent_->model), agent_->tools);
  state.told_format = state.format;
  ARGOSY_TRY(auto rendered, prompt->render({{"step", step_text(*step_, payload_)},
                                            {"rules", rules_text(policy_, payload_, *agent_, state.format)},
                                            {"files", std::move(files)},
                                            {"feedback", std::move(material_.feedback)}}));
  state.messages = std::move(rendered.request.messages);
  return state;
}

IndexPlace AgentRun::index_place() const {
  return {.org = step_->org, .repository = step_->task.repository_id, .commit = payload_.base_commit};
}

// And why these are shown is kept, for people.
Result<std::vector<llm::Untrusted>> AgentRun::shown_files() {
  ARGOSY_TRY(const auto index, tree_->index(house_.parts.index, index_place()));
  const auto tokens = shown_tokens(house_.parts.shown_tokens, house_.parts.context_tokens);
  ARGOSY_TRY(auto made, opening(tree_->source(), *index, payload_.node, step_->task.prompt, tokens));
  const artifacts::Put what{
      .step = step_->ref, .attempt = step_->attempt, .kind = artifacts::Kind::report, .name = std::string(tasks::kContextArtifact)};
  if (const auto kept = context_->artifacts().put(what, made.report); !kept)
    context_->log(fmt::format("why what is shown is not kept: {}\n", to_string(kept.error())));
  return std::move(made.shown);
}

void AgentRun::make_loop(agent::LoopState state) {
  agent::LoopParts parts{.agent = *agent_, .tools = house_.tools, .policy = policy_, .tree = source()};
  parts.index = [this] { return tree_->index(house_.parts.index, index_place()); };
  parts.outside = house_.parts.outside;
  if (house_.parts.by_meaning)
    parts.by_meaning = [this](const std::string& question) -> Result<std::vector<code::SemanticHit>> {
      ARGOSY_TRY(const auto index, tree_->index(house_.parts.index, index_place()));
      return house_.parts.by_meaning(*step_, *index, tree_->source(), question, context_->stopping());
    };
  parts.now = [this] { return context_->clock().unix_ms(); };
  parts.criteria = payload_.criteria;
  parts.budget_share = payload_.node.budget_share;
  if (house_.parts.purse) parts.purse = [this] { return house_.parts.purse(*step_); };
  parts.tried = [this](code::EditFormat format, bool placed) {
    if (house_.parts.edit_tried && !model_.empty()) house_.parts.edit_tried(model_, format, placed);
  };
  if (const auto summary = house_.parts.prompts.get("summary")) parts.summary = *summary;
  parts.context_tokens = house_.parts.context_tokens;
  // What this step has waited for has run: its room was used before.
  if (detours_left_) parts.detours_left = [this] { return awaits_runs_ ? agent_->limits.runs : *detours_left_; };
  parts.emit = [this](tasks::NewEvent event) { emit(std::move(event)); };
  loop_.emplace(std::move(parts), std::move(state));
}

// Until the loop waits for somebody else.
Result<void> AgentRun::go_on(agent::Next next) {
  for (;;) {
    if (context_->cancelled()) return stopped();
    policy_ = policy_of(*step_, *context_, payload_.node, *agent_);
    if (const auto* ask = std::get_if<agent::CallModel>(&next)) return context_->paused() ? hold() : call(*ask);
    if (const auto* run = std::get_if<agent::RunSteps>(&next)) {
      const auto results = results_of(*run);
      if (!results) {
        ARGOSY_TRY(auto result, detour(*run));
        finish(std::move(result));
        return {};
      }
      awaits_runs_ = false;
      next = loop_->ran(*results);
    } else if (const auto* person = std::get_if<agent::AskPerson>(&next)) {
      // About protected files another step may have been told already.
      const auto answers = person->question.name.starts_with(tasks::kProtectedFilesQuestion) ? runtime::answers_of(*step_) : step_->answers;
      const auto answer = std::ranges::find(answers, person->question.name, &tasks::Answer::name);
      if (answer == answers.end()) {
        ARGOSY_TRY_VOID(save(true));
        finish(runtime::StepResult{.question = person->question});
        return {};
      }
      next = loop_->told(*answer);
    } else {
      const auto& end = std::get<agent::End>(next);
      if (end.reason == tasks::EndReason::completed) {
        ARGOSY_TRY(auto result, completed(end));
        finish(std::move(result));
        return {};
      }
      finish(ended(end.reason, end.text));
      return {};
    }
    unsaved_ = true;
  }
}

// What the runs that this step waited for have said; nothing when the loop wants others.
std::optional<std::vector<tasks::RunResult>> AgentRun::results_of(const agent::RunSteps& next) const {
  // Once: models number their calls anew, and a later one may be called like one that ran.
  if (!awaits_runs_ || step_->inputs.empty()) return std::nullopt;
  auto output = tasks::run_output_from(step_->inputs.back().second);
  if (!output) return std::nullopt;
  const auto said = [&](const tasks::Run& run) {
    return std::ranges::find(output->results, run.call, &tasks::RunResult::call) != output->results.end();
  };
  if (!std::ranges::all_of(next.runs, said)) return std::nullopt;
  return std::move(output->results);
}

// Between two rounds: it goes on with this one when people let it.
Result<void> AgentRun::hold() {
  if (unsaved_) ARGOSY_TRY_VOID(save(false));
  context_->log("held back: the task is paused\n");
  finish(runtime::StepResult{.held = true});
  return {};
}

Result<void> AgentRun::call(const agent::CallModel& next) {
  if (unsaved_) ARGOSY_TRY_VOID(save(false));
  llm::CallOptions options{
      .task = step_->ref.task.to_string(), .kind = next.summary ? "summary" : "edit", .role = mends_ ? "mender" : agent_->role};
  // What was mended once and did not hold is harder than it looked.
  if (mends_ && mends_->round > 1) options.complexity = llm::Complexity::high;
  options.stop = context_->stopping();
  options.payer = llm::Payer{.org = step_->org, .user = step_->task.user, .step = step_->ref, .attempt = step_->attempt};
  options.repository = step_->task.repository_id;
  options.commit = key_;
  options.model = agent_->model;
  options.prompt = next.summary ? next.prompt : prompt_;
  options.timeouts = kTimeouts;
  house_.parts.model.start(next.request, std::move(options), [self = shared_from_this()](llm::CallResult result) {
    auto work = [self, result = std::move(result)]() mutable { self->guarded([&] { return self->answered(std::move(result)); }); };
    if (!self->house_.pool.post(std::move(work))) self->finish(fail_transient("agents_busy", "more loops wait than this worker holds"));
  });
  return {};
}

Result<void> AgentRun::answered(llm::CallResult result) {
  if (context_->cancelled()) return stopped();
  context_->log(fmt::format("asked {}{}\n", result.model.empty() ? "a model" : result.model,
                            result.fault ? ": " + result.fault->error.message : std::string()));
  if (result.fault) {
    auto error = std::move(result.fault->error);
    if (error.category == Category::transient) {
      if (!untold_.empty()) ARGOSY_TRY_VOID(save(true));
      return std::unexpected(std::move(error));
    }
    if (error.category == Category::security) return std::unexpected(std::move(error));
    finish(ended(reason_of(*result.fault), to_string(error)));
    return {};
  }
  if (!result.model.empty() && result.model != model_) {
    model_ = result.model;
    if (house_.parts.edit_format) loop_->write_in(house_.parts.edit_format(model_));
  }
  auto next = loop_->answered(result.answer, house_.parts.cost ? house_.parts.cost(result) : 0);
  unsaved_ = true;
  return go_on(std::move(next));
}

void AgentRun::emit(tasks::NewEvent event) {
  if (untold_.size() < kMostUntold) untold_.push_back(event);
  context_->emit(std::move(event));
}

// The step's artifact; `told`: this attempt's finish tells its events.
Result<std::string> AgentRun::save(bool told) {
  const artifacts::Put what{.step = step_->ref,
                            .attempt = step_->attempt,
                            .kind = artifacts::Kind::agent_state,
                            .name = fmt::format("step-{}.state", step_->ref.ordinal),
                            .lease_epoch = step_->lease_epoch};
  auto kept = context_->artifacts().put(what, saved(loop_->state(), told ? std::vector<tasks::NewEvent>{} : untold_));
  if (kept) {
    unsaved_ = false;
    context_->resumable();
  }
  return kept;
}

void AgentRun::finish(Result<runtime::StepResult> result) {
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(result));
}

}  // namespace argosy::codegen
