// A trace: when steps became runnable, in which queue, and how long each runs. Pure, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::cli {

struct Arrival {
  double at = 0, duration = 0;  // seconds
};
using Trace = std::map<std::string, std::vector<Arrival>, std::less<>>;  // by queue, in the order of time

// CSV with the header time_s,queue,duration_s and, if wanted, count; or JSON: a list of {"time_s", "queue", "duration_s", "count"}.
// Error: bad_trace (B) with the line or the place.
Result<Trace> trace_from(std::string_view text);

}  // namespace argosy::cli
