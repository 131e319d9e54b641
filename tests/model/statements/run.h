// One statement of one transaction, carried out on a copy of the state. The only file that knows what Postgres does with snapshots and
// locks.
#pragma once

#include <span>

#include "tests/model/statements/world.h"

namespace argosy::model::statements {

// The statements of all moves; each move is a way through them.
enum class Statement : std::uint8_t {
  find,          // rescue: which running steps have dead owners
  lock_task,     // SELECT ... FOR UPDATE
  lock_ready,    // the same for ready steps, which claims take without a task lock
  update_steps,  // the guarded update
  add_steps,
  add_edges,
  cut,
  promote,
  judge,
  tell,
  commit,
};

std::span<const Statement> statements_of(Move move);

constexpr unsigned bit(int i) { return 1u << i; }

class Run {
 public:
  Run(const Scenario& scenario, Variant variant, State& state, int number)
      : plan_(scenario),
        variant_(variant),
        s_(state),
        t_(state.transactions[static_cast<std::size_t>(number)]),
        call_(scenario.calls[static_cast<std::size_t>(number)]),
        me_(static_cast<std::uint8_t>(number + 1)) {}

  bool over() const { return t_.at >= all().size(); }
  // What step() would do, for people.
  const char* next() const;
  // Its next statement. False when it waits already, and still must.
  bool step();
  // 40P01: all that it wrote is gone, and its caller repeats the call.
  void abort();

 private:
  std::span<const Statement> all() const { return statements_of(call_.move); }
  Statement statement() const { return all()[t_.at]; }

  // run.cc: visibility and locks.
  bool one_snapshot() const;
  bool locks_task() const;
  bool blocked() const;
  bool skips(Statement statement) const;
  bool mine(int row) const { return s_.locks[static_cast<std::size_t>(row)] == me_; }
  bool wrote(int row) const { return mine(row) && (s_.dirty & bit(row)) != 0; }
  // What a statement sees: its snapshot and what its own transaction wrote.
  StepRow seen(int i) const { return (wrote(i) ? s_.written : t_.snapshot).steps[static_cast<std::size_t>(i)]; }
  TaskRow seen_task() const { return wrote(kTaskRow) ? s_.written.task : t_.snapshot.task; }
  // The newest version, which an UPDATE looks at again after it waited.
  StepRow newest(int i) const { return (wrote(i) ? s_.written : s_.committed).steps[static_cast<std::size_t>(i)]; }
  TaskRow newest_task() const { return wrote(kTaskRow) ? s_.written.task : s_.committed.task; }
  void lock(int row) { s_.locks[static_cast<std::size_t>(row)] = me_; }
  StepRow& write(int i);
  void carry_out(Statement now);
  void commit();
  void release();

  // moves.cc: what the statements say.
  bool wants(Statement statement, int i, const StepRow& row) const;
  bool failing() const;
  bool adds() const;
  bool tells() const;
  bool added(int i) const { return (t_.also & bit(i)) != 0 && (plan_.there & bit(i)) == 0; }
  unsigned counted() const;
  unsigned parents_of_added() const;
  unsigned hits(int d) const;
  int opened() const;
  void change(Statement now, int i);
  void promote(StepRow& row, int i);
  void add();
  void judge();
  void tell();
  void move(StepRow& row, tasks::StepEvent event, tasks::StepState to);
  void violate(Broken broken);

  const Scenario& plan_;
  const Variant variant_;
  State& s_;
  Transaction& t_;
  const Call& call_;
  const std::uint8_t me_;
};

bool is(const StepRow& row, tasks::StepState state);
bool open(const StepRow& row);
bool ended(const TaskRow& task);

}  // namespace argosy::model::statements
