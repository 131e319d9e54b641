#include <algorithm>

#include "common/tasks/step_state.h"
#include "tests/simulation/store/store.h"

namespace argosy::simulation {

using tasks::StepEvent;
using tasks::StepState;
using Outcome = store::FinishedStep::Outcome;

namespace {

constexpr std::chrono::minutes kStepLimit{2};

std::int64_t microseconds(Time at) { return at.count() / 1'000; }

StepEvent event_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::succeeded:
      return StepEvent::finished;
    case Outcome::retry:
    case Outcome::asked:  // nobody in the simulation does
      return StepEvent::deferred;
    case Outcome::handed_back:
      return StepEvent::handed_back;
    case Outcome::failed:
      break;
  }
  return StepEvent::gave_up;
}

}  // namespace

StepRow* Store::find(const StepRef& ref) {
  auto& steps = task_of(ref).steps;
  const auto hit = std::ranges::find(steps, ref, &StepRow::ref);
  return hit == steps.end() ? nullptr : &*hit;
}

// A commit that waits for the disk takes all that were made before it along.
void Store::on_disk() {
  for (auto& task : tasks_) {
    for (auto& step : task.steps) step.soft = false;
  }
}

void Store::move(StepRow& step, StepEvent event) {
  const auto to = tasks::next(step.state, event);
  if (!to) {
    Ledger::fail(Ledger::name(step.ref) + ": " + std::string(tasks::to_string(step.state)) + " may not be " +
                 std::string(to_string(event)));
  }
  if (step.state == StepState::running) {
    step.owner.reset();
    step.claim_id = {};
    step.deadline_at.reset();
  }
  step.due_at.reset();
  step.state = *to;
}

void Store::make_ready(TaskRow& task, StepRow& step, StepEvent event) {
  move(step, event);
  step.announced_at.reset();
  if (!held_back(task, step)) announce(step);
}

void Store::announce(StepRow& step) {
  step.announced_at = now();
  news_.push_back(&step);
}

Store::Ready Store::news() {
  Ready ready;
  for (const auto* step : news_) {
    if (step->state == StepState::ready && step->announced_at) ready.push_back({step->ref, tasks::Queue::codegen, step->lane, ""});
  }
  news_.clear();
  return ready;
}

Store::Ready Store::submit(TaskRow task) {
  tasks_.push_back(std::move(task));
  auto& row = tasks_.back();
  row.last_seq = 1;
  row.steps.reserve(16);  // rows are pointed at while others are added
  for (auto& step : row.steps) {
    ++(step.on_task_end ? row.end_steps : row.open_steps);
    if (!step.on_task_end && step.deps_left == 0) {
      step.state = StepState::ready;
      if (!held_back(row, step)) announce(step);
    }
  }
  on_disk();
  return news();
}

Result<std::vector<store::ClaimedStep>> Store::claim(const WorkerId& worker, const std::vector<store::ClaimRequest>& wanted, bool suspect) {
  const auto owner = workers_.find(worker);
  if (owner == workers_.end() || owner->second.alive_until <= now()) return fail_transient("no_lease", "the process has no lease");
  bool suspect_left = suspect || variant_ == Variant::suspects_together;
  std::vector<store::ClaimedStep> claimed;
  for (const auto& request : wanted) {
    auto* step = find(request.ref);
    if (step == nullptr) continue;
    if (step->state == StepState::ready && (step->crashes < tasks::kCrashesOfASuspect || suspect_left)) {
      if (step->crashes >= tasks::kCrashesOfASuspect && variant_ != Variant::suspects_together) suspect_left = false;
      move(*step, StepEvent::claimed);
      step->owner = worker;
      step->claim_id = request.claim_id;
      ++step->attempts;
      step->claimed_at = now();
      step->deadline_at = now() + kStepLimit;
      step->epoch = last_epoch_ = std::max({step->epoch, last_epoch_, microseconds(now())}) + 1;
      step->soft = true;
    }
    if (step->state != StepState::running || step->claim_id != request.claim_id || step->owner != worker) continue;
    claimed.push_back({.ref = step->ref,
                       .lease_epoch = step->epoch,
                       .attempt = step->attempts,
                       .crashes = step->crashes,
                       .handbacks = step->handbacks,
                       .solo = step->crashes >= tasks::kCrashesOfASuspect,
                       .queue = tasks::Queue::codegen,
                       .lane = step->lane,
                       .announced_at_us = microseconds(step->announced_at.value_or(Time(0)))});
  }
  return claimed;
}

bool Store::accept(TaskRow& task, StepRow& step, const store::FinishedStep& finish) {
  if (step.state != StepState::running || step.epoch != finish.lease_epoch) return false;
  ledger_.accepted(finish, step.epoch);
  step.accepted = step.epoch;
  const bool again = finish.outcome == Outcome::retry || finish.outcome == Outcome::handed_back;
  if (finish.outcome == Outcome::handed_back) {
    --step.attempts;
    ++step.handbacks;
    step.announces = 0;
  }
  if (again && ended(task) && !step.on_task_end) {
    move(step, StepEvent::cancelled);
  } else if (finish.outcome == Outcome::handed_back) {
    make_ready(task, step, StepEvent::handed_back);
  } else {
    move(step, event_of(finish.outcome));
    if (finish.outcome == Outcome::retry) step.due_at = now() + finish.retry_in;
  }
  return true;
}

store::Finished Store::finish(const std::vector<store::FinishedStep>& finished) {
  store::Finished answer;
  std::map<TaskId, std::vector<Moved>> moved;
  std::vector<std::pair<StepRow*, const store::FinishedStep*>> succeeded;
  for (const auto& finish : finished) {
    auto* step = find(finish.ref);
    if (step == nullptr) continue;
    auto& task = task_of(finish.ref);
    const bool mine = accept(task, *step, finish);
    if (mine || step->accepted == finish.lease_epoch) answer.accepted.emplace_back(finish.ref, finish.lease_epoch);
    if (!mine) {
      // A finish that comes again is told what became ready.
      for (auto& other : task.steps) {
        if (step->accepted == finish.lease_epoch && other.state == StepState::ready && other.announced_at) news_.push_back(&other);
      }
      continue;
    }
    moved[finish.ref.task].push_back({step, step->state == StepState::succeeded, step->state == StepState::failed});
    if (step->state == StepState::succeeded && !finish.added.empty()) succeeded.emplace_back(step, &finish);
  }
  if (!moved.empty()) on_disk();
  for (auto& [id, steps] : moved) {
    auto& task = tasks_[number_of(id.uuid)];
    const bool failing = std::ranges::any_of(steps, [](const Moved& m) { return m.failed && !m.step->on_task_end; });
    for (const auto& [by, finish] : succeeded) {
      if (by->ref.task == id && !failing && !ended(task)) add_steps(task, *by, *finish, steps);
    }
    settle(task, std::move(steps), false);
  }
  answer.ready = news();
  return answer;
}

void Store::add_steps(TaskRow& task, StepRow&, const store::FinishedStep& finish, std::vector<Moved>& moved) {
  for (const auto& added : finish.added) {
    StepRow row{.ref = {task.id, added.ordinal}, .lane = task.lane, .depends_on = added.depends_on};
    for (const auto parent : added.depends_on) {
      auto* step = find({task.id, parent});
      if (step != nullptr && step->state == StepState::succeeded) continue;
      ++row.deps_left;
      if (step != nullptr) step->successors.push_back(added.ordinal);
    }
    task.steps.push_back(row);
    ++task.open_steps;
    auto& step = task.steps.back();
    moved.push_back({&step, false, false, true});
    if (step.deps_left == 0) make_ready(task, step, StepEvent::unblocked);
  }
}

store::Renewed Store::renew(const store::Renewal& renewal) {
  auto& worker = workers_[renewal.worker];
  const auto before = worker.held;
  worker = {.id = renewal.worker,
            .alive_until = now() + renewal.lease,
            .renewed_at = now(),
            .lease = renewal.lease,
            .slots = renewal.slots,
            .held = renewal.held};
  on_disk();
  for (const auto& mark : renewal.marks) {
    auto& highest = marks_[static_cast<std::size_t>(mark.lane)];
    highest = std::max(highest, Time(mark.announced_at_us * 1'000));
  }
  store::Renewed answer;
  const auto runs_here = [&](const StepRef& ref) {
    const auto* step = find(ref);
    return step != nullptr && step->state == StepState::running && step->owner == renewal.worker;
  };
  for (const auto& ref : renewal.held) {
    if (!runs_here(ref)) answer.cancelled.push_back(ref);
  }
  for (const auto& ref : before) {
    if (runs_here(ref) && std::ranges::find(renewal.held, ref) == renewal.held.end()) answer.unknown.emplace_back(ref, find(ref)->epoch);
  }
  return answer;
}

Store::Ready Store::leave(const WorkerId& worker) {
  std::vector<StepRow*> owned;
  for (auto& task : tasks_) {
    for (auto& step : task.steps) {
      if (step.state == StepState::running && step.owner == worker) owned.push_back(&step);
    }
  }
  for (auto* step : owned) {
    --step->attempts;
    ++step->handbacks;
  }
  reclaim(owned, false, 0);
  workers_.erase(worker);
  return news();
}

Store::Ready Store::cancel(const TaskId& id) {
  auto& task = tasks_[number_of(id.uuid)];
  if (ended(task)) return {};
  std::vector<Moved> moved;
  for (auto& step : task.steps) {
    if (step.on_task_end || tasks::is_final(step.state)) continue;
    move(step, StepEvent::cancelled);
    ++step.epoch;
    moved.push_back({&step});
  }
  on_disk();
  settle(task, std::move(moved), true);
  return news();
}

}  // namespace argosy::simulation
