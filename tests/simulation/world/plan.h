// What a seed means: how many processes and tasks, which figures the product is configured with, and what will befall them. Values, any
// thread.
#pragma once

#include <cstdint>
#include <vector>

#include "common/tasks/queue.h"
#include "common/tasks/retry_policy.h"
#include "tests/simulation/base/random.h"

namespace argosy::simulation {

enum class Shape : std::uint8_t { single, chain, diamond, fan, growing };

struct TaskPlan {
  Time at;
  Shape shape;
  tasks::Lane lane;
  int org;
  std::optional<Time> cancelled_at;
};

// A time during which something is away.
struct Outage {
  Time from, until;
};

enum class Blow : std::uint8_t { crash, freeze, drain, clock_jump, slow_network };
struct Strike {
  Time at;
  Blow blow;
  int process;
  Time length;  // frozen, or slow, for so long; dead before the next one takes its place
};

struct Plan {
  int processes = 3, slots = 2, partitions = 3;
  Time lease{}, renew_every{};
  std::vector<TaskPlan> tasks;
  tasks::RetryPolicy policy;
  int window = 64;      // announced steps of a lane
  int org_window = 64;  // of an organisation in it
  Time longest_run{};   // of a handler
  // Chances, each time.
  double lost_message = 0, doubled_message = 0, late_message = 0, call_lost = 0, answer_lost = 0, slow_call = 0;
  double transient_error = 0, final_error = 0, always_failing = 0;
  std::vector<Outage> database, kafka, scheduler;
  std::vector<Time> topics_deleted;
  std::vector<Strike> strikes;
};

Plan plan_of(std::uint64_t seed);

}  // namespace argosy::simulation
