// settle_v1: what follows when steps have moved, the same for every move.
#include "tests/model/protocol/database.h"

namespace argosy::model::protocol {
namespace {

using tasks::StepEvent;
using tasks::StepState;
using tasks::TaskEvent;
using tasks::TaskState;

TaskEvent event_to(TaskState state) {
  switch (state) {
    case TaskState::cancelled:
      return TaskEvent::cancelled;
    case TaskState::failed:
      return TaskEvent::step_failed;
    case TaskState::succeeded:
      return TaskEvent::all_succeeded;
    case TaskState::planning:
      return TaskEvent::plan_claimed;
    default:
      return TaskEvent::plan_finished;
  }
}

}  // namespace

unsigned Database::settle(const Batch& moved, bool stop) {
  Batch all = moved;
  bool failing = false;
  for (int i = 0; i < moved.count; ++i) {
    const auto& m = moved.rows[static_cast<std::size_t>(i)];
    failing |= m.state == StepState::failed && !plan(m.step).on_task_end && !task_ended(s_);
  }
  if (failing) cut(all);
  if (!failing) promote(moved, stop);
  if (judge(all, failing, stop)) {
    for (int i = 0; i < plan_.steps; ++i) {
      if (plan(i).on_task_end && in(i, StepState::blocked)) make_ready(i, StepEvent::unblocked);
    }
  }
  const auto news = news_;
  news_ = 0;
  return news;
}

void Database::cut(Batch& all) {
  for (int i = 0; i < plan_.steps; ++i) {
    const bool waits = in(i, StepState::blocked) || in(i, StepState::ready) || in(i, StepState::waiting);
    if (plan(i).on_task_end || !waits) continue;
    move(i, StepEvent::cancelled);
    row(i).epoch = (row(i).epoch + 1) & 15;
    news_ &= ~bit(i);
    // A step that this very batch handed back is in it already: its last state counts.
    bool known = false;
    for (int k = 0; k < all.count; ++k) {
      auto& m = all.rows[static_cast<std::size_t>(k)];
      if (m.step != i) continue;
      known = true;
      m.state = StepState::cancelled;
    }
    if (!known) all.add({i, StepState::cancelled, 0});
  }
}

// Two steps of one batch may share a dependent: they are added up first.
void Database::promote(const Batch& moved, bool stop) {
  const bool from_cancel = variant_ == Variant::cancel_promotes;
  if (task_ended(s_) && !from_cancel) return;
  std::array<unsigned, kSteps> hits{};
  for (int i = 0; i < moved.count; ++i) {
    const auto& m = moved.rows[static_cast<std::size_t>(i)];
    if (m.state != StepState::succeeded && !(from_cancel && m.state == StepState::cancelled)) continue;
    for (int d = 0; d < plan_.steps; ++d) hits[static_cast<std::size_t>(d)] += m.successors >> d & 1;
  }
  for (int d = 0; d < plan_.steps; ++d) {
    const unsigned n = hits[static_cast<std::size_t>(d)];
    if (n == 0 || !in(d, StepState::blocked)) continue;
    if (row(d).deps_left < n) return violate(Broken::counter_below_zero);
    row(d).deps_left = (row(d).deps_left - n) & 3;
    if (row(d).deps_left > 0) continue;
    make_ready(d, StepEvent::unblocked);
    if (stop) violate(Broken::promoted_after_the_end);
    for (int p = 0; p < plan_.steps; ++p) {
      if ((plan(d).depends_on & bit(p)) && !in(p, StepState::succeeded)) violate(Broken::promoted_too_early);
    }
  }
}

// Counters decide. True when the task ends with this move.
bool Database::judge(const Batch& all, bool failing, bool stop) {
  const auto was = static_cast<TaskState>(s_.task);
  unsigned closed = 0;
  bool plan_moved = false, planned = false;
  for (int i = 0; i < all.count; ++i) {
    const auto& m = all.rows[static_cast<std::size_t>(i)];
    closed += !plan(m.step).on_task_end && tasks::is_final(m.state);
    plan_moved |= m.step == 0;
    planned |= m.step == 0 && m.state == StepState::succeeded;
  }
  if (closed > s_.open) violate(Broken::counter_below_zero);
  s_.open = (s_.open - closed) & 7;
  auto becomes = was;
  if (tasks::is_final(was) || all.count == 0) {
  } else if (stop) {
    becomes = TaskState::cancelled;
  } else if (failing) {
    becomes = TaskState::failed;
  } else if (s_.open == 0) {
    becomes = TaskState::succeeded;
  } else if ((was == TaskState::queued || was == TaskState::planning) && planned) {
    becomes = TaskState::running;
  } else if (was == TaskState::queued && plan_moved) {
    becomes = TaskState::planning;
  }
  if (becomes == was) return false;
  if (tasks::next(was, event_to(becomes)) != becomes) violate(Broken::illegal_move);
  s_.task = static_cast<unsigned>(becomes) & 7;
  return tasks::is_final(becomes);
}

}  // namespace argosy::model::protocol
