// How long a plan takes and what it costs, and what that stands on. Pure, any thread.
#pragma once

#include <chrono>
#include <optional>

#include "common/llm/models/catalogue.h"
#include "common/tasks/agent/plan.h"

namespace argosy::planning {

// What a node takes while nobody has measured any: about twenty answers, most of each prompt out of the vendor's cache.
inline constexpr double kMinutesOfNode = 6, kMinutesOfTests = 4;
inline constexpr double kInputOfNode = 60'000, kCachedOfNode = 240'000, kOutputOfNode = 15'000;  // tokens

// `past`: the median of earlier tasks of this repository that were given in words; nothing: there is none. Nodes that wait for each other
// count one after the other. The money is that of the first model that is no embedder and whose prices are known.
tasks::Estimate estimate(const tasks::Plan& plan, const std::optional<std::chrono::milliseconds>& past, const llm::Catalogue& models);

}  // namespace argosy::planning
