// What follows when steps have moved, as settle_v1 has it.
#include <algorithm>

#include "tests/simulation/store/store.h"

namespace argosy::simulation {

using tasks::StepEvent;
using tasks::StepState;
using tasks::TaskEvent;
using tasks::TaskState;

void Store::settle(TaskRow& task, std::vector<Moved> moved, bool stop) {
  const bool failing = !ended(task) && std::ranges::any_of(moved, [](const Moved& m) { return m.failed && !m.step->on_task_end; });
  if (failing) {
    cut(task, moved);
  } else {
    promote(task, moved);
  }
  judge(task, moved, failing, stop);
  task.last_seq += 1;
  check(task);
}

void Store::cut(TaskRow& task, std::vector<Moved>& moved) {
  for (auto& step : task.steps) {
    const bool waits = step.state == StepState::blocked || step.state == StepState::ready || step.state == StepState::waiting;
    if (step.on_task_end || !waits) continue;
    move(step, StepEvent::cancelled);
    ++step.epoch;
    // One that this very move made ready is in the list already.
    if (std::ranges::none_of(moved, [&](const Moved& m) { return m.step == &step; })) moved.push_back({&step});
  }
}

void Store::promote(TaskRow& task, const std::vector<Moved>& moved) {
  if (ended(task)) return;
  for (const auto& m : moved) {
    if (!m.succeeded) continue;
    for (const auto ordinal : m.step->successors) {
      auto* dependent = find({task.id, ordinal});
      if (dependent == nullptr || dependent->state != StepState::blocked) continue;
      if (--dependent->deps_left == 0) make_ready(task, *dependent, StepEvent::unblocked);
    }
  }
}

void Store::judge(TaskRow& task, const std::vector<Moved>& moved, bool failing, bool stop) {
  bool planned = false, plan_moved = false;
  for (const auto& m : moved) {
    plan_moved |= m.step->ref.ordinal == 0;
    planned |= m.step->ref.ordinal == 0 && m.succeeded;
    if (tasks::is_final(m.step->state)) --(m.step->on_task_end ? task.end_steps : task.open_steps);
  }
  if (ended(task)) return;
  std::optional<TaskEvent> event;
  if (stop) {
    event = TaskEvent::cancelled;
  } else if (failing) {
    event = TaskEvent::step_failed;
  } else if (task.open_steps == 0) {
    event = TaskEvent::all_succeeded;
  } else if (planned && task.state != TaskState::running) {
    event = TaskEvent::plan_finished;
  } else if (plan_moved && task.state == TaskState::queued) {
    event = TaskEvent::plan_claimed;
  }
  if (!event) return;
  const auto to = tasks::next(task.state, *event);
  if (!to) Ledger::fail("a task may not go from " + std::string(tasks::to_string(task.state)) + " by " + std::string(to_string(*event)));
  task.state = *to;
  if (!ended(task)) return;
  for (auto& step : task.steps) {
    if (step.on_task_end && step.state == StepState::blocked) make_ready(task, step, StepEvent::unblocked);
  }
}

// After every move of a task: its rows agree with each other.
void Store::check(const TaskRow& task) const {
  int open = 0, ends = 0;
  for (const auto& step : task.steps) {
    const bool final = tasks::is_final(step.state);
    (step.on_task_end ? ends : open) += !final;
    const auto unmet = std::ranges::count_if(step.depends_on, [&](std::int16_t ordinal) {
      return std::ranges::none_of(
          task.steps, [&](const StepRow& other) { return other.ref.ordinal == ordinal && other.state == StepState::succeeded; });
    });
    const bool begun = step.state == StepState::ready || step.state == StepState::running || step.state == StepState::succeeded;
    if (begun && unmet > 0) Ledger::fail(Ledger::name(step.ref) + " began before what it depends on had succeeded");
    if (step.state == StepState::blocked && !step.on_task_end && !ended(task) && step.deps_left != unmet) {
      Ledger::fail(Ledger::name(step.ref) + " waits for a wrong number of steps");
    }
    const bool may_begin = step.state == StepState::blocked || step.state == StepState::ready || step.state == StepState::waiting;
    if (ended(task) && !step.on_task_end && may_begin) Ledger::fail(Ledger::name(step.ref) + " may begin though its task has ended");
  }
  if (open != task.open_steps || ends != task.end_steps) Ledger::fail("a task counts its open steps wrongly");
}

}  // namespace argosy::simulation
