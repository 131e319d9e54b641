// One run of the matrix: the fleet is started, disturbed while tasks keep coming, left in peace, and compared with what was seen outside.
// What keeps it from being compared (something did not start, ended by itself, or the run was interrupted) throws std::runtime_error. One
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/chaos/matrix/faults/chronicle.h"
#include "tests/chaos/matrix/ledger/audit.h"

namespace argosy::chaos {

struct Options {
  std::chrono::seconds faults{90};  // how long the fleet is disturbed
  std::size_t tasks = 0;            // and no shorter than until so many were accepted
  double per_second = 8;            // orders
  std::uint64_t seed = 1;
  std::vector<std::string> only{};  // faults whose name holds one of these; empty: all
  std::filesystem::path sql{};      // run on the database before the fleet starts: to take out a guard by hand
  std::filesystem::path folder{};   // for logs, effects and what the client was told
};

struct Outcome {
  Verdict verdict{};
  std::vector<Happened> happened{};
  std::vector<std::string> known{};  // faults that could have happened
};

Outcome run_matrix(const Options& options);

}  // namespace argosy::chaos
