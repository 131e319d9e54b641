// What the statements of the moves say, beside schemas/migrations/0006_settle, 0008_claim, 0009_finish, 0010_renew and 0011_cancel.
#include "tests/model/statements/run.h"

namespace argosy::model::statements {

using tasks::StepEvent;
using tasks::StepState;
using tasks::TaskEvent;
using tasks::TaskState;

bool is(const StepRow& row, StepState state) { return row.there && row.state == static_cast<unsigned>(state); }
bool open(const StepRow& row) { return row.there && !tasks::is_final(static_cast<StepState>(row.state)); }
bool ended(const TaskRow& task) { return tasks::is_final(static_cast<TaskState>(task.state)); }

void Run::violate(Broken broken) {
  if (s_.violation == 0) s_.violation = static_cast<std::uint8_t>(broken);
}

void Run::move(StepRow& row, StepEvent event, StepState to) {
  if (tasks::next(static_cast<StepState>(row.state), event) != to) violate(Broken::illegal_move);
  row.state = static_cast<unsigned>(to) & 7;
}

bool Run::failing() const { return (t_.moved & call_.failed) != 0 && !ended(seen_task()); }

// Counters follow the rows that the guarded update returned.
unsigned Run::counted() const { return variant_ == Variant::counters_from_input && call_.move == Move::finish ? call_.steps : t_.moved; }

bool Run::tells() const { return (counted() | t_.also) != 0; }

// Which rows a statement locks or updates.
bool Run::wants(Statement statement, int i, const StepRow& row) const {
  const bool asked = (call_.steps & bit(i)) != 0;
  switch (statement) {
    case Statement::find:
      return asked && is(row, StepState::running) && row.epoch == call_.epoch;
    case Statement::lock_ready:
      return is(row, StepState::ready) && (asked || call_.move == Move::cancel);
    case Statement::update_steps:
      if (call_.move == Move::claim) return asked && is(row, StepState::ready);
      if (call_.move == Move::cancel) return open(row);
      if (call_.move == Move::rescue && !(t_.chosen & bit(i))) return false;
      return asked && is(row, StepState::running) && row.epoch == call_.epoch;
    case Statement::add_edges:
      return row.there && !is(row, StepState::succeeded) && (parents_of_added() & bit(i)) != 0;
    case Statement::cut:
      return failing() && (is(row, StepState::blocked) || is(row, StepState::ready) || is(row, StepState::waiting));
    case Statement::promote:
      return is(row, StepState::blocked) && hits(i) > 0 && !failing() && !ended(seen_task());
    default:
      return false;
  }
}

unsigned Run::parents_of_added() const {
  unsigned parents = 0;
  for (int i = 0; i < kSteps; ++i) {
    if (added(i)) parents |= plan_.depends_on[static_cast<std::size_t>(i)];
  }
  return parents;
}

// How many of the steps that succeeded step `d` depends on.
unsigned Run::hits(int d) const {
  unsigned n = 0;
  for (int i = 0; i < kSteps; ++i) {
    if ((counted() & ~call_.failed & bit(i)) != 0) n += seen(i).successors >> d & 1;
  }
  return n;
}

void Run::change(Statement now, int i) {
  if (now == Statement::lock_ready) return lock(i);
  if (now == Statement::find) {
    t_.chosen |= bit(i) & 15;
    return;
  }
  auto& row = write(i);
  const auto next_epoch = (row.epoch + 1u) & 7;
  if (now == Statement::add_edges) {
    for (int a = 0; a < kSteps; ++a) {
      if (added(a) && (plan_.depends_on[static_cast<std::size_t>(a)] & bit(i))) row.successors |= bit(a) & 15;
    }
  } else if (now == Statement::promote) {
    promote(row, i);
  } else if (now == Statement::cut || call_.move == Move::cancel) {
    move(row, StepEvent::cancelled, StepState::cancelled);
    row.epoch = next_epoch;
    if (now == Statement::cut) t_.also |= bit(i) & 15;
    if (now != Statement::cut) t_.moved |= bit(i) & 15;
  } else if (call_.move == Move::claim) {
    move(row, StepEvent::claimed, StepState::running);
    row.epoch = next_epoch;
  } else if (call_.move == Move::rescue) {
    move(row, StepEvent::owner_died, StepState::ready);
    row.epoch = next_epoch;
    t_.moved |= bit(i) & 15;
  } else {
    const bool failed = (call_.failed & bit(i)) != 0;
    move(row, failed ? StepEvent::gave_up : StepEvent::finished, failed ? StepState::failed : StepState::succeeded);
    t_.moved |= bit(i) & 15;
  }
}

void Run::promote(StepRow& row, int i) {
  if (variant_ == Variant::not_exists) {
    for (int d = 0; d < kSteps; ++d) {
      if ((plan_.depends_on[static_cast<std::size_t>(i)] & bit(d)) && !is(seen(d), StepState::succeeded)) return;
    }
    return move(row, StepEvent::unblocked, StepState::ready);
  }
  const unsigned n = hits(i);
  if (row.deps_left < n) return violate(Broken::counter_below_zero);
  row.deps_left = (row.deps_left - n) & 3;
  if (row.deps_left == 0) move(row, StepEvent::unblocked, StepState::ready);
}

bool Run::adds() const {
  bool any = false;
  for (int a = 0; a < kSteps; ++a) any |= !(plan_.there & bit(a)) && plan_.depends_on[static_cast<std::size_t>(a)] != 0;
  return any;
}

// The finish of step 0 adds what is not there yet.
void Run::add() {
  if (!(t_.moved & 1) || failing() || ended(seen_task())) return;
  for (int a = 0; a < kSteps; ++a) {
    const unsigned parents = plan_.depends_on[static_cast<std::size_t>(a)];
    if ((plan_.there & bit(a)) || parents == 0) continue;
    unsigned left = 0;
    for (int d = 0; d < kSteps; ++d) left += (parents & bit(d)) && !is(seen(d), StepState::succeeded);
    auto& row = write(a);
    row.there = 1;
    row.deps_left = left & 3;
    row.state = static_cast<unsigned>(left > 0 ? StepState::blocked : StepState::ready) & 7;
    t_.also |= bit(a) & 15;
  }
}

// By how much the move changes open_steps: what was added less what is over.
int Run::opened() const {
  int delta = 0;
  for (int i = 0; i < kSteps; ++i) {
    const bool said_over = variant_ == Variant::counters_from_input && (counted() & bit(i)) != 0;
    if (((counted() | t_.also) & bit(i)) != 0) delta += added(i) - (said_over || !open(seen(i)));
  }
  return delta;
}

void Run::judge() {
  const auto task = variant_ == Variant::lock_in_same_statement ? newest_task() : seen_task();
  bool nothing_open = static_cast<int>(task.open) + opened() == 0;
  if (variant_ == Variant::not_exists) {
    nothing_open = true;
    for (int i = 0; i < kSteps; ++i) nothing_open &= !open(seen(i));
  }
  auto becomes = static_cast<TaskState>(task.state);
  if (!ended(task) && tells()) {
    if (call_.move == Move::cancel) {
      becomes = TaskState::cancelled;
    } else if (failing()) {
      becomes = TaskState::failed;
    } else if (nothing_open) {
      becomes = TaskState::succeeded;
    }
  }
  t_.verdict = static_cast<unsigned>(becomes) & 7;
}

void Run::tell() {
  if (!tells()) return;
  const auto was = newest_task();
  auto& task = s_.written.task;
  task = was;
  lock(kTaskRow);
  s_.dirty |= bit(kTaskRow);
  task.seq = ((variant_ == Variant::seq_read_before_lock ? t_.read_seq : was.seq) + 1u) & 15;
  t_.seq = task.seq & 7;
  const int left = static_cast<int>(was.open) + opened();
  if (left < 0) violate(Broken::counter_below_zero);
  task.open = static_cast<unsigned>(left) & 7;
  if (was.state == t_.verdict) return;
  const auto becomes = static_cast<TaskState>(t_.verdict);
  const auto event = becomes == TaskState::cancelled   ? TaskEvent::cancelled
                     : becomes == TaskState::failed    ? TaskEvent::step_failed
                     : becomes == TaskState::succeeded ? TaskEvent::all_succeeded
                                                       : TaskEvent::plan_finished;
  if (tasks::next(static_cast<TaskState>(was.state), event) != becomes) violate(Broken::illegal_move);
  task.state = t_.verdict;
}

}  // namespace argosy::model::statements
