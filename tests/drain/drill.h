// The drill: a fleet whose workers come and go at random under load, and what came of its steps. Throws std::runtime_error when it cannot
// be played. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/drain/account.h"
#include "tests/drain/crew.h"

namespace argosy::drain {

struct Options {
  std::size_t events = 200;     // of scaling: each changes the number of workers
  std::size_t most_steps = 6;   // that end between two events; a third of it at least
  std::size_t most_load = 75;   // % of the slots, as tasks that are not over; kLoadRange less at least
  std::size_t evict_every = 0;  // of so many ends one hits whoever it hits, whatever that costs; 0: none
  std::uint64_t seed = 0;
  std::filesystem::path folder{};  // logs and effects
  std::filesystem::path sql{};     // run on the database before the workers start: a guard taken out
};

struct Outcome {
  Ends ends{};
  RunTime time{};
  std::size_t events = 0, tasks = 0, effects = 0, redone = 0, lost = 0, repeated = 0;
  std::vector<std::string> findings{};
};

Outcome run_drill(const Options& options);

}  // namespace argosy::drain
