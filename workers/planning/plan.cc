#include "workers/planning/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>

#include "common/tasks/payloads.h"

namespace argosy::planning {
namespace {

using Paths = std::vector<std::vector<std::string>>;

// Each operation that decides by content for itself, what stands between two of them together.
Grouping in_a_row(const Paths& paths) {
  Grouping grouping;
  bool joins = false;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const bool by_content = paths[i].empty();
    const bool full = grouping.groups.size() == kMaxChain;
    if ((joins && !by_content) || full)
      grouping.groups.back().push_back(i);
    else
      grouping.groups.push_back({i});
    joins = !by_content;
  }
  return grouping;
}

// The first operation of the set that an operation belongs to.
std::vector<std::size_t> sets_of(const Paths& paths) {
  std::vector<std::size_t> root(paths.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto find = [&](std::size_t i) {
    while (root[i] != i) i = root[i] = root[root[i]];
    return i;
  };
  const auto touch = [&](std::size_t i, std::size_t j) {
    return std::ranges::any_of(paths[i],
                               [&](const auto& a) { return std::ranges::any_of(paths[j], [&](const auto& b) { return overlap(a, b); }); });
  };
  for (std::size_t i = 0; i < paths.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (find(i) != find(j) && touch(i, j)) root[std::max(find(i), find(j))] = std::min(find(i), find(j));
  for (std::size_t i = 0; i < paths.size(); ++i) root[i] = find(i);
  return root;
}

Grouping side_by_side(const Paths& paths) {
  const auto root = sets_of(paths);
  std::map<std::size_t, std::vector<std::size_t>> sets;
  for (std::size_t i = 0; i < root.size(); ++i) sets[root[i]].push_back(i);
  Grouping grouping{.parallel = true, .groups = {}};
  std::size_t next = 0;
  for (auto& [first, members] : sets) {
    if (grouping.groups.size() < kMaxParallel)
      grouping.groups.push_back(std::move(members));
    else {
      auto& shared = grouping.groups[next++ % kMaxParallel];
      shared.insert(shared.end(), members.begin(), members.end());
    }
  }
  for (auto& members : grouping.groups) std::ranges::sort(members);
  return grouping;
}

std::string title(const std::vector<tasks::Operation>& operations, const std::vector<std::size_t>& group) {
  auto text = tasks::summary(operations[group.front()]);
  if (group.size() > 1) text += fmt::format(" and {} more", group.size() - 1);
  return text;
}

}  // namespace

bool overlap(const std::string& a, const std::string& b) {
  const auto below = [](std::string_view path, std::string_view folder) {
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
  };
  return a == b || below(a, b) || below(b, a);
}

Grouping group(const std::vector<tasks::Operation>& operations) {
  Paths paths;
  for (const auto& operation : operations) paths.push_back(tasks::explicit_paths(operation));
  const bool by_content = std::ranges::any_of(paths, [](const auto& some) { return some.empty(); });
  return by_content ? in_a_row(paths) : side_by_side(paths);
}

std::vector<tasks::NewStep> steps(const std::vector<tasks::Operation>& operations, const Grouping& grouping, const Target& target) {
  std::vector<tasks::NewStep> added;
  std::vector<std::int16_t> changes;
  for (const auto& members : grouping.groups) {
    tasks::NewStep step;
    step.ordinal = static_cast<std::int16_t>(tasks::kFirstPlannedOrdinal + static_cast<int>(changes.size()));
    step.queue = tasks::Queue::codegen;
    step.kind = "change";
    step.title = title(operations, members);
    step.payload = tasks::to_json_text(
        tasks::ChangePayload{.base_commit = target.base_commit, .operations = std::vector<std::int64_t>(members.begin(), members.end())});
    if (!grouping.parallel && !changes.empty()) {
      step.depends_on = {changes.back()};
      step.inputs = changes;
    }
    changes.push_back(step.ordinal);
    added.push_back(std::move(step));
  }
  const auto leaves = grouping.parallel ? changes : std::vector{changes.back()};
  const auto test = static_cast<std::int16_t>(changes.back() + 1);
  added.push_back(tasks::test_step(test, leaves, changes, target));
  added.push_back(tasks::push_step(static_cast<std::int16_t>(test + 1), test, changes, target));
  return added;
}

std::string in_words(const std::vector<tasks::NewStep>& steps, const Grouping& grouping, const Target& target) {
  const auto count = grouping.groups.size();
  auto text = fmt::format("On {} of {}: ", target.base_commit.substr(0, 12), target.branch);
  if (count == 1)
    text += "one change";
  else
    text +=
        fmt::format("{} changes, {}", count, grouping.parallel ? "side by side because they touch different files" : "one after the other");
  for (std::size_t i = 0; i < count; ++i) text += fmt::format("{} {}", i == 0 ? ":" : ";", steps[i].title);
  return text + ". Then the repository's tests, then the push.";
}

}  // namespace argosy::planning
