// Compares what was seen outside with the rows: was anything lost, was anything done twice? Pure, any thread; the tests of
// tests/chaos/audit give it broken histories.
#pragma once

#include <cstddef>
#include <vector>

#include "tests/chaos/matrix/ledger/evidence.h"

namespace argosy::chaos {

struct Verdict {
  std::vector<Finding> findings{};
  // How much of each was compared: a promise that had nothing to hold for was not tested.
  std::size_t accepted = 0, refused = 0, unknown = 0, effects = 0, reruns = 0, streams = 0, webhooks = 0, pushes = 0, edits = 0;
  // Runs under a claim that Postgres forgot in a crash: its commit was not waited for, which costs time and is allowed where nothing
  // leaves the house.
  std::size_t forgotten = 0;
};
Verdict audit(const Evidence& evidence);

}  // namespace argosy::chaos
