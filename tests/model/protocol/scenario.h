// What a run of the model is about: a task's graph, how much a process may hold, and which faults may happen, how many in all, in every
// order. Values, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "tests/model/protocol/state.h"

namespace argosy::model::protocol {

// Bits of Scenario::faults_allowed: what the outside does to the system. Each time costs one of Scenario::faults.
enum Fault : std::uint32_t {
  kCrash = 1 << 0,        // a process is killed
  kFreeze = 1 << 1,       // it stops (SIGSTOP) and may wake up whenever it likes, or never
  kStall = 1 << 2,        // it lives, and its renewals come too late
  kDrain = 1 << 3,        // it is told to end
  kLostAnswer = 1 << 4,   // a call committed, and its answer never came
  kLateCall = 1 << 5,     // a call's connection broke, and the backend runs the call at any later time
  kLostMessage = 1 << 6,  // what was to be produced is gone, or its producer died before
  kDuplicate = 1 << 7,    // a dispatch is there twice
  kRebalance = 1 << 8,    // another reader gets what this one has read and not committed
  kTopicsLost = 1 << 9,   // Kafka forgets everything
  kDbCrash = 1 << 10,     // Postgres dies and forgets commits that were not on disk yet
  kCancel = 1 << 11,      // a person cancels the task
  kRetry = 1 << 12,       // an attempt fails with category A
  kFailure = 1 << 13,     // an attempt fails for good
  kTimeout = 1 << 14,     // a step runs longer than it may
  kEverything = (1 << 15) - 1,
};

struct StepPlan {
  std::uint8_t depends_on = 0;  // mask of steps
  std::int8_t added_by = -1;    // by whose finish; -1: submitted with the task
  bool on_task_end = false;
  bool durable = false;  // its effects leave the house: its claim waits for the disk
};

struct Scenario {
  std::string_view name, what;
  int steps = 0;
  std::array<StepPlan, kSteps> plan{};
  int slots = 1;
  int processes = kProcesses - 1;  // alive at first; the others come when one of these is gone
  int window = kSteps;             // announced steps, above that they are held back
  unsigned max_crashes = 3;
  unsigned faults = 0;
  std::uint32_t faults_allowed = kEverything;
};

// All runs; every one must hold. In the order from small to large.
std::span<const Scenario> scenarios();

}  // namespace argosy::model::protocol
