// One state of the protocol's world: the rows of one task, three processes and what they remember, the dispatches in Kafka, and calls that
// are still under way in the network. Small enough that millions fit into memory; every bit is named, so that states compare by bytes.
#pragma once

#include <array>
#include <cstdint>

namespace argosy::model::protocol {

inline constexpr int kSteps = 5, kProcesses = 3, kJobs = 2;
inline constexpr int kNobody = kProcesses;  // of Row::owner
inline constexpr unsigned kMostCopies = 2;  // of one dispatch in the log; more are the same as two

// Of a step in a mask of steps.
constexpr unsigned bit(int step) { return 1u << step; }

// A row of table `step`. `ever` to `told` are not columns: what the model remembers to judge by.
struct Row {
  std::uint64_t there : 1;
  std::uint64_t state : 3;  // tasks::StepState
  std::uint64_t epoch : 4;
  std::uint64_t owner : 2;
  std::uint64_t claim : 3;  // claim_id; 0: none
  std::uint64_t deps_left : 2;
  std::uint64_t successors : kSteps;
  std::uint64_t held : 1;  // ready, and announced_at is NULL
  std::uint64_t crashes : 2;
  std::uint64_t ever : 4;       // the highest epoch that a claim ever gave out: the clock, which no crash of the database sets back
  std::uint64_t soft : 1;       // its claim's commit is not on disk yet
  std::uint64_t old_epoch : 4;  // and this is the epoch that a crash would bring back
  std::uint64_t finishes : 2;   // accepted as succeeded
  std::uint64_t accepted : 4;   // epoch of the last finish that was accepted, whatever its outcome
  std::uint64_t told : 1;       // a dispatch of this time of being ready lies with Kafka or with a reader, by all that the broker promised
  std::uint64_t unused : 25;
};

enum class Phase : std::uint8_t { none, read, in_doubt };

// A dispatch that a process has read and not settled. Settled ones are committed at once: the offset that a crash kept from being committed
// is the same as a dispatch that is there twice (kDuplicate).
struct Hint {
  std::uint8_t phase : 2;
  std::uint8_t message : 1;  // its offset is not committed: it comes again should the process die
  std::uint8_t claim : 3;    // the claim id that it keeps until it is settled
  std::uint8_t unused : 2;
};

enum class Work : std::uint8_t { none, running, succeeded, retry, failed, handed_back };

// A step that a process holds, from the claim's answer to the finish's. Its result is chosen when the finish is sent: until then nobody
// can tell a handler that runs from one that has returned.
struct Job {
  std::uint16_t work : 3;
  std::uint16_t step : 3;
  std::uint16_t epoch : 4;
  std::uint16_t stopped : 1;    // cancelled or lost: its result is dropped
  std::uint16_t forgotten : 1;  // a crash of the database forgot the claim
  std::uint16_t unused : 4;
};

enum class Life : std::uint8_t { unborn, alive, frozen, gone };
enum class DbLease : std::uint8_t { none, alive, expired, rescued };

struct Process {
  std::array<Job, kJobs> jobs;
  std::array<Hint, kSteps> hints;
  std::uint8_t life : 2;
  std::uint8_t lease : 2;     // DbLease, as its row says
  std::uint8_t believes : 1;  // its own judgement, by CLOCK_BOOTTIME
  std::uint8_t draining : 1;
  std::uint8_t unused : 2;
  std::array<std::uint8_t, 2> unused_bytes;
};

enum class Call : std::uint8_t { none, claim, finish };

// A call whose sender gave it up: the connection broke, and the backend may still run it, at any time.
struct Late {
  std::uint32_t call : 2;
  std::uint32_t process : 2;
  std::uint32_t step : 3;
  std::uint32_t epoch : 4;
  std::uint32_t claim : 3;
  std::uint32_t work : 3;
  std::uint32_t unused : 15;
};

struct State {
  std::array<Row, kSteps> rows;
  std::array<Process, kProcesses> processes;
  Late late;
  std::uint32_t task : 3;             // tasks::TaskState
  std::uint32_t open : 3;             // open_steps
  std::uint32_t faults : 3;           // that may still happen
  std::uint32_t copies : 2 * kSteps;  // dispatches in the log that are not with a reader, two bits a step
  std::uint32_t violation : 5;        // index into invariants.h; 0: none
  std::uint32_t unused : 8;
  std::uint32_t unused_word;

  unsigned copies_of(int step) const { return copies >> (2 * step) & 3; }
  void set_copies(int step, unsigned count) { copies = (copies & ~(3u << (2 * step))) | count << (2 * step); }
  void add_copy(int step) {
    if (copies_of(step) < kMostCopies) set_copies(step, copies_of(step) + 1);
  }
};
static_assert(sizeof(State) == 88);

}  // namespace argosy::model::protocol
