#include "workers/planning/rehearsal.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/code/operations.h"
#include "workers/planning/plan.h"

namespace argosy::planning {

Result<void> Rehearsal::apply(const tasks::Operation& operation) {
  if (const auto* diff = std::get_if<tasks::ApplyDiff>(&operation)) return apply_diff(*diff);
  const auto paths = tasks::explicit_paths(operation);
  if (meets_unknown(paths)) {
    unknown_.insert(paths.begin(), paths.end());
    return {};
  }
  ARGOSY_TRY(auto edit, code::apply(*this, operation));
  return take(std::move(edit));
}

Result<void> Rehearsal::apply_diff(const tasks::ApplyDiff& operation) {
  const auto paths = tasks::explicit_paths(operation);
  const bool on_top = std::ranges::any_of(paths, [&](const auto& path) {
    return std::ranges::any_of(changed_, [&](const auto& entry) { return overlap(path, entry.first); });
  });
  if (!on_top && !meets_unknown(paths)) {
    ARGOSY_TRY(const auto tree, repository_->checkout(commit_, vcs::Files::index_only));
    ARGOSY_TRY_VOID(tree->apply(operation.diff));
    ARGOSY_TRY(const auto changes, tree->changes());
    for (const auto& change : changes) by_diff_.push_back({change.path, change.old_path});
  }
  unknown_.insert(paths.begin(), paths.end());
  return {};
}

bool Rehearsal::meets_unknown(const std::vector<std::string>& paths) const {
  if (paths.empty()) return !unknown_.empty();  // it decides by content, and some content is not known
  return std::ranges::any_of(
      paths, [&](const auto& path) { return std::ranges::any_of(unknown_, [&](const auto& other) { return overlap(path, other); }); });
}

Result<void> Rehearsal::take(code::Edit edit) {
  for (auto& [path, bytes] : edit.files)
    if (!bytes) changed_[path] = std::nullopt;
  for (auto& [path, bytes] : edit.files) {
    if (!bytes) continue;
    ARGOSY_TRY_VOID(check_way(path));
    changed_[path] = std::move(bytes);
  }
  for (auto& [path, old_path] : edit.renamed_from) {
    // A file that moves twice comes from where it stood first.
    const auto before = renamed_from_.extract(old_path);
    renamed_from_[path] = before.empty() ? old_path : before.mapped();
  }
  return {};
}

// code::apply sees regular files only, not a link or a submodule with that name or on the way.
Result<void> Rehearsal::check_way(const std::string& path) const {
  const auto in_the_way = [&](const std::string& what) {
    return fail_user("path_conflict",
                     fmt::format("{} cannot be written: {} is no folder or regular file that could be replaced", path, what),
                     "choose another path or delete what is there first");
  };
  if (base_->is_special(path) && !changed_.contains(path)) return in_the_way(path);
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const auto folder = path.substr(0, slash);
    if (base_->is_special(folder)) return in_the_way(folder);
  }
  return {};
}

Result<std::vector<tasks::TouchedFile>> Rehearsal::touched() const {
  std::vector<tasks::TouchedFile> files = by_diff_;
  std::set<std::string> sources;
  for (const auto& [path, bytes] : changed_) {
    if (!bytes) continue;
    const auto from = renamed_from_.find(path);
    if (from == renamed_from_.end()) continue;
    const auto source = changed_.find(from->second);
    if (source != changed_.end() && !source->second) sources.insert(from->second);
  }
  for (const auto& [path, bytes] : changed_) {
    ARGOSY_TRY(const auto before, base_->read(path));
    if (before == bytes || sources.contains(path)) continue;
    const auto from = renamed_from_.find(path);
    files.push_back({path, from != renamed_from_.end() && sources.contains(from->second) ? from->second : ""});
  }
  return files;
}

Result<std::vector<std::string>> Rehearsal::list() const {
  ARGOSY_TRY(const auto base, base_->list());
  std::set<std::string> paths(base.begin(), base.end());
  for (const auto& [path, bytes] : changed_) {
    if (bytes)
      paths.insert(path);
    else
      paths.erase(path);
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

Result<std::optional<std::string>> Rehearsal::read(const std::string& path) const {
  if (const auto found = changed_.find(path); found != changed_.end()) return found->second;
  return base_->read(path);
}

}  // namespace argosy::planning
