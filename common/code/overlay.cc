#include "common/code/overlay.h"

#include <algorithm>

namespace argosy::code {

Result<std::vector<std::string>> Overlay::list() const {
  ARGOSY_TRY(auto paths, tree_.list());
  std::erase_if(paths, [&](const std::string& path) { return edit_.files.contains(path); });
  for (const auto& [path, bytes] : edit_.files)
    if (bytes) paths.push_back(path);
  std::ranges::sort(paths);
  return paths;
}

Result<std::optional<std::string>> Overlay::read(const std::string& path) const {
  const auto hit = edit_.files.find(path);
  return hit == edit_.files.end() ? tree_.read(path) : hit->second;
}

}  // namespace argosy::code
