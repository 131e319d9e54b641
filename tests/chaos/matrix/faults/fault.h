// What can be done to the fleet. A fault is done and undone in one call on its lane's thread; afterwards whoever it hit runs again.
// Whatever cannot be undone throws std::runtime_error, which ends the run.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/chaos/matrix/faults/chronicle.h"
#include "tests/chaos/matrix/fleet/member.h"
#include "tests/chaos/matrix/gate.h"

namespace argosy::chaos {

using Random = std::mt19937_64;

struct Fault {
  std::string name;
  // Whom it hit, and whether it came to pass.
  struct Hit {
    std::string victim;
    bool came_to_pass = true;
  };
  std::function<Hit(Random&)> happen;
};

// The members that a lane may disturb; they belong to its thread.
using Crew = std::vector<Member*>;

// SIGKILL, SIGSTOP past the lease, and an orderly restart, of every role in the crew.
std::vector<Fault> process_faults(const Crew& crew, const Gate& end);
// SIGKILL at every failpoint that somebody in the crew passes, and SIGSTOP there past the lease.
std::vector<Fault> failpoint_kills(const Crew& crew);
std::vector<Fault> failpoint_freezes(const Crew& crew, const Gate& end);
// The wall clock of one worker jumps by an hour, forth and back.
std::vector<Fault> clock_faults(const Crew& crew, const Gate& end, const Stage& stage);
// Postgres and Kafka.
std::vector<Fault> service_faults(Stage& stage, const Gate& end, Chronicle& chronicle);

}  // namespace argosy::chaos
