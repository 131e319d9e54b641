// .argosy.yaml, what a repository says about itself. The caller hands in its bytes **as they are in the base commit**: a patch must not
// relax its own gates. Strict, since a typing error that is passed over would switch something off silently. Pure, any thread.
//
//   setup:                                  # with the network, before the tests; from the root
//     commands: [npm ci]                    # in place of what was found out
//     cache_key_files: [package-lock.json]  # their bytes decide whether the cache of an earlier run fits
//     secrets: [NPM_TOKEN]                  # names of secrets that set-up may see; tests never do
//     egress_allow: [registry.example.org, mirror.example.org:8443]   # beside the package registries
//   test:
//     command: npm test
//     timeout_s: 600                        # 1 to 900
//     report: reports/junit.xml             # a file or folder that the command fills, from the root
//   lint: {command: npm run -s lint, report: reports/eslint.json}
//   format: {command: npx prettier --write}   # changed files are appended
//   coverage: {command: npm run cover, report: coverage/lcov.info, min_changed: 80, max_drop: 0.5}    # percent
//   bench: {command: npm run bench, max_regression: 10}                                               # percent
//   gates: {tests: required, coverage: warn, lint: required, format: warn, syntax: required, bench: off}
//   sandbox:
//     class: gvisor                         # bwrap or gvisor
//     limits: {cpus: 2, memory_mb: 4096, disk_mb: 10240, processes: 512, wall_s: 600}
//   max_fix_rounds: 5                       # 0 to 20
//   plan: {approval: required}              # or none: whether a person approves of plans for tasks in words before they begin
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::project {

inline constexpr std::string_view kRepoFileName = ".argosy.yaml";
inline constexpr std::size_t kMaxRepoFileBytes = 128u << 10;
inline constexpr std::size_t kMaxRepoFileDepth = 8;
inline constexpr std::size_t kMaxRepoFileNodes = 5'000;

enum class GateMode : std::uint8_t { required, warn, off };
std::string_view to_string(GateMode mode);

struct RepoLimits {
  std::optional<double> cpus{};
  std::optional<std::int64_t> memory_mb{}, disk_mb{}, processes{}, wall_s{};
};

struct RepoFile {
  struct SetUp {
    std::vector<std::string> commands{}, cache_key_files{}, secrets{}, egress_allow{};
  } setup{};
  struct Test {
    std::string command{}, report{};
    std::optional<std::int64_t> timeout_s{};
  } test{};
  struct Check {
    std::string command{}, report{};
  } lint{}, format{};
  struct Coverage {
    std::string command{}, report{};
    std::optional<double> min_changed{}, max_drop{};  // percent
  } coverage{};
  struct Bench {
    std::string command{};
    std::optional<double> max_regression{};  // percent
  } bench{};
  std::map<std::string, GateMode> gates{};  // tests, criteria, coverage, lint, format, syntax, bench; what is not named has its default
  std::string sandbox_class{};
  RepoLimits limits{};
  std::optional<std::int64_t> max_fix_rounds{};
  struct Plan {
    bool needs_approval = false;
  } plan{};
};

// Empty bytes give an empty value. Error (B): repo_file_invalid; the message begins with ".argosy.yaml:LINE:COLUMN: ".
Result<RepoFile> parse_repo_file(std::string_view bytes);

}  // namespace argosy::project
