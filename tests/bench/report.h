// From runs to what people and scripts read: medians with their range, a table, engine.json. Pure but for the file. One thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/core/json.h"
#include "tests/bench/world/measurement.h"

namespace argosy::bench {

struct Spread {
  double median = 0, min = 0, max = 0;
};
// The runs of one row on one broker.
struct Result {
  std::string name;  // "throughput.kafka" or "backlog"
  std::vector<Numbers> runs;
};
using Results = std::vector<Result>;

Spread spread(std::vector<double> values);
// {"throughput": {"kafka": {"tasks_per_s": median, ..., "range": {"tasks_per_s": [min, max], ...}, "runs": 3}}, "backlog": {...}}
json::Value to_json(const Results& results);
// One run in a few words, for those who wait.
std::string headline(const Numbers& numbers);
// Medians, with their range where it matters most; all ranges stand in engine.json.
std::string table(const Results& results);
// Which of the marks that this version must pass these results pass, one line each.
std::string marks(const Results& results);

}  // namespace argosy::bench
