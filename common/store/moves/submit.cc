#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/internal/told.h"
#include "common/store/moves.h"
#include "common/store/moves/edges.h"

namespace argosy::store {
namespace {

constexpr Places kPlaces{"submit.before_commit", "submit.after_commit"};

struct Steps {
  BinaryNumbers<std::int32_t> of, time_limit;
  BinaryNumbers<std::int16_t> ordinal, queue, depends_on;
  BinaryTexts kind, title, payload, parents, successors, inputs;
  BinaryNumbers<bool> on_task_end;

  void add(const NewTask& task, std::int32_t place) {
    for (const tasks::NewStep& step : task.steps) {
      of.add(place);
      ordinal.add(step.ordinal);
      queue.add(static_cast<int>(step.queue));
      kind.add(step.kind);
      title.add(step.title);
      payload.add(step.payload);
      depends_on.add(std::ssize(step.depends_on));
      parents.add(small_array(step.depends_on));
      successors.add(small_array(successors_among(task.steps, step.ordinal)));
      inputs.add(small_array(step.inputs));
      on_task_end.add(step.on_task_end);
      time_limit.add(step.time_limit.value_or(tasks::kStepTimeLimit).count());
    }
  }
};

Params arguments(const std::vector<const NewTask*>& batch) {
  BinaryUuids id, org;
  BinaryTexts repository, kind, context, request, traceparent, created_by, key, response;
  BinaryNumbers<std::int16_t> lane, open, ended;
  BinaryNumbers<std::int64_t> deadline;
  BinaryBytes body;
  Steps steps;
  std::int32_t place = 0;
  for (const NewTask* task : batch) {
    id.add(task->id.uuid);
    org.add(task->org.uuid);
    repository.add(task->repository_id);
    kind.add(task->kind);
    lane.add(static_cast<int>(task->lane));
    context.add(task->context);
    request.add(task->request);
    traceparent.add(task->traceparent);
    created_by.add(task->created_by);
    task->deadline ? (void)deadline.add(task->deadline->count()) : deadline.null();
    const auto at_end = std::ranges::count_if(task->steps, &tasks::NewStep::on_task_end);
    open.add(std::ssize(task->steps) - at_end);
    ended.add(at_end);
    key.add(task->idempotency_key);
    task->body_sha256.empty() ? body.null() : (void)body.add(task->body_sha256);
    response.add(task->idempotency_key.empty() ? std::string_view() : task->response);  // stored with a key alone
    steps.add(*task, ++place);
  }
  Params params;
  params.add(id, org, repository, kind, lane, context, request, traceparent, created_by, deadline, open, ended, key, body, response);
  params.add(steps.of, steps.ordinal, steps.queue, steps.kind, steps.title, steps.payload, steps.depends_on, steps.parents,
             steps.successors, steps.inputs, steps.on_task_end, steps.time_limit);
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

// What was answered of each task of a batch.
class Answers {
 public:
  Answers(Told told, const std::vector<const NewTask*>& batch) {
    for (const NewTask* task : batch) all_.push_back({task, {}});
    std::ranges::sort(all_, {}, &One::id);
    for (auto& answer : told.answers)
      if (One* one = find(answer.task)) one->answer = answer_from(*one->task, std::move(answer));
    for (auto& step : told.ready) {
      One* const one = find(step.ref.task);
      if (one == nullptr || !one->answer) continue;
      step.traceparent = one->task->traceparent;
      one->answer->ready.push_back(std::move(step));
    }
  }
  Submitted* of(const TaskId& id) {
    One* const one = find(id);
    return one != nullptr && one->answer ? &*one->answer : nullptr;
  }

 private:
  struct One {
    const NewTask* task;
    std::optional<Submitted> answer;
    const TaskId& id() const { return task->id; }
  };
  One* find(const TaskId& id) {
    const auto at = std::ranges::lower_bound(all_, id, {}, &One::id);
    return at != all_.end() && at->id() == id ? &*at : nullptr;
  }
  std::vector<One> all_;
};

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

  const auto rows = call(db, "submit", arguments(batch), kPlaces, Answer::binary);
  if (!rows && rows.error().code == "database_timeout" && tasks.size() > 1) return in_halves(db, tasks);
  if (!rows) return std::unexpected(rows.error());
  Answers by_task(told_from(*rows), batch);
  std::vector<Submitted> answers(tasks.size());
  // Those first that look at the answer of another, which goes away last.
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Submitted* const hit = by_task.of(tasks[first[i]].id);
    if (hit == nullptr) return fail_transient("database_conflict", "submit answered nothing for a task");
    if (first[i] == i) continue;
    if (auto answer = later(tasks[i], tasks[first[i]], *hit)) {
      answers[i] = std::move(*answer);
    } else {
      ARGOSY_TRY(auto alone, submit(db, {tasks[i]}));
      answers[i] = std::move(alone.front());
    }
  }
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (first[i] == i) answers[i] = std::move(*by_task.of(tasks[i].id));
  return answers;
}

}  // namespace argosy::store
