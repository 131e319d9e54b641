// Reads the rows that audit() compares with the outside, with SQL of the tests' own. One thread.
#pragma once

#include <string>

#include "tests/chaos/matrix/ledger/evidence.h"
#include "tests/support/database.h"

namespace argosy::chaos {

// Fills in Evidence::tasks and ended_leases.
void read_store(testing::SqlSession& sql, Evidence& evidence);

// All that the rows say of a task, for people.
std::string story_of(testing::SqlSession& sql, const std::string& task);

}  // namespace argosy::chaos
