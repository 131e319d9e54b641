// The moves over the rows, as the functions in schemas/migrations make them: the same guards, the same order, one atomic change each (that
// the statements inside may be seen as one is what tests/model/statements shows). Which state a move may leave for which is not said
// here: it comes from the product's tables in common/tasks.
#pragma once

#include "common/tasks/step_state.h"
#include "common/tasks/task_state.h"
#include "tests/model/protocol/invariants.h"
#include "tests/model/protocol/scenario.h"
#include "tests/model/protocol/state.h"
#include "tests/model/variant.h"

namespace argosy::model::protocol {

bool task_ended(const State& state);
unsigned owned_by(const State& state, int process);  // mask of the steps that run under it

class Database {
 public:
  Database(const Scenario& scenario, Variant variant, State& state) : plan_(scenario), variant_(variant), s_(state) {}

  void submit();
  // claim_v1. True when it answers with the step: running under that claim id and owner.
  bool claim(int process, int step, unsigned claim_id);
  // One finish of a batch: what the worker says of a lease.
  struct Input {
    int step;
    unsigned epoch;
    Work work;
  };
  // finish_v1 over a batch. Returns the mask of steps to announce.
  unsigned finish(const Input* inputs, int count);
  // renew_v1: the row of the process; which of its jobs are no longer its steps is asked of running_under().
  void renew(int process);
  // leave_v1, rescue_v1 for one dead owner, and rescue_v1's search for a step that its living owner does not know. Masks to announce.
  unsigned leave(int process);
  unsigned rescue(int process);
  unsigned take_forgotten(int step);
  // cancel_v1; promote_due_v1 for a waiting step, and for one that runs too long; release_v2. Masks to announce.
  unsigned cancel();
  unsigned resume(int step);
  unsigned time_out(int step);
  unsigned release(int step);
  // A crash of Postgres that forgets these claims.
  void forget_claims(unsigned steps);

 private:
  struct Moved {
    int step;
    tasks::StepState state;
    unsigned successors;
  };
  struct Batch {
    std::array<Moved, 2 * kSteps> rows{};
    int count = 0;
    void add(Moved moved) { rows[static_cast<std::size_t>(count++)] = moved; }
  };

  Row& row(int step) { return s_.rows[static_cast<std::size_t>(step)]; }
  const Row& row(int step) const { return s_.rows[static_cast<std::size_t>(step)]; }
  const StepPlan& plan(int step) const { return plan_.plan[static_cast<std::size_t>(step)]; }
  bool in(int step, tasks::StepState state) const { return row(step).there && row(step).state == static_cast<unsigned>(state); }
  void violate(Broken broken);
  void on_disk();
  void move(int step, tasks::StepEvent event);
  void make_ready(int step, tasks::StepEvent event);
  void accept(const Input& input, Batch& returned);
  void add_steps(int by, Batch& returned);
  unsigned reclaim(unsigned steps, bool crashed);
  // settle_v1. `stop`: someone cancels the task.
  unsigned settle(const Batch& moved, bool stop);
  void cut(Batch& all);
  void promote(const Batch& moved, bool stop);
  bool judge(const Batch& all, bool failing, bool stop);

  const Scenario& plan_;
  const Variant variant_;
  State& s_;
  unsigned news_ = 0;
};

}  // namespace argosy::model::protocol
