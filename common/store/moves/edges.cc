#include "common/store/moves/edges.h"

#include <algorithm>

namespace argosy::store {

std::vector<std::int16_t> successors_among(const std::vector<tasks::NewStep>& added, std::int16_t ordinal) {
  std::vector<std::int16_t> successors;
  for (const tasks::NewStep& step : added)
    if (std::ranges::find(step.depends_on, ordinal) != step.depends_on.end()) successors.push_back(step.ordinal);
  return successors;
}

std::vector<std::int16_t> parents_outside(const std::vector<tasks::NewStep>& added, const tasks::NewStep& step) {
  std::vector<std::int16_t> parents;
  for (const std::int16_t dependency : step.depends_on)
    if (std::ranges::find(added, dependency, &tasks::NewStep::ordinal) == added.end()) parents.push_back(dependency);
  return parents;
}

}  // namespace argosy::store
