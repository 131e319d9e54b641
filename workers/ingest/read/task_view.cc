#include "workers/ingest/read/task_view.h"

#include <algorithm>

#include "common/tasks/agent/end_of_task.h"
#include "common/tasks/payloads.h"
#include "workers/ingest/submit/new_task.h"

namespace argosy::ingest {
namespace {

using json::Array;
using json::Object;
using json::Value;

template <class T>
Array list(const std::vector<T>& items) {
  Array out;
  for (const auto& item : items) out.emplace_back(item);
  return out;
}

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Object error_json(const Error& error) {
  Object out{{"category", std::string(1, letter(error.category))},
             {"code", error.code},
             {"message", error.message},
             {"hint", text_or_null(error.hint)}};
  if (auto details = error.details.empty() ? Result<Value>(Value()) : json::parse(error.details); details && !details->is_null()) {
    out.append("details", std::move(*details));
  }
  return out;
}

Value step_json(const store::StepView& step) {
  Array depends_on;
  for (const auto ordinal : step.depends_on) depends_on.emplace_back(int{ordinal});
  return Object{{"step", int{step.ordinal}},
                {"queue", tasks::to_string(step.queue)},
                {"kind", step.kind},
                {"title", step.title},
                {"state", tasks::to_string(step.state)},
                {"depends_on", std::move(depends_on)},
                {"replaces", step.replaces ? Value(int{*step.replaces}) : Value()},
                {"on_task_end", step.on_task_end},
                {"attempts", int{step.attempts}},
                {"started_at", time_or_null(step.started_at)},
                {"finished_at", time_or_null(step.finished_at)},
                {"history", history_json(step.history)}};
}

// The output of the last succeeded step of that kind, if there is one.
const std::string* output_of(const store::TaskView& task, std::string_view kind) {
  const std::string* found = nullptr;
  for (const auto& step : task.steps)
    if (step.kind == kind && step.state == tasks::StepState::succeeded) found = &step.output;
  return found;
}

Array gates_json(const std::vector<tasks::GateOutcome>& gates) {
  Array out;
  for (const auto& one : gates) out.emplace_back(Object{{"gate", one.gate}, {"outcome", one.outcome}, {"text", one.text}});
  return out;
}

Value tests_json(const store::TaskView& task) {
  const std::string* output = output_of(task, "test");
  if (output == nullptr) return {};
  const auto test = tasks::test_output_from(*output);
  if (!test) return {};
  return Object{{"passed", test->tests.passed},         {"failed", test->tests.failed},
                {"skipped", test->tests.skipped},       {"duration_ms", test->tests.duration_ms},
                {"framework", test->framework},         {"command", test->command},
                {"failing", list(test->failing)},       {"failed_before", list(test->failed_before)},
                {"flaky", list(test->flaky)},           {"gates", gates_json(test->gates)},
                {"set_up", text_or_null(test->set_up)}, {"criteria", tasks::to_json(test->criteria)}};
}

// What the plan promised, and nobody could see kept: then the task is done as far as it goes, and a person has to look.
bool has_unmet_criteria(const store::TaskView& task) {
  const std::string* output = output_of(task, "test");
  const auto test = output == nullptr ? Result<tasks::TestOutput>() : tasks::test_output_from(*output);
  return test && !std::ranges::all_of(test->criteria, [](const auto& one) { return one.outcome == "passed"; });
}

Value result_json(const store::TaskView& task) {
  const std::string* output = output_of(task, "push");
  if (output == nullptr) return {};
  const auto push = tasks::push_output_from(*output);
  if (!push) return {};
  Array files;
  for (const auto& file : push->files) {
    files.emplace_back(Object{{"path", file.path}, {"status", file.status}, {"added", file.added}, {"removed", file.removed}});
  }
  return Object{{"branch", push->branch},           {"commit", push->commit},
                {"base_commit", push->base_commit}, {"files_changed", push->files.size()},
                {"files", std::move(files)},        {"diff_stat", push->diff_stat},
                {"note", text_or_null(push->note)}, {"tests", tests_json(task)}};
}

// What agents had done before they gave up, on branches beside the task's own.
Array kept_json(const store::TaskView& task) {
  Array out;
  for (const auto& step : task.steps) {
    if (step.kind != "keep" || step.state != tasks::StepState::succeeded) continue;
    const auto kept = tasks::push_output_from(step.output);
    if (!kept) continue;
    out.emplace_back(Object{{"branch", kept->branch},
                            {"commit", kept->commit},
                            {"base_commit", kept->base_commit},
                            {"files_changed", kept->files.size()},
                            {"diff_stat", kept->diff_stat}});
  }
  return out;
}

Array checkpoints_json(const store::TaskView& task) {
  Array out;
  for (const auto& one : task.checkpoints) {
    out.emplace_back(Object{{"checkpoint_id", tasks::checkpoint_id(one.step, one.name)},
                            {"step", int{one.step}},
                            {"type", one.type},
                            {"description", one.description},
                            {"asked_at", rfc3339(one.asked_at)},
                            {"expires_at", rfc3339(one.expires_at)}});
  }
  return out;
}

Value current_agent(const store::TaskView& task) {
  const auto running = std::ranges::find(task.steps, tasks::StepState::running, &store::StepView::state);
  return running == task.steps.end() ? Value() : Value(tasks::to_string(running->queue));
}

Value stop_reason(const store::TaskView& task) {
  auto reason = tasks::end_reason_of(task.state, task.error);
  if (reason == tasks::EndReason::completed && has_unmet_criteria(task)) reason = tasks::EndReason::needs_user;
  return reason ? Value(tasks::to_string(*reason)) : Value();
}

Object summary(const store::TaskView& task) {
  return Object{{"task_id", task.id.to_string()},
                {"repository_id", task.repository_id},
                {"kind", task.kind},
                {"status", tasks::to_string(task.state)},
                {"priority", tasks::to_string(task.lane)},
                {"progress_percentage", int{task.progress}},
                {"paused", task.paused},
                {"created_by", task.created_by},
                {"created_at", rfc3339(task.created_at)},
                {"finished_at", time_or_null(task.finished_at)},
                {"error", error_or_null(task.error)},
                {"stop_reason", stop_reason(task)}};
}

}  // namespace

Value time_or_null(UnixMillis at) { return at == 0 ? Value() : Value(rfc3339(at)); }

Value error_or_null(const std::optional<Error>& error) { return error ? Value(error_json(*error)) : Value(); }

Array history_json(const std::vector<store::AttemptView>& history) {
  Array out;
  for (const auto& attempt : history) {
    out.emplace_back(Object{{"attempt", int{attempt.attempt}},
                            {"outcome", attempt.outcome},
                            {"started_at", time_or_null(attempt.started_at)},
                            {"finished_at", time_or_null(attempt.finished_at)},
                            {"error", error_or_null(attempt.error)}});
  }
  return out;
}

Value constraints_json(const tasks::Constraints& constraints) {
  return Object{{"avoid_files", list(constraints.avoid_files)},
                {"max_files_changed", constraints.max_files_changed ? Value(*constraints.max_files_changed) : Value()}};
}

Value task_summary(const store::TaskView& task) { return summary(task); }

Value task_json(const store::TaskView& task, const config::Settings& settings) {
  Object out = summary(task);
  // Written by us at submit; a row that a later version wrote is shown as far as it is understood.
  const auto request = json::parse(task.request);
  const auto context = tasks::task_context_from(task.context);
  Array steps, past_errors;
  for (const auto& step : task.steps) steps.push_back(step_json(step));
  for (const auto& past : task.past_errors) {
    past_errors.emplace_back(Object{{"error", error_json(past.error)},
                                    {"ended_at", time_or_null(past.ended_at)},
                                    {"reopened_at", time_or_null(past.reopened_at)},
                                    {"reopened_by", past.reopened_by}});
  }
  out.append("request", request ? *request : Value(Object{}));
  out.append("branch", context ? context->branch : std::string());
  out.append("constraints", constraints_json(context ? tasks::constraints_of(*context) : tasks::Constraints{}));
  out.append("rerun_of", context ? text_or_null(context->rerun_of) : Value());
  out.append("current_agent", current_agent(task));
  out.append("last_seq", task.last_seq);
  out.append("logs_url", task_url(settings, task.id) + "/logs");
  out.append("stream_url", stream_url(settings, task.id));
  out.append("steps", std::move(steps));
  out.append("checkpoints", checkpoints_json(task));
  out.append("past_errors", std::move(past_errors));
  out.append("result", result_json(task));
  out.append("partial", kept_json(task));
  return out;
}

}  // namespace argosy::ingest
