// The suite's table, and its sums. One thread.
#pragma once

#include <vector>

#include "tests/escape/harness/runner.h"

namespace argosy::escape {

struct Tally {
  int attempts = 0, blocked = 0, controls = 0, green = 0, not_run = 0;
  // That nothing was tried is no success.
  bool good() const { return blocked == attempts && green == controls && attempts + controls > 0; }
  Tally& operator+=(const Tally& other);
};

// Attempt, layer that blocked it, what came of it inside, what came of it where less held it; a group's rows together. A brief part shows
// only what was not held.
Tally print_table(const Part& part, const std::vector<Verdict>& verdicts);
// A whole part that this host cannot show.
Tally print_not_run(const Part& part, const std::string& why);
// The last line is for scripts.
void print_sums(const Tally& tally);

}  // namespace argosy::escape
