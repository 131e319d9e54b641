#include "common/project/imports/graph.h"

#include "common/core/text.h"

namespace argosy::project::imports {

std::uint32_t Graph::id(const std::string& node) {
  const auto [found, is_new] = ids_.try_emplace(node, static_cast<std::uint32_t>(names_.size()));
  if (is_new) {
    names_.push_back(node);
    importers_.emplace_back();
  }
  return found->second;
}

void Graph::add(const std::string& importer, const std::string& imported) {
  if (importer == imported) return;
  const auto from = id(importer);
  importers_[id(imported)].push_back(from);
}

std::vector<std::pair<std::string, int>> Graph::importers_of(const std::vector<std::string>& starts) const {
  std::vector<std::pair<std::string, int>> reached;
  std::vector<bool> seen(names_.size(), false);
  for (const auto& start : starts) {
    const auto found = ids_.find(start);
    if (found != ids_.end()) seen[found->second] = true;
    reached.emplace_back(start, 0);
  }
  // Level by level: `reached` is the queue.
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const auto found = ids_.find(reached[i].first);
    if (found == ids_.end()) continue;
    for (const auto importer : importers_[found->second]) {
      if (seen[importer]) continue;
      seen[importer] = true;
      reached.emplace_back(names_[importer], reached[i].second + 1);
    }
  }
  return reached;
}

std::string normalized(std::string_view path) {
  std::vector<std::string> parts;
  for (const auto part : text::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.emplace_back(part);
    } else if (parts.empty()) {
      return {};
    } else {
      parts.pop_back();
    }
  }
  return text::join(parts, "/");
}

}  // namespace argosy::project::imports
