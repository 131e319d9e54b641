// What a run is told as: a table of faults with what was lost or repeated under them, the tasks by name, and one line that says all. Pure.
#pragma once

#include <string>

#include "tests/chaos/matrix/matrix.h"

namespace argosy::chaos {

struct Totals {
  std::size_t faults = 0, lost = 0, repeated = 0;  // tasks, each once
};
Totals totals(const Outcome& outcome);
// A finding is blamed on the fault that began last before its task's last sign of life.
std::string table(const Outcome& outcome);
// A line a finding, as many as a reader reads.
std::string named(const Outcome& outcome);
std::string compared(const Outcome& outcome);
// "chaos: faults=41 lost=0 repeated=0"
std::string last_line(const Outcome& outcome);
// Faults that were known and never came to pass.
std::vector<std::string> missing(const Outcome& outcome);
// Those of them that were tried so often that nobody passes their place any more: what they test is not tested.
std::vector<std::string> never_passed(const Outcome& outcome);

}  // namespace argosy::chaos
