#include "common/config/spelling.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "common/config/settings.h"

namespace argosy::config {
namespace {

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_of(std::string_view name, std::span<const std::string> candidates) {
  std::string best;
  std::size_t least = SIZE_MAX;
  for (const auto& candidate : candidates) {
    const std::size_t far = distance(name, candidate);
    if (far < least) best = candidate;
    least = std::min(least, far);
  }
  return best;
}

std::string nearest_name(std::string_view name) {
  std::vector<std::string> names;
  for (const Variable& variable : variables()) {
    names.push_back(variable.name);
    if (variable.secret) names.push_back(variable.name + "_FILE");
  }
  return nearest_of(name, names);
}

}  // namespace argosy::config
