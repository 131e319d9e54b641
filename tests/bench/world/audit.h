// The control of every run, on the rows themselves and without the product's code: did everything happen, and once? A run that fails it
// gives no numbers. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/database.h"

namespace argosy::bench {

struct Expected {
  std::string since;  // the database's time before the first of them was submitted
  std::size_t tasks = 0, steps = 0;
};

// One line a broken promise; empty when all hold.
std::vector<std::string> audit(testing::SqlSession& sql, const Expected& expected);

}  // namespace argosy::bench
