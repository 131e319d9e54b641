// What becomes of steps whose owner leaves, dies or does not know of them.
#include <algorithm>

#include "tests/model/protocol/database.h"

namespace argosy::model::protocol {
namespace {

using tasks::StepEvent;
using tasks::StepState;

}  // namespace

unsigned Database::reclaim(unsigned steps, bool crashed) {
  Batch moved;
  for (int i = 0; i < plan_.steps; ++i) {
    if (!(steps & bit(i)) || !in(i, StepState::running)) continue;
    auto& row = this->row(i);
    const bool poison = crashed && row.crashes >= plan_.max_crashes;
    if (crashed) row.crashes = std::min(row.crashes + 1u, plan_.max_crashes) & 3;
    row.epoch = (row.epoch + 1) & 15;
    if (task_ended(s_) && !plan(i).on_task_end) {
      move(i, StepEvent::cancelled);
    } else if (poison) {
      move(i, StepEvent::gave_up);
    } else {
      make_ready(i, StepEvent::owner_died);
    }
    moved.add({i, static_cast<StepState>(row.state), 0});
  }
  on_disk();
  return settle(moved, false);
}

unsigned Database::leave(int process) {
  const auto news = reclaim(owned_by(s_, process), false);
  s_.processes[static_cast<std::size_t>(process)].lease = static_cast<unsigned>(DbLease::none);
  return news;
}

unsigned Database::rescue(int process) {
  s_.processes[static_cast<std::size_t>(process)].lease = static_cast<unsigned>(DbLease::rescued);
  return reclaim(owned_by(s_, process), true);
}

unsigned Database::take_forgotten(int step) { return reclaim(bit(step), false); }

unsigned owned_by(const State& state, int process) {
  unsigned owned = 0;
  for (int i = 0; i < kSteps; ++i) {
    const auto& row = state.rows[static_cast<std::size_t>(i)];
    const bool running = row.there && row.state == static_cast<unsigned>(StepState::running);
    if (running && row.owner == static_cast<unsigned>(process)) owned |= bit(i);
  }
  return owned;
}

}  // namespace argosy::model::protocol
