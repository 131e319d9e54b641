// What the rows say a drill was worth: run time of attempts, by how they ended. And what the handlers' own notes say of effects that were
// applied more than once. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/chaos/matrix/ledger/evidence.h"
#include "tests/support/database.h"

namespace argosy::drain {

struct RunTime {
  double total_s = 0;    // of all attempts
  double drained_s = 0;  // of those that a drain handed back: begun, and done anew elsewhere
  double killed_s = 0;   // of those that a SIGKILL ended, up to their rescue
  std::size_t attempts = 0, handed_back = 0, crashed = 0;
  double wasted_pct() const { return total_s > 0 ? 100 * drained_s / total_s : 0; }
};
RunTime run_time(testing::SqlSession& sql);

// Effects applied again although whoever applied them first was drained, not killed: its result counts, so nobody may run the step again.
// Pure; one line a step.
std::vector<std::string> repeated_after_drain(const std::vector<chaos::Run>& runs, const std::vector<std::string>& crashed);

// Effects applied a second time because a SIGKILL came between the effect and its finish: the fence makes the second the one that counts.
std::size_t redone_after_kill(const std::vector<chaos::Run>& runs);

}  // namespace argosy::drain
