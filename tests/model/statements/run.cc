#include "tests/model/statements/run.h"

#include <algorithm>

namespace argosy::model::statements {
namespace {

constexpr std::array kFinish{Statement::lock_task, Statement::update_steps, Statement::add_steps, Statement::add_edges, Statement::cut,
                             Statement::promote,   Statement::judge,        Statement::tell,      Statement::commit};
constexpr std::array kCancel{Statement::lock_task, Statement::lock_ready, Statement::update_steps,
                             Statement::judge,     Statement::tell,       Statement::commit};
constexpr std::array kClaim{Statement::update_steps, Statement::commit};
constexpr std::array kRescue{Statement::find,  Statement::lock_task, Statement::update_steps,
                             Statement::judge, Statement::tell,      Statement::commit};

constexpr std::array<const char*, 11> kTexts{
    "finds the running steps of a dead owner",
    "locks the task's row",
    "locks ready rows",
    "updates step rows, guarded",
    "inserts the added steps",
    "adds them to the successors of parents that have not succeeded",
    "cancels what has not begun",
    "counts down dependents",
    "reads the task's row and judges",
    "writes the task's row and an event",
    "commits",
};

}  // namespace

std::span<const Statement> statements_of(Move move) {
  switch (move) {
    case Move::finish:
      return kFinish;
    case Move::cancel:
      return kCancel;
    case Move::claim:
      return kClaim;
    case Move::rescue:
      return kRescue;
    case Move::nothing:
      break;
  }
  return {};
}

const char* Run::next() const {
  auto at = t_.at;
  while (skips(all()[at])) at = (at + 1u) & 15;
  if (all()[at] == Statement::lock_task && !locks_task()) return "reads the task's row, without a lock";
  return kTexts[static_cast<std::size_t>(all()[at])];
}

bool Run::step() {
  while (skips(statement())) t_.at = (t_.at + 1u) & 15;
  const bool begins = t_.at == 0 && !t_.waits;
  if (!t_.waits && (begins || !one_snapshot())) t_.snapshot = s_.committed;
  if (blocked()) {
    if (t_.waits) return false;
    t_.waits = 1;
    return true;
  }
  t_.waits = 0;
  const auto now = statement();
  t_.at = (t_.at + 1u) & 15;
  carry_out(now);
  while (!over() && skips(statement())) t_.at = (t_.at + 1u) & 15;
  if (!over()) return true;
  t_ = {};  // nothing of it is remembered
  t_.at = all().size() & 15;
  return true;
}

void Run::abort() {
  release();
  t_ = {};
}

// A single statement that locks and then looks has one snapshot, from before it waited.
bool Run::one_snapshot() const {
  const bool one = variant_ == Variant::not_exists || variant_ == Variant::lock_in_same_statement;
  return one && call_.move == Move::finish;
}

// What the function does not even call: IF in SQL.
bool Run::skips(Statement statement) const {
  if (statement == Statement::lock_task) return !locks_task() && variant_ != Variant::seq_read_before_lock;
  if (statement == Statement::cut) return call_.failed == 0;
  return (statement == Statement::add_steps || statement == Statement::add_edges) && !(call_.steps & 1 && adds());
}

// A cancel reads the task's row with its lock: without it, it would not know whether there is anything to cancel.
bool Run::locks_task() const {
  const bool skips = variant_ == Variant::no_task_lock || variant_ == Variant::seq_read_before_lock;
  return !skips || call_.move == Move::cancel;
}

bool Run::blocked() const {
  const auto now = statement();
  const bool task = (now == Statement::lock_task && locks_task()) || (now == Statement::tell && tells());
  if (task && s_.locks[kTaskRow] != 0 && !mine(kTaskRow)) return true;
  for (int i = 0; i < kSteps; ++i) {
    if (s_.locks[static_cast<std::size_t>(i)] != 0 && !mine(i) && wants(now, i, seen(i))) return true;
  }
  return false;
}

StepRow& Run::write(int i) {
  auto& row = s_.written.steps[static_cast<std::size_t>(i)];
  if (!wrote(i)) row = s_.committed.steps[static_cast<std::size_t>(i)];
  lock(i);
  s_.dirty |= bit(i);
  return row;
}

void Run::carry_out(Statement now) {
  switch (now) {
    case Statement::lock_task:
      t_.read_seq = seen_task().seq;
      if (locks_task()) lock(kTaskRow);
      if (call_.move == Move::cancel && ended(newest_task())) t_.at = (all().size() - 1) & 15;
      return;
    case Statement::add_steps:
      return add();
    case Statement::judge:
      return judge();
    case Statement::tell:
      return tell();
    case Statement::commit:
      return commit();
    default:
      break;
  }
  for (int i = 0; i < kSteps; ++i) {
    if (wants(now, i, seen(i)) && wants(now, i, newest(i))) change(now, i);
  }
}

void Run::commit() {
  for (int i = 0; i < kSteps; ++i) {
    if (wrote(i)) s_.committed.steps[static_cast<std::size_t>(i)] = s_.written.steps[static_cast<std::size_t>(i)];
  }
  if (wrote(kTaskRow)) s_.committed.task = s_.written.task;
  if (t_.seq != 0) {
    const unsigned event = bit(static_cast<int>(t_.seq) - 1);
    if (s_.seqs & event) violate(Broken::seq_twice);
    s_.seqs |= static_cast<std::uint8_t>(event);
    // Who sees a number can read all below.
    if (s_.seqs & (s_.seqs + 1)) violate(Broken::seq_hole);
  }
  release();
}

void Run::release() {
  for (int i = 0; i <= kSteps; ++i) {
    if (!mine(i)) continue;
    s_.locks[static_cast<std::size_t>(i)] = 0;
    s_.dirty &= static_cast<std::uint8_t>(~bit(i));
    if (i < kSteps) {
      s_.written.steps[static_cast<std::size_t>(i)] = {};
    } else {
      s_.written.task = {};
    }
  }
}

}  // namespace argosy::model::statements
