// What must hold of the rows of tasks that have all succeeded, asked with SQL of the tests' own and without the product's code: did
// everything happen, and once? For programs that let a fleet work and look at its database afterwards. One thread.
#pragma once

#include <string>
#include <vector>

#include "tests/support/database.h"

namespace argosy::testing {

struct Broken {
  std::string promise{};
  bool repeated = false;             // something was done twice; else something is missing
  std::vector<std::string> tasks{};  // whose rows break it
};

// Of the tasks that were created at `since` (the database's time, as text) or later; empty when all promises hold. Makes a temporary table
// `mine` of them in that session, for what its caller wants to ask as well.
std::vector<Broken> broken_promises(SqlSession& sql, const std::string& since);

}  // namespace argosy::testing
