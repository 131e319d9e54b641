#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/moves.h"
#include "common/store/moves/edges.h"

namespace argosy::store {
namespace {

constexpr Places kPlaces{"submit.before_commit", "submit.after_commit"};

void add_steps(const NewTask& task, int place, ArrayText (&columns)[12]) {
  auto& [of, ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs, on_task_end, time_limit] = columns;
  for (const tasks::NewStep& step : task.steps) {
    of.add(place);
    ordinal.add(step.ordinal);
    queue.add(static_cast<int>(step.queue));
    kind.text(step.kind);
    title.text(step.title);
    payload.text(step.payload);
    depends_on.add(step.depends_on.size());
    parents.text(small_array(step.depends_on));
    successors.text(small_array(successors_among(task.steps, step.ordinal)));
    inputs.text(small_array(step.inputs));
    on_task_end.add(step.on_task_end);
    time_limit.add(step.time_limit.value_or(tasks::kStepTimeLimit).count());
  }
}

Params arguments(const std::vector<const NewTask*>& batch) {
  ArrayText id, org, repository, kind, lane, traceparent, created_by, deadline, open, ended, key, body, response, steps[12];
  BinaryTexts context, request;
  int place = 0;
  for (const NewTask* task : batch) {
    id.add(task->id.uuid);
    org.add(task->org.uuid);
    repository.text(task->repository_id);
    kind.text(task->kind);
    lane.add(static_cast<int>(task->lane));
    context.add(task->context);
    request.add(task->request);
    traceparent.text(task->traceparent);
    created_by.text(task->created_by);
    task->deadline ? deadline.add(task->deadline->count()) : deadline.null();
    const auto at_end = std::ranges::count_if(task->steps, &tasks::NewStep::on_task_end);
    open.add(std::ssize(task->steps) - at_end);
    ended.add(at_end);
    key.text(task->idempotency_key);
    task->body_sha256.empty() ? body.null() : body.bytes(task->body_sha256);
    response.text(task->idempotency_key.empty() ? std::string_view() : task->response);  // stored with a key alone
    add_steps(*task, ++place, steps);
  }
  Params params;
  for (ArrayText* column :
       {&id, &org, &repository, &kind, &lane, &traceparent, &created_by, &deadline, &open, &ended, &key, &body, &response})
    params.add(std::move(*column));
  for (ArrayText& column : steps) params.add(std::move(column));
  params.add_last(std::move(context)).add_last(std::move(request));
  return params;
}

Submitted::Kind kind_from(std::int64_t n) {
  switch (n) {
    case 0:
      return Submitted::Kind::created;
    case 1:
      return Submitted::Kind::replayed;
    case 2:
      return Submitted::Kind::key_reused_with_other_body;
    default:
      return Submitted::Kind::repository_unknown;
  }
}

Submitted answer_from(const NewTask& task, Told::Answer answer) {
  Submitted submitted{
      .kind = kind_from(answer.n), .id = TaskId::parse(answer.type).value_or(answer.task), .response = std::move(answer.body)};
  if (submitted.kind != Submitted::Kind::created) return submitted;
  submitted.response = task.response;
  submitted.events.push_back({.task = task.id,
                              .seq = 1,
                              .at = answer.at,
                              .type = "task_state",
                              .data = R"({"status":"queued"})",
                              .traceparent = task.traceparent});
  return submitted;
}

std::map<TaskId, Submitted> answers_from(Told told, const std::vector<const NewTask*>& batch) {
  std::map<TaskId, const NewTask*> asked;
  for (const NewTask* task : batch) asked.emplace(task->id, task);
  std::map<TaskId, Submitted> by_task;
  for (auto& answer : told.answers) by_task[answer.task] = answer_from(*asked.at(answer.task), std::move(answer));
  for (auto& step : told.ready) {
    step.traceparent = asked.at(step.ref.task)->traceparent;
    by_task[step.ref.task].ready.push_back(std::move(step));
  }
  return by_task;
}

// What a later one of the batch with the same key is answered: as if it had come a moment later. Nothing when only the stored key knows.
std::optional<Submitted> later(const NewTask& second, const NewTask& first, const Submitted& answer) {
  using Kind = Submitted::Kind;
  const bool same = second.body_sha256 == first.body_sha256;
  if (answer.kind == Kind::repository_unknown) return Submitted{.kind = answer.kind, .id = second.id};
  if (answer.kind == Kind::key_reused_with_other_body && !same) return std::nullopt;
  return Submitted{.kind = answer.kind == Kind::created || answer.kind == Kind::replayed
                               ? (same ? Kind::replayed : Kind::key_reused_with_other_body)
                               : answer.kind,
                   .id = answer.id,
                   .response = answer.response};
}

// Halves of a batch that took too long.
Result<std::vector<Submitted>> in_halves(Database& db, const std::vector<NewTask>& tasks) {
  const auto middle = tasks.begin() + static_cast<std::ptrdiff_t>(tasks.size() / 2);
  ARGOSY_TRY(auto answers, submit(db, {tasks.begin(), middle}));
  ARGOSY_TRY(auto rest, submit(db, {middle, tasks.end()}));
  std::ranges::move(rest, std::back_inserter(answers));
  return answers;
}

}  // namespace

Result<std::vector<Submitted>> submit(Database& db, const std::vector<NewTask>& tasks) {
  // One call takes each key once, and in one order everywhere.
  std::map<std::pair<OrgId, std::string_view>, std::size_t> first_of_key;
  std::vector<std::size_t> first(tasks.size());
  std::vector<const NewTask*> batch;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const std::pair key(tasks[i].org, std::string_view(tasks[i].idempotency_key));
    first[i] = key.second.empty() ? i : first_of_key.emplace(key, i).first->second;
    if (first[i] == i) batch.push_back(&tasks[i]);
  }
  std::ranges::sort(batch, {}, [](const NewTask* task) { return std::tie(task->org, task->idempotency_key, task->id); });

  const auto rows = call(db, "submit", arguments(batch), kPlaces);
  if (!rows && rows.error().code == "database_timeout" && tasks.size() > 1) return in_halves(db, tasks);
  if (!rows) return std::unexpected(rows.error());
  const auto by_task = answers_from(told_from(*rows), batch);
  std::vector<Submitted> answers;
  answers.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto hit = by_task.find(tasks[first[i]].id);
    if (hit == by_task.end()) return fail_transient("database_conflict", "submit answered nothing for a task");
    if (first[i] == i) {
      answers.push_back(hit->second);
    } else if (auto answer = later(tasks[i], tasks[first[i]], hit->second)) {
      answers.push_back(std::move(*answer));
    } else {
      ARGOSY_TRY(auto alone, submit(db, {tasks[i]}));
      answers.push_back(std::move(alone.front()));
    }
  }
  return answers;
}

}  // namespace argosy::store
