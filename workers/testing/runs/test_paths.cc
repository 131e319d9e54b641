#include "workers/testing/runs/test_paths.h"

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy::testing {

namespace fs = std::filesystem;

std::optional<std::string> test_paths_problem(const std::vector<std::string>& paths) {
  for (const auto& path : paths) {
    std::error_code error;
    if (!path.starts_with('/') || !fs::is_directory(path, error))
      return fmt::format("ARGOSY_TEST_PATHS names {}, which is no folder here: create it or leave it out", path);
  }
  return std::nullopt;
}

void add_test_paths(sandbox::Job& job, const std::vector<std::string>& paths, const fs::path& workspace) {
  std::vector<std::string> programs{(workspace / "node_modules/.bin").string()};
  std::vector<std::string> python{(workspace / "src").string(), workspace.string()};
  for (const auto& text : paths) {
    const auto path = fs::path(text).lexically_normal();
    const auto bound = path.has_filename() ? path : path.parent_path();
    const auto name = bound.filename();
    job.read_only.push_back(bound);
    if (name == "gomodcache") {
      job.env["GOMODCACHE"] = bound.string();
      job.env["GOPROXY"] = "off";
    } else if (name == "m2" || (name == "repository" && bound.parent_path().filename() == ".m2")) {
      job.env["MAVEN_OPTS"] = fmt::format("-Dmaven.repo.local={}", bound.string());
    } else if (name == "node_modules") {
      job.read_only_at["/node_modules"] = bound;
      job.env["NODE_PATH"] = bound.string();
      programs.push_back((bound / ".bin").string());
    } else if (name == "site-packages" || name == "dist-packages") {
      python.push_back(bound.string());
    } else if (name == "bin") {
      programs.push_back(bound.string());
    }
  }
  programs.emplace_back(kSystemPath);
  job.env["PATH"] = text::join(programs, ":");
  job.env["PYTHONPATH"] = text::join(python, ":");
}

}  // namespace argosy::testing
