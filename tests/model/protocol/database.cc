#include "tests/model/protocol/database.h"

#include <algorithm>
#include <array>
#include <bit>

namespace argosy::model::protocol {
namespace {

using tasks::StepEvent;
using tasks::StepState;
using tasks::TaskState;

constexpr unsigned kMostEpoch = 15;

// The product's tables, once, as arrays: they are asked hundreds of millions of times.
struct Tables {
  std::array<std::array<bool, 11>, 8> legal{};
  std::array<StepState, 11> target{};
  Tables() {
    for (const auto& t : tasks::step_transitions()) {
      legal[static_cast<std::size_t>(t.from)][static_cast<std::size_t>(t.event)] = true;
      target[static_cast<std::size_t>(t.event)] = t.to;
    }
  }
};
const Tables kTables;

StepEvent event_of(Work work) {
  switch (work) {
    case Work::succeeded:
      return StepEvent::finished;
    case Work::retry:
      return StepEvent::deferred;
    case Work::handed_back:
      return StepEvent::handed_back;
    default:
      return StepEvent::gave_up;
  }
}

}  // namespace

void Database::violate(Broken broken) {
  if (s_.violation == 0) s_.violation = static_cast<unsigned>(broken) & 31;
}

// A commit that waits for the disk takes all that were made before it along.
void Database::on_disk() {
  for (auto& row : s_.rows) row.soft = row.old_epoch = 0;
}

// As the trigger step_moves: it is asked when the state changes, and refuses what the table does not have.
void Database::move(int step, StepEvent event) {
  auto& row = this->row(step);
  const auto to = kTables.target[static_cast<std::size_t>(event)];
  if (row.state == static_cast<unsigned>(to)) return;
  if (!kTables.legal[row.state][static_cast<std::size_t>(event)]) return violate(Broken::illegal_move);
  if (row.state == static_cast<unsigned>(StepState::running)) {
    row.owner = kNobody;
    row.claim = 0;
  }
  row.told = row.held = 0;
  row.state = static_cast<unsigned>(to) & 7;
}

// Announced, or held back when the window is full.
void Database::make_ready(int step, StepEvent event) {
  int announced = 0;
  for (int i = 0; i < plan_.steps; ++i) announced += in(i, StepState::ready) && !row(i).held;
  move(step, event);
  row(step).held = announced >= plan_.window;
  if (!row(step).held) news_ |= bit(step);
}

void Database::submit() {
  for (auto& row : s_.rows) row.owner = kNobody;
  for (int i = 0; i < plan_.steps; ++i) {
    auto& row = this->row(i);
    if (plan(i).added_by >= 0) continue;
    row.there = 1;
    row.deps_left = static_cast<unsigned>(std::popcount(plan(i).depends_on)) & 3;
    row.state = static_cast<unsigned>(row.deps_left > 0 || plan(i).on_task_end ? StepState::blocked : StepState::ready);
    for (int d = 0; d < plan_.steps; ++d) {
      if (plan(i).depends_on & bit(d)) this->row(d).successors |= bit(i);
    }
    if (!plan(i).on_task_end) ++s_.open;
  }
}

bool Database::claim(int process, int step, unsigned claim_id) {
  auto& row = this->row(step);
  const auto& owner = s_.processes[static_cast<std::size_t>(process)];
  if (owner.lease != static_cast<unsigned>(DbLease::alive)) return false;  // AR001
  const bool holds_suspect =
      std::ranges::any_of(owner.jobs, [&](const Job& job) { return job.work != 0 && s_.rows[job.step].crashes > 0; });
  const bool free = in(step, StepState::ready) || (variant_ == Variant::claim_without_state && row.there);
  if (free && !(row.crashes > 0 && holds_suspect)) {
    const unsigned before = row.epoch;
    move(step, StepEvent::claimed);
    row.owner = static_cast<unsigned>(process) & 3;
    row.claim = claim_id & 7;
    row.epoch = (variant_ == Variant::epoch_returns ? before + 1 : std::max<unsigned>(before, row.ever) + 1) & 15;
    if (row.epoch <= row.ever || row.ever == kMostEpoch) violate(Broken::epoch_came_back);
    row.ever = row.epoch;
    if (plan(step).durable) {
      on_disk();
    } else {
      row.soft = 1;
      row.old_epoch = before & 15;
    }
  } else if (in(step, StepState::ready)) {
    row.told = 0;  // a second suspect stays ready, its dispatch is done: it is announced again
  }
  return in(step, StepState::running) && row.claim == claim_id && row.owner == static_cast<unsigned>(process);
}

void Database::accept(const Input& input, Batch& returned) {
  auto& row = this->row(input.step);
  const bool running = in(input.step, StepState::running);
  const bool same_lease = row.epoch == input.epoch;
  if (!(running || variant_ == Variant::finish_without_state) || !(same_lease || variant_ == Variant::no_epoch)) return;
  if (!same_lease) violate(Broken::finish_of_another_lease);
  if (row.accepted == input.epoch) violate(Broken::finished_twice_under_a_lease);
  row.accepted = input.epoch & 15;
  const unsigned successors = row.successors;
  const bool again = input.work == Work::retry || input.work == Work::handed_back;
  if (again && task_ended(s_) && !plan(input.step).on_task_end) {
    move(input.step, StepEvent::cancelled);
  } else if (input.work == Work::handed_back) {
    make_ready(input.step, StepEvent::handed_back);
  } else {
    move(input.step, event_of(input.work));
  }
  if (input.work == Work::succeeded && row.finishes++ > 0) violate(Broken::step_succeeded_twice);
  returned.add({input.step, static_cast<StepState>(row.state), successors});
}

unsigned Database::finish(const Input* inputs, int count) {
  Batch returned;
  unsigned again = 0;
  for (int i = 0; i < count; ++i) {
    const int before = returned.count;
    accept(inputs[i], returned);
    const auto& row = this->row(inputs[i].step);
    if (returned.count == before && row.accepted == inputs[i].epoch) again |= bit(inputs[i].step);
  }
  if (returned.count > 0) on_disk();
  if (variant_ == Variant::counters_from_input && count > 0) {
    returned.count = 0;
    for (int i = 0; i < count; ++i) {
      const auto state = inputs[i].work == Work::succeeded ? StepState::succeeded : static_cast<StepState>(row(inputs[i].step).state);
      const unsigned successors = row(inputs[i].step).successors;
      returned.add({inputs[i].step, state, successors});
    }
  }
  const bool fails = std::any_of(returned.rows.begin(), returned.rows.begin() + returned.count,
                                 [&](const Moved& m) { return m.state == StepState::failed && !plan(m.step).on_task_end; });
  const int finished = returned.count;
  for (int i = 0; i < finished; ++i) {
    const auto& moved = returned.rows[static_cast<std::size_t>(i)];
    if (moved.state == StepState::succeeded && !fails && !task_ended(s_)) add_steps(moved.step, returned);
  }
  unsigned news = returned.count > 0 ? settle(returned, false) : 0;
  // finished_before: what a finish that comes again is told, should its first answer have been lost.
  for (int i = 0; again != 0 && i < plan_.steps; ++i) {
    if (in(i, StepState::ready) && !row(i).held) news |= bit(i);
  }
  return news;
}

// Blocked on those dependencies that have not succeeded by now; those find it among their successors when they end.
void Database::add_steps(int by, Batch& returned) {
  const int known = returned.count;
  unsigned added = 0;
  for (int i = 0; i < plan_.steps; ++i) {
    if (plan(i).added_by == by && !row(i).there) added |= bit(i);
  }
  for (int i = 0; i < plan_.steps; ++i) {
    if (!(added & bit(i))) continue;
    auto& row = this->row(i);
    unsigned deps = 0;
    for (int d = 0; d < plan_.steps; ++d) {
      if (!(plan(i).depends_on & bit(d))) continue;
      const bool over = !(added & bit(d)) && in(d, StepState::succeeded);
      deps += !over;
      if (!over) this->row(d).successors |= bit(i);
    }
    row.there = 1;
    row.deps_left = deps & 3;
    if (deps == 0 && !plan(i).on_task_end) make_ready(i, StepEvent::unblocked);
    returned.add({i, static_cast<StepState>(row.state), 0});
  }
  for (int i = 0; i < plan_.steps && returned.count > known; ++i) {
    if ((added & bit(i)) && !plan(i).on_task_end) ++s_.open;
  }
}

void Database::renew(int process) {
  s_.processes[static_cast<std::size_t>(process)].lease = static_cast<unsigned>(DbLease::alive);
  on_disk();
}

unsigned Database::cancel() {
  Batch moved;
  const bool promotes = variant_ == Variant::cancel_promotes;
  for (int i = 0; i < plan_.steps; ++i) {
    auto& row = this->row(i);
    const bool open = in(i, StepState::ready) || in(i, StepState::running) || in(i, StepState::waiting);
    if (plan(i).on_task_end || !(open || (in(i, StepState::blocked) && !promotes))) continue;
    const unsigned successors = row.successors;
    move(i, StepEvent::cancelled);
    row.epoch = (row.epoch + 1) & 15;
    moved.add({i, StepState::cancelled, promotes ? successors : 0});
  }
  on_disk();
  return settle(moved, true);
}

unsigned Database::resume(int step) {
  make_ready(step, StepEvent::resumed);
  on_disk();
  Batch moved;
  moved.add({step, StepState::ready, 0});
  return settle(moved, false);
}

unsigned Database::time_out(int step) {
  row(step).epoch = (row(step).epoch + 1) & 15;
  move(step, StepEvent::gave_up);
  on_disk();
  Batch moved;
  moved.add({step, StepState::failed, 0});
  return settle(moved, false);
}

unsigned Database::release(int step) {
  row(step).held = 0;
  return bit(step);
}

void Database::forget_claims(unsigned steps) {
  for (int i = 0; i < plan_.steps; ++i) {
    if (!(steps & bit(i))) continue;
    auto& row = this->row(i);
    row.state = static_cast<unsigned>(StepState::ready);
    row.epoch = row.old_epoch;
    row.owner = kNobody;
    row.claim = 0;
    row.told = 0;
    for (auto& process : s_.processes) {
      for (auto& job : process.jobs) {
        if (job.work != 0 && job.step == static_cast<unsigned>(i)) job.forgotten = 1;
      }
    }
  }
  on_disk();
}

bool task_ended(const State& state) { return tasks::is_final(static_cast<TaskState>(state.task)); }

}  // namespace argosy::model::protocol
