// Processes and claim ids are names: states that differ by names only are one state.
#include <algorithm>
#include <cstring>

#include "tests/model/protocol/world.h"

namespace argosy::model::protocol {
namespace {

using tasks::StepState;

bool gone_for_good(const State& state, int p) {
  const auto& process = state.processes[static_cast<std::size_t>(p)];
  if (process.life != static_cast<unsigned>(Life::gone)) return false;
  if (process.lease == static_cast<unsigned>(DbLease::alive) || process.lease == static_cast<unsigned>(DbLease::expired)) return false;
  return std::ranges::none_of(state.rows, [&](const Row& row) {
    return row.there && row.state == static_cast<unsigned>(StepState::running) && row.owner == static_cast<unsigned>(p);
  });
}

// What a process is, without its name and with claim ids told apart only as far as they are shared.
struct Likeness {
  Process process;
  std::uint32_t owned = 0, late = 0;
  int was = 0;

  bool operator<(const Likeness& other) const {
    const int bytes = std::memcmp(&process, &other.process, sizeof process);
    if (bytes != 0) return bytes < 0;
    if (owned != other.owned) return owned < other.owned;
    return late < other.late;
  }
};

Likeness likeness(const State& state, int p) {
  Likeness like{.process = state.processes[static_cast<std::size_t>(p)], .was = p};
  for (std::size_t i = 0; i < kSteps; ++i) {
    const auto& row = state.rows[i];
    auto& hint = like.process.hints[i];
    if (hint.claim != 0) {
      const bool in_late = state.late.claim == hint.claim && state.late.step == i;
      hint.claim = hint.claim == row.claim ? 1 : in_late ? 2 : 3;
    }
    if (row.state == static_cast<unsigned>(StepState::running) && row.owner == static_cast<unsigned>(p)) like.owned |= 1u << i;
  }
  like.late = state.late.call == static_cast<unsigned>(Call::claim) && state.late.process == static_cast<unsigned>(p);
  return like;
}

void rename_claims(State& state, std::size_t step) {
  std::array<unsigned, 8> names{};
  unsigned last = 0;
  const auto renamed = [&](unsigned id) {
    if (id == 0) return 0u;
    if (names[id] == 0) names[id] = ++last;
    return names[id];
  };
  state.rows[step].claim = renamed(state.rows[step].claim) & 7;
  for (auto& process : state.processes) process.hints[step].claim = renamed(process.hints[step].claim) & 7;
  if (state.late.call != 0 && state.late.step == step) state.late.claim = renamed(state.late.claim) & 7;
}

// Only the order of a step's epochs counts, so they are counted anew from 1. What a final row will not be asked any more is forgotten.
void rename_epochs(State& state, std::size_t step) {
  auto& row = state.rows[step];
  if (tasks::is_final(static_cast<StepState>(row.state))) row.ever = row.epoch;
  std::array<unsigned, 16> names{};
  const auto each = [&](auto&& use) {
    row.epoch = use(static_cast<unsigned>(row.epoch)) & 15;
    row.ever = use(static_cast<unsigned>(row.ever)) & 15;
    row.old_epoch = use(static_cast<unsigned>(row.old_epoch)) & 15;
    row.accepted = use(static_cast<unsigned>(row.accepted)) & 15;
    for (auto& process : state.processes) {
      for (auto& job : process.jobs) {
        if (job.work != 0 && job.step == step) job.epoch = use(static_cast<unsigned>(job.epoch)) & 15;
      }
    }
    if (state.late.call == static_cast<unsigned>(Call::finish) && state.late.step == step)
      state.late.epoch = use(static_cast<unsigned>(state.late.epoch)) & 15;
  };
  each([&](unsigned epoch) {
    names[epoch] = 1;
    return epoch;
  });
  unsigned last = 0;
  for (std::size_t i = 1; i < names.size(); ++i) names[i] = names[i] != 0 ? ++last : 0;
  names[0] = 0;
  each([&](unsigned epoch) { return names[epoch]; });
}

}  // namespace

State World::canonical(const State& from) const {
  State state = from;
  for (std::size_t i = 0; i < kSteps; ++i) {
    rename_epochs(state, i);
    // Nobody asks how often a step crashed when it cannot happen often enough; only a second suspect beside it would.
    if (plan_.max_crashes > plan_.faults) state.rows[i].crashes = state.rows[i].crashes > 0 && plan_.slots > 1;
  }
  for (int p = 0; p < kProcesses; ++p) {
    auto& process = state.processes[static_cast<std::size_t>(p)];
    if (gone_for_good(state, p)) process.lease = 0;
    // A claim of a process that has no lease and never will is refused whenever it comes.
    const bool refused = process.life == static_cast<unsigned>(Life::gone) && process.lease != static_cast<unsigned>(DbLease::alive);
    if (refused && state.late.call == static_cast<unsigned>(Call::claim) && state.late.process == static_cast<unsigned>(p)) state.late = {};
    if (process.jobs[0].work != 0 || process.jobs[1].work != 0) {
      std::uint16_t a = 0, b = 0;
      std::memcpy(&a, &process.jobs[0], sizeof a);
      std::memcpy(&b, &process.jobs[1], sizeof b);
      if (a < b) std::swap(process.jobs[0], process.jobs[1]);
    }
  }
  std::array<Likeness, kProcesses> order{};
  for (int p = 0; p < kProcesses; ++p) order[static_cast<std::size_t>(p)] = likeness(state, p);
  std::ranges::sort(order, [](const Likeness& a, const Likeness& b) { return a < b; });
  std::array<unsigned, kProcesses + 1> name{};
  name[kNobody] = kNobody;
  const auto before = state.processes;
  for (unsigned now = 0; now < kProcesses; ++now) {
    name[static_cast<std::size_t>(order[now].was)] = now;
    state.processes[now] = before[static_cast<std::size_t>(order[now].was)];
  }
  for (auto& row : state.rows) row.owner = name[row.owner] & 3;
  if (state.late.call == static_cast<unsigned>(Call::claim)) state.late.process = name[state.late.process] & 3;
  for (std::size_t i = 0; i < kSteps; ++i) rename_claims(state, i);
  return state;
}

}  // namespace argosy::model::protocol
