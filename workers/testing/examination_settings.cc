// The part of an examination that sees to it that a change does not set the rules that it is held to.
#include <algorithm>

#include "workers/testing/examination.h"
#include "workers/testing/gates/settings.h"
#include "workers/testing/runs/programs.h"

namespace argosy::testing {

// The files of the change under both their names.
std::vector<std::string> Examination::touched() const {
  auto all = change_.files;
  for (const auto& [path, lines] : lines_)
    if (!lines.old_path.empty()) all.push_back(lines.old_path);
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

Result<void> Examination::put_back_settings(const Stage& stage, bool (*is_settings)(const std::string& path)) const {
  for (const auto& path : touched()) {
    if (!is_settings(path)) continue;
    ARGOSY_TRY(const auto before, repository_.read(change_.tree.base_commit, path));
    ARGOSY_TRY_VOID(put_back(stage.workspace(), path, before));
  }
  return {};
}

// After the formatter, whose words are looked for in the same tree, and before the first test.
Result<void> Examination::keep_coverage_settings() {
  ARGOSY_TRY_VOID(put_back_settings(*changed_.stage, is_coverage_config));
  for (const auto& path : touched()) {
    if (!may_hold_coverage_settings(path)) continue;
    ARGOSY_TRY(const auto before, repository_.read(change_.tree.base_commit, path));
    const auto after = read_untrusted(changed_.tree.checkout->path(), path, kMaxPlanFileBytes);
    if (coverage_settings(path, before.value_or("")) != coverage_settings(path, after)) own_settings_.push_back(path);
  }
  return {};
}

Result<project::Component> Examination::component_of_base() {
  ARGOSY_TRY(const auto* const side, base());
  const auto chosen = choose_component(tree_of(*side), programs_of(facilities_.run.test_paths), file_, settings(), change_.files);
  return chosen ? chosen->component : project::Component{};
}

// Whether the base commit names a tool for coverage, and the change none: a dependency that is gone, a test framework that is another.
Result<bool> Examination::takes_coverage_away() {
  if (change_.patches.empty() || chosen_.component.coverage) return false;
  ARGOSY_TRY(const auto component, component_of_base());
  return component.coverage.has_value() && component.folder == chosen_.component.folder;
}

}  // namespace argosy::testing
