// ARGOSY_TEST_PATHS: what tests need beside the system. Each folder is bound read-only at its own path; by the last part of its name it is
// also made known to the tools:
//   .../gomodcache      GOMODCACHE, GOPROXY=off
//   .../m2              the local repository of Maven (also .../.m2/repository)
//   .../node_modules    seen as /node_modules, which every package lookup ends at; NODE_PATH; its .bin on PATH
//   .../site-packages   PYTHONPATH (also .../dist-packages)
//   .../bin             PATH
// Pure but for looking at the folders; any thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/sandbox/sandbox.h"

namespace argosy::testing {

// PATH of every command, but for what comes on top.
inline constexpr std::string_view kSystemPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/go/bin";

// One sentence when a path is not an absolute, existing folder.
std::optional<std::string> test_paths_problem(const std::vector<std::string>& paths);

// Adds binds and environment to the job. `workspace` is the tree's root as the tests see it.
void add_test_paths(sandbox::Job& job, const std::vector<std::string>& paths, const std::filesystem::path& workspace);

}  // namespace argosy::testing
