// From runs to what people and scripts read: medians with their range, a table, engine.json. Pure but for the file. One thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/core/json.h"
#include "tests/bench/world/measurement.h"

namespace argosy::bench {

struct Spread {
  double median = 0, min = 0, max = 0;
};
// "throughput.kafka" or "backlog": the runs of one row on one broker.
using Results = std::map<std::string, std::vector<Numbers>>;

Spread spread(std::vector<double> values);
// {"throughput": {"kafka": {"tasks_per_s": median, ..., "range": {"tasks_per_s": [min, max], ...}, "runs": 3}}, "marks": [...]}
json::Value to_json(const Results& results);
std::string table(const Results& results);
// The goals of ROADMAP's first mark that these results can answer, one line each.
std::string marks(const Results& results);

}  // namespace argosy::bench
