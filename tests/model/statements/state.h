// One state of the statements' world: rows as committed, what transactions have written and not committed, who holds which row's lock, and
// how far each transaction is. As Postgres does it under READ COMMITTED: each statement takes a snapshot when it begins; an UPDATE that
// waited for a lock looks again at the newest version of the row that it updates, and at nothing else.
#pragma once

#include <array>
#include <cstdint>

namespace argosy::model::statements {

inline constexpr int kSteps = 4, kTransactions = 3;
inline constexpr int kTaskRow = kSteps;  // index of the task's row among the locks

struct StepRow {
  std::uint16_t there : 1;
  std::uint16_t state : 3;  // tasks::StepState
  std::uint16_t deps_left : 2;
  std::uint16_t epoch : 3;
  std::uint16_t successors : kSteps;
  std::uint16_t unused : 3;
};

struct TaskRow {
  std::uint16_t state : 3;  // tasks::TaskState
  std::uint16_t open : 3;   // open_steps
  std::uint16_t seq : 4;    // last_seq
  std::uint16_t unused : 6;
};

struct Rows {
  std::array<StepRow, kSteps> steps;
  TaskRow task;
};

// What a transaction knows besides the rows: the variables of its function.
struct Transaction {
  Rows snapshot;            // of the statement that it is in, or waits in
  std::uint16_t at : 4;     // its next statement
  std::uint16_t waits : 1;  // in this statement, for a lock
  std::uint16_t moved : 4;  // rows that its guarded update returned
  std::uint16_t also : 4;   // rows that followed: cut, added
  std::uint16_t seq : 3;    // of its event; 0: none yet
  std::uint16_t verdict : 3;
  std::uint16_t chosen : 4;  // rescue: the rows that its first statement found
  std::uint16_t read_seq : 4;
  std::uint16_t unused : 5;
};

struct State {
  Rows committed, written;
  std::array<Transaction, kTransactions> transactions;
  std::array<std::uint8_t, kSteps + 1> locks;  // 0: free, otherwise the transaction's number from 1
  std::uint8_t dirty;                          // rows of `written` that differ from the committed ones, a bit each
  std::uint8_t seqs;                           // events that are committed, a bit each, from seq 1
  std::uint8_t violation;                      // statements::Broken
};

}  // namespace argosy::model::statements
