// The edges among steps that are added at once, as the moves take them. Internal to the room; pure.
#pragma once

#include <cstdint>
#include <vector>

#include "common/tasks/step.h"

namespace argosy::store {

// Those of `added` that depend on the step with that ordinal.
std::vector<std::int16_t> successors_among(const std::vector<tasks::NewStep>& added, std::int16_t ordinal);
// Those of the step's dependencies that are not in `added`: its task must have them already.
std::vector<std::int16_t> parents_outside(const std::vector<tasks::NewStep>& added, const tasks::NewStep& step);

}  // namespace argosy::store
