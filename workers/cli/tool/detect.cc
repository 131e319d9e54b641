#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/project/describe.h"
#include "common/project/detect.h"
#include "common/project/disk_tree.h"
#include "workers/cli/tool/commands.h"

namespace argosy::cli {
namespace {

namespace fs = std::filesystem;

bool is_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const auto folder : text::split(path == nullptr ? "" : path, ':')) {
    std::error_code error;
    const auto file = fs::path(folder) / program;
    if (!folder.empty() && fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace

int detect_project(const Arguments& arguments) {
  const auto found = project::disk_tree(arguments.positional[0]);
  if (!found) return report(found.error(), kUsage);
  const std::string name(project::kRepoFileName);
  // One byte more than is allowed, so that too much is noticed.
  const auto bytes =
      found->tree.has(name) ? project::read_regular(fs::path(arguments.positional[0]) / name, project::kMaxRepoFileBytes + 1) : "";
  const auto file = project::parse_repo_file(bytes);
  if (!file) return report(file.error(), kUsage);
  auto described = project::describe(project::detect(found->tree, is_on_path), *file, arguments.values("--changed"), is_on_path);
  described.as_object()["truncated"] = found->truncated;
  fmt::print("{}\n", json::dump_pretty(described));
  return kSucceeded;
}

}  // namespace argosy::cli
