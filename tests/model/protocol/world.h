// Everything that may happen next in the protocol's world: what processes do, what the scheduler does, what befalls them. For the Explorer.
#pragma once

#include <vector>

#include "tests/model/explorer.h"
#include "tests/model/protocol/database.h"
#include "tests/model/protocol/scenario.h"
#include "tests/model/protocol/state.h"
#include "tests/model/variant.h"

namespace argosy::model::protocol {

class World {
 public:
  using State = protocol::State;

  World(const Scenario& scenario, Variant variant) : plan_(scenario), variant_(variant) {}

  State initial() const;
  void successors(const State& from, std::vector<Next<State>>& out) const;
  State canonical(const State& state) const;
  const char* violation(const State& state) const { return protocol::violation(plan_, state); }
  bool done(const State& state) const { return settled(plan_, state); }

 private:
  const Scenario& plan_;
  const Variant variant_;
};

// One state's successors on their way into the list.
class Turn {
 public:
  Turn(const Scenario& scenario, Variant variant, const State& from, std::vector<Next<State>>& out)
      : plan_(scenario), variant_(variant), from_(from), out_(out) {}

  void process(int p);   // process.cc: what a living process does
  void life(int p);      // world.cc: birth, time, rescue, and what befalls a process
  void schedule(int i);  // world.cc: the scheduler's duties for one step
  void befall();         // world.cc: what befalls Kafka, Postgres and the task
  void late_call();      // world.cc

 private:
  // The next state, to be changed at once: the reference is good until the next call.
  State& will(const char* what, int who, int step, bool live = true);
  bool may(Fault fault) const { return from_.faults > 0 && (plan_.faults_allowed & fault) != 0; }
  State& befalls(const char* what, int who, int step);
  Database db(State& state) const { return {plan_, variant_, state}; }

  const Row& row(int step) const { return from_.rows[static_cast<std::size_t>(step)]; }
  const Process& of(int p) const { return from_.processes[static_cast<std::size_t>(p)]; }
  bool in(int step, tasks::StepState state) const { return row(step).there && row(step).state == static_cast<unsigned>(state); }
  bool runs_under(int p, int step) const;

  void receive(int p, int step);
  void claim(int p, int step);
  void work(int p, int job);
  // One finish call: `jobs` of the process, as a mask, and what is said of each.
  struct Inputs {
    std::array<Database::Input, kJobs> steps{};
    int count = 0;
    unsigned jobs = 0;
  };
  void finish_as(int p, unsigned jobs);
  void finish(int p, const Inputs& inputs, bool fault);
  bool replaced(int p) const;
  void renew(int p);
  void hand_back_unknown(int p, int step);
  void leave(int p);
  void strike(int p);
  // What a move tells is produced, or lost.
  void tell(const char* what, int who, int step, unsigned (*move)(Database&, int));

  const Scenario& plan_;
  const Variant variant_;
  const State& from_;
  std::vector<Next<State>>& out_;
};

void produce(State& state, unsigned steps);
// A process is no more: what it remembered is gone, what it had read and not committed comes again.
void forget(State& state, int p);
unsigned fresh_claim(const State& state, int step);

}  // namespace argosy::model::protocol
