#include "workers/testing/runs/programs.h"

#include <unistd.h>

#include <filesystem>

#include "common/core/text.h"
#include "workers/testing/runs/test_paths.h"

namespace argosy::testing {

project::HasProgram programs_of(const std::vector<std::string>& test_paths) {
  std::vector<std::filesystem::path> folders;
  for (const auto folder : text::split(kSystemPath, ':')) folders.emplace_back(folder);
  for (const auto& path : test_paths) {
    const auto name = std::filesystem::path(path).lexically_normal().filename();
    if (name == "bin") folders.emplace_back(path);
    if (name == "node_modules") folders.push_back(std::filesystem::path(path) / ".bin");
  }
  return [folders](const std::string& name) {
    for (const auto& folder : folders)
      if (::access((folder / name).c_str(), X_OK) == 0) return true;
    return false;
  };
}

}  // namespace argosy::testing
