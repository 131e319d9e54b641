// A replay as a picture: load, replicas and workers that can claim, over time. Pure, any thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "workers/cli/sim/replay.h"

namespace argosy::cli {

// One panel below the other, each with its title. SVG, complete.
std::string plot_of(const std::vector<std::pair<std::string, ReplayOutcome>>& panels,
                    const std::map<std::string, ScaleSettings, std::less<>>& settings);

}  // namespace argosy::cli
