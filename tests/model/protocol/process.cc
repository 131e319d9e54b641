// The worker: receive, claim, do, finish, announce; renew; drain. As common/runtime does it.
#include <algorithm>
#include <bit>

#include "tests/model/protocol/world.h"

namespace argosy::model::protocol {
namespace {

using tasks::StepState;

Process& at(State& state, int p) { return state.processes[static_cast<std::size_t>(p)]; }
Hint& hint_of(State& state, int p, int step) { return at(state, p).hints[static_cast<std::size_t>(step)]; }
bool is(const Hint& hint, Phase phase) { return hint.phase == static_cast<unsigned>(phase); }
void set(Hint& hint, Phase phase) { hint.phase = static_cast<unsigned>(phase) & 3; }

void take_job(State& state, int p, int step) {
  for (auto& job : at(state, p).jobs) {
    if (job.work != 0) continue;
    job.work = static_cast<unsigned>(Work::running) & 7;
    job.step = static_cast<unsigned>(step) & 7;
    job.epoch = state.rows[static_cast<std::size_t>(step)].epoch & 15;
    return;
  }
}

}  // namespace

bool Turn::runs_under(int p, int step) const { return in(step, StepState::running) && row(step).owner == static_cast<unsigned>(p); }

void Turn::process(int p) {
  if (of(p).life != static_cast<unsigned>(Life::alive)) return;
  for (int i = 0; i < plan_.steps; ++i) {
    receive(p, i);
    claim(p, i);
    hand_back_unknown(p, i);
  }
  unsigned held = 0;
  for (int j = 0; j < kJobs; ++j) {
    work(p, j);
    const auto& job = of(p).jobs[static_cast<std::size_t>(j)];
    if (job.work != 0 && !job.stopped) held |= 1u << j;
  }
  for (unsigned jobs = 1; jobs <= held; ++jobs) {
    if ((jobs & held) == jobs) finish_as(p, jobs);
  }
  renew(p);
  leave(p);
}

void Turn::receive(int p, int step) {
  const auto& hint = of(p).hints[static_cast<std::size_t>(step)];
  if (from_.copies_of(step) == 0 || !is(hint, Phase::none) || of(p).draining) return;
  auto& next = will("reads a dispatch", p, step);
  next.set_copies(step, next.copies_of(step) - 1);
  auto& read = hint_of(next, p, step);
  set(read, Phase::read);
  read.message = variant_ != Variant::offset_before_claim;
  read.claim = fresh_claim(from_, step) & 7;
}

void Turn::claim(int p, int step) {
  const auto& process = of(p);
  const auto& hint = process.hints[static_cast<std::size_t>(step)];
  const auto taken = std::ranges::count_if(process.jobs, [&](const Job& job) {
    return variant_ == Variant::slot_freed_before_commit ? job.work == static_cast<unsigned>(Work::running) : job.work != 0;
  });
  if (!(is(hint, Phase::read) || is(hint, Phase::in_doubt)) || process.draining || taken >= plan_.slots) return;
  if (!process.believes || process.lease != static_cast<unsigned>(DbLease::alive)) return;  // put off until a renewal gets through
  {
    auto& next = will("claims", p, step);
    if (db(next).claim(p, step, hint.claim)) take_job(next, p, step);
    hint_of(next, p, step) = {};
  }
  if (may(kLostAnswer) && is(hint, Phase::read)) {
    auto& next = befalls("claims, and the answer is lost", p, step);
    db(next).claim(p, step, hint.claim);
    set(hint_of(next, p, step), Phase::in_doubt);
  }
  if (may(kLateCall) && from_.late.call == 0) {
    auto& next = befalls("claims over a connection that breaks: the call is still under way", p, step);
    next.late.call = static_cast<unsigned>(Call::claim) & 3;
    next.late.process = static_cast<unsigned>(p) & 3;
    next.late.step = static_cast<unsigned>(step) & 7;
    next.late.claim = hint.claim;
    set(hint_of(next, p, step), Phase::in_doubt);
  }
}

void Turn::work(int p, int j) {
  const auto& job = of(p).jobs[static_cast<std::size_t>(j)];
  if (job.work == 0) return;
  const int step = static_cast<int>(job.step);
  if (job.stopped) {
    at(will("drops a result that is not its own any more", p, step), p).jobs[static_cast<std::size_t>(j)] = {};
    return;
  }
  if (!of(p).believes) at(will("notices that its lease is over", p, step), p).jobs[static_cast<std::size_t>(j)].stopped = 1;
  // Only who frees the slot at this moment can tell.
  if (variant_ == Variant::slot_freed_before_commit && job.work == static_cast<unsigned>(Work::running)) {
    at(will("has run the step", p, step), p).jobs[static_cast<std::size_t>(j)].work = static_cast<unsigned>(Work::succeeded) & 7;
  }
}

// What is in doubt is repeated as it was; for what still runs there is a choice of results.
void Turn::finish_as(int p, unsigned jobs) {
  Inputs inputs;
  bool chosen = true;
  for (int j = 0; j < kJobs; ++j) {
    const auto& job = of(p).jobs[static_cast<std::size_t>(j)];
    if (!(jobs >> j & 1)) continue;
    const auto work = static_cast<Work>(job.work);
    chosen &= work != Work::running;
    inputs.steps[static_cast<std::size_t>(inputs.count++)] = {static_cast<int>(job.step), job.epoch,
                                                              work == Work::running ? Work::succeeded : work};
  }
  inputs.jobs = jobs;
  finish(p, inputs, false);
  if (chosen) return;
  const auto all = [&](Work work) {
    auto other = inputs;
    for (int j = 0, i = 0; j < kJobs; ++j) {
      const auto& job = of(p).jobs[static_cast<std::size_t>(j)];
      if (!(jobs >> j & 1)) continue;
      // Of two, the first fails and the second does not.
      if (job.work == static_cast<unsigned>(Work::running) && i == 0) other.steps[static_cast<std::size_t>(i)].work = work;
      ++i;
    }
    return other;
  };
  if (of(p).draining) finish(p, all(Work::handed_back), false);
  if (may(kRetry)) finish(p, all(Work::retry), true);
  if (may(kFailure)) finish(p, all(Work::failed), true);
}

// `fault`: the result itself is one.
void Turn::finish(int p, const Inputs& inputs, bool fault) {
  const auto begin = [&](const char* what, bool another) -> State& {
    auto& next = will(what, p, inputs.steps[0].step, !fault && !another);
    next.faults = (next.faults - fault - another) & 7;
    return next;
  };
  const auto work = inputs.steps[0].work;
  const char* what = inputs.count > 1            ? "finishes two steps in one call"
                     : work == Work::retry       ? "finishes: it failed for now (A)"
                     : work == Work::failed      ? "finishes: it failed for good"
                     : work == Work::handed_back ? "hands back"
                                                 : "finishes";
  const auto commit = [&](State& next) {
    const unsigned news = db(next).finish(inputs.steps.data(), inputs.count);
    for (int j = 0; j < kJobs; ++j) {
      if (inputs.jobs >> j & 1) at(next, p).jobs[static_cast<std::size_t>(j)] = {};
    }
    return news;
  };
  unsigned news = 0;
  {
    auto& next = begin(what, false);
    news = commit(next);
    produce(next, news);
  }
  if (from_.faults <= static_cast<unsigned>(fault)) return;
  if (news != 0 && (plan_.faults_allowed & kLostMessage)) commit(begin("finishes, and what became ready is not produced", true));
  if (news != 0 && (plan_.faults_allowed & kCrash) && replaced(p)) {
    auto& next = begin("finishes, and is killed before it announces what became ready", true);
    commit(next);
    forget(next, p);
  }
  const auto remember = [&](State& next) {
    for (int j = 0, i = 0; j < kJobs; ++j) {
      if (inputs.jobs >> j & 1)
        at(next, p).jobs[static_cast<std::size_t>(j)].work = static_cast<unsigned>(inputs.steps[static_cast<std::size_t>(i++)].work) & 7;
    }
  };
  if (plan_.faults_allowed & kLostAnswer) {
    auto& next = begin("finishes, and the answer is lost", true);
    db(next).finish(inputs.steps.data(), inputs.count);
    remember(next);
  }
  if ((plan_.faults_allowed & kLateCall) && from_.late.call == 0 && inputs.count == 1) {
    auto& next = begin("finishes over a connection that breaks: the call is still under way", true);
    remember(next);
    next.late.call = static_cast<unsigned>(Call::finish) & 3;
    next.late.step = static_cast<unsigned>(inputs.steps[0].step) & 7;
    next.late.epoch = inputs.steps[0].epoch & 15;
    next.late.work = static_cast<unsigned>(work) & 7;
  }
}

// A renewal after expiry is accepted; what was held meanwhile is lost, though the process lives on.
void Turn::renew(int p) {
  const auto& process = of(p);
  const bool fresh = process.believes && process.lease == static_cast<unsigned>(DbLease::alive);
  const auto gone = [&](const Job& job) { return job.work != 0 && !job.stopped && !runs_under(p, static_cast<int>(job.step)); };
  if (fresh && std::ranges::none_of(process.jobs, gone)) return;
  auto& next = will("renews its lease and hears what it lost", p, -1);
  db(next).renew(p);
  for (auto& job : at(next, p).jobs) {
    if (gone(job) || (job.work != 0 && !process.believes)) job.stopped = 1;
  }
  at(next, p).believes = 1;
}

// The row names this process, which knows nothing of it: told by its renewal, and handed back unless a claim may still bring it.
void Turn::hand_back_unknown(int p, int step) {
  if (!runs_under(p, step) || of(p).lease != static_cast<unsigned>(DbLease::alive)) return;
  if (is(of(p).hints[static_cast<std::size_t>(step)], Phase::in_doubt)) return;
  const auto knows = [&](const Job& job) {
    return job.work != 0 && job.step == static_cast<unsigned>(step) && job.epoch == row(step).epoch;
  };
  if (std::ranges::any_of(of(p).jobs, knows)) return;
  auto& next = will("hands back a step that it does not know", p, step);
  const auto epoch = static_cast<unsigned>(row(step).epoch);
  const Database::Input input{step, epoch, Work::handed_back};
  produce(next, db(next).finish(&input, 1));
}

void Turn::leave(int p) {
  const auto& process = of(p);
  if (!process.draining) return;
  if (std::ranges::any_of(process.jobs, [](const Job& job) { return job.work != 0; })) return;
  auto& next = will("has drained and leaves", p, -1);
  produce(next, db(next).leave(p));
  forget(next, p);
}

}  // namespace argosy::model::protocol
