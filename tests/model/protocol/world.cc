// The scheduler, time, and what befalls the system.
#include "tests/model/protocol/world.h"

#include <algorithm>

namespace argosy::model::protocol {
namespace {

using tasks::StepState;

Process& at(State& state, int p) { return state.processes[static_cast<std::size_t>(p)]; }
bool is(const Process& process, Life life) { return process.life == static_cast<unsigned>(life); }
bool is(const Process& process, DbLease lease) { return process.lease == static_cast<unsigned>(lease); }
void set(Process& process, Life life) { process.life = static_cast<unsigned>(life) & 3; }
void set(Process& process, DbLease lease) { process.lease = static_cast<unsigned>(lease) & 3; }

void be_born(Process& process) {
  set(process, Life::alive);
  set(process, DbLease::alive);
  process.believes = 1;
}

}  // namespace

void produce(State& state, unsigned steps) {
  for (int i = 0; i < kSteps; ++i) {
    if (!(steps >> i & 1)) continue;
    auto& row = state.rows[static_cast<std::size_t>(i)];
    state.add_copy(i);
    if (row.state == static_cast<unsigned>(StepState::ready) && !row.held) row.told = 1;
  }
}

void forget(State& state, int p) {
  auto& process = at(state, p);
  for (int i = 0; i < kSteps; ++i) {
    if (process.hints[static_cast<std::size_t>(i)].message) state.add_copy(i);
  }
  const auto lease = process.lease;
  process = {};
  process.lease = lease;
  set(process, Life::gone);
}

unsigned fresh_claim(const State& state, int step) {
  unsigned used = 1u << state.rows[static_cast<std::size_t>(step)].claim;
  for (const auto& process : state.processes) used |= 1u << process.hints[static_cast<std::size_t>(step)].claim;
  if (state.late.step == static_cast<unsigned>(step)) used |= 1u << state.late.claim;
  unsigned id = 1;
  while (used >> id & 1) ++id;
  return id;
}

State World::initial() const {
  State state{};
  state.faults = plan_.faults & 7;
  Database db(plan_, variant_, state);
  db.submit();
  for (int p = 0; p < plan_.processes; ++p) be_born(at(state, p));
  for (int i = 0; i < plan_.steps; ++i) {
    const auto& row = state.rows[static_cast<std::size_t>(i)];
    if (row.there && row.state == static_cast<unsigned>(StepState::ready)) produce(state, 1u << i);
  }
  return state;
}

void World::successors(const State& from, std::vector<Next<State>>& out) const {
  Turn turn(plan_, variant_, from, out);
  for (int p = 0; p < kProcesses; ++p) {
    turn.process(p);
    turn.life(p);
  }
  for (int i = 0; i < plan_.steps; ++i) turn.schedule(i);
  turn.befall();
  turn.late_call();
}

State& Turn::will(const char* what, int who, int step, bool live) {
  out_.push_back({.action = {what, static_cast<std::int8_t>(who), static_cast<std::int8_t>(step), live}, .state = from_});
  return out_.back().state;
}

State& Turn::befalls(const char* what, int who, int step) {
  auto& next = will(what, who, step, false);
  next.faults = (next.faults - 1) & 7;
  return next;
}

void Turn::tell(const char* what, int who, int step, unsigned (*move)(Database&, int)) {
  const int subject = step >= 0 ? step : who;
  unsigned news = 0;
  {
    auto& next = will(what, who, step);
    auto database = db(next);
    news = move(database, subject);
    produce(next, news);
  }
  if (news == 0 || !may(kLostMessage)) return;
  auto& next = befalls("the scheduler dies between a commit and its dispatches", who, step);
  auto database = db(next);
  move(database, subject);
}

void Turn::life(int p) {
  const auto& process = of(p);
  const bool somebody_missing =
      std::ranges::any_of(from_.processes, [](const Process& x) { return is(x, Life::gone) || is(x, Life::frozen); });
  if (is(process, Life::unborn)) {
    if (somebody_missing) be_born(at(will("starts", p, -1), p));
    return;
  }
  if (is(process, Life::frozen)) {
    set(at(will("wakes up", p, -1, false), p), Life::alive);
    if (process.believes) at(will("has been frozen for longer than its lease", p, -1), p).believes = 0;
  }
  // Measured from before the renewal was sent: by its own clock a lease is over before the database thinks so.
  if (is(process, DbLease::alive) && !process.believes) set(at(will("its lease ends in the database", p, -1), p), DbLease::expired);
  const bool owns = owned_by(from_, p) != 0;
  const bool dead = is(process, DbLease::expired) || (is(process, DbLease::rescued) && owns);
  if (dead && variant_ != Variant::no_rescue) {
    tell("is declared dead, its steps are rescued", p, -1, [](Database& db, int who) { return db.rescue(who); });
  }
  strike(p);
}

// The last process is spared: nobody would be left to end the task.
bool Turn::replaced(int p) const {
  const auto others =
      std::ranges::count_if(from_.processes, [](const Process& x) { return (is(x, Life::alive) && !x.draining) || is(x, Life::unborn); });
  return others > (of(p).draining ? 0 : 1);
}

void Turn::strike(int p) {
  const auto& process = of(p);
  if (!is(process, Life::alive)) return;
  if (may(kCrash) && replaced(p)) forget(befalls("is killed", p, -1), p);
  if (may(kFreeze) && replaced(p)) set(at(befalls("is frozen", p, -1), p), Life::frozen);
  if (may(kDrain) && replaced(p) && !process.draining) at(befalls("is told to drain", p, -1), p).draining = 1;
  if (may(kStall) && process.believes && is(process, DbLease::alive)) {
    auto& next = befalls("cannot renew for longer than its lease", p, -1);
    if (variant_ == Variant::lease_outlives_database) {
      set(at(next, p), DbLease::expired);
    } else {
      at(next, p).believes = 0;
    }
  }
  for (int i = 0; i < plan_.steps && may(kRebalance); ++i) {
    if (!process.hints[static_cast<std::size_t>(i)].message) continue;
    auto& next = befalls("loses a partition: its dispatch is read again by another", p, i);
    auto& hint = at(next, p).hints[static_cast<std::size_t>(i)];
    hint.message = 0;
    next.add_copy(i);
  }
}

void Turn::schedule(int i) {
  if (in(i, StepState::waiting)) tell("its wait is over", -1, i, [](Database& db, int step) { return db.resume(step); });
  if (in(i, StepState::ready)) {
    int announced = 0;
    for (int k = 0; k < plan_.steps; ++k) announced += in(k, StepState::ready) && !row(k).held;
    if (row(i).held && announced < plan_.window) tell("is released", -1, i, [](Database& db, int step) { return db.release(step); });
    const bool known = std::ranges::any_of(from_.processes, [&](const Process& process) {
      const auto phase = static_cast<Phase>(process.hints[static_cast<std::size_t>(i)].phase);
      return is(process, Life::alive) && (phase == Phase::read || phase == Phase::in_doubt);
    });
    if (!row(i).held && from_.copies_of(i) == 0 && !known && variant_ != Variant::no_reannounce) {
      produce(will("is announced again", -1, i), 1u << i);
    }
  }
  if (!in(i, StepState::running)) return;
  const auto& owner = of(static_cast<int>(row(i).owner));
  const bool held = std::ranges::any_of(owner.jobs, [&](const Job& job) {
    return job.work != 0 && !job.stopped && job.step == static_cast<unsigned>(i) && job.epoch == row(i).epoch;
  });
  if (is(owner, DbLease::alive) && !is(owner, Life::gone) && !held && variant_ != Variant::no_rescue) {
    tell("was forgotten by its owner and is taken away", -1, i, [](Database& db, int step) { return db.take_forgotten(step); });
  }
  if (may(kTimeout)) {
    auto& next = befalls("runs longer than it may", -1, i);
    produce(next, db(next).time_out(i));
  }
}

void Turn::befall() {
  if (may(kCancel) && !task_ended(from_)) {
    auto& next = befalls("somebody cancels the task", -1, -1);
    produce(next, db(next).cancel());
  }
  unsigned soft = 0;
  for (int i = 0; i < plan_.steps; ++i) {
    if (row(i).soft && in(i, StepState::running)) soft |= 1u << i;
    if (may(kDuplicate) && row(i).there && from_.copies_of(i) < kMostCopies) befalls("a dispatch is there twice", -1, i).add_copy(i);
  }
  for (unsigned lost = 1; lost <= soft && may(kDbCrash); ++lost) {
    if ((lost & soft) != lost) continue;
    auto& next = befalls("Postgres dies and forgets a claim", -1, -1);
    db(next).forget_claims(lost);
  }
  const bool known = from_.copies != 0 || std::ranges::any_of(from_.processes, [](const Process& process) {
                       return std::ranges::any_of(process.hints, [](const Hint& hint) { return hint.message != 0; });
                     });
  if (may(kTopicsLost) && known) {
    auto& next = befalls("Kafka forgets everything", -1, -1);
    next.copies = 0;
    for (auto& row : next.rows) row.told = 0;
    for (auto& process : next.processes) {
      for (auto& hint : process.hints) hint.message = 0;
    }
  }
}

void Turn::late_call() {
  const auto& late = from_.late;
  if (late.call == 0) return;
  const int step = static_cast<int>(late.step);
  auto& next = will("a call that was given up reaches the database", late.call == 1 ? static_cast<int>(late.process) : -1, step, false);
  next.late = {};
  if (late.call == static_cast<unsigned>(Call::claim)) {
    db(next).claim(static_cast<int>(late.process), step, late.claim);
  } else {
    const Database::Input input{step, late.epoch, static_cast<Work>(late.work)};
    db(next).finish(&input, 1);
  }
}

}  // namespace argosy::model::protocol
