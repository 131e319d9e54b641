#include "common/agent/context/candidates.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "common/code/map/repo_map.h"
#include "common/code/traits/traits.h"
#include "common/core/text.h"

namespace argosy::agent::context {
namespace {

// Of a related file, by what makes it one.
constexpr double kDefinesMentioned = 1.0, kTestsIt = 0.95, kImportedByIt = 0.9, kImportsIt = 0.75, kMostByRank = 0.6, kMapNearness = 0.99;

struct Convention {
  std::string_view name;
  double nearness;
  std::string_view reason;
};
constexpr auto kConventions = std::to_array<Convention>({
    {"AGENTS.md", 1.0, "tells agents how this repository is worked on"},
    {"CLAUDE.md", 1.0, "tells agents how this repository is worked on"},
    {".cursorrules", 0.95, "tells agents how this repository is worked on"},
    {".github/copilot-instructions.md", 0.95, "tells agents how this repository is worked on"},
    {"CONTRIBUTING.md", 0.9, "says what changes must look like"},
    {"CONTRIBUTING.rst", 0.9, "says what changes must look like"},
    {"README.md", 0.8, "says what this repository is"},
    {"README.rst", 0.8, "says what this repository is"},
    {"README", 0.8, "says what this repository is"},
    {".editorconfig", 0.7, "sets indentation and line ends"},
});

class Collector {
 public:
  // The higher value wins; of equal ones the first.
  void add(Candidate candidate) {
    const auto [found, is_new] = at_.try_emplace(candidate.name, all_.size());
    if (is_new)
      all_.push_back(std::move(candidate));
    else if (candidate.value() > all_[found->second].value())
      all_[found->second] = std::move(candidate);
  }
  std::vector<Candidate> take() {
    std::vector<std::pair<std::size_t, Candidate>> numbered;
    for (std::size_t i = 0; i < all_.size(); ++i) numbered.emplace_back(i, std::move(all_[i]));
    std::ranges::sort(numbered, {}, [](const auto& one) { return std::pair(-one.second.value(), one.first); });
    std::vector<Candidate> out;
    for (auto& [i, candidate] : numbered) out.push_back(std::move(candidate));
    return out;
  }

 private:
  std::vector<Candidate> all_;
  std::unordered_map<std::string, std::size_t> at_;
};

using Ranks = std::unordered_map<std::string_view, double>;

// At most kMostNeighbours, those of the highest rank.
std::vector<std::string> nearest(std::vector<std::string> paths, const Ranks& ranks) {
  const auto rank = [&](const std::string& path) {
    const auto found = ranks.find(path);
    return std::pair(found == ranks.end() ? 0.0 : -found->second, path);
  };
  std::ranges::sort(paths, {}, rank);
  if (paths.size() > kMostNeighbours) paths.resize(kMostNeighbours);
  return paths;
}

const code::IndexedFile* indexed(const Repository& repository, std::string_view path) {
  const auto found = std::ranges::lower_bound(repository.files, path, {}, [](const auto& one) { return std::string_view(one.path); });
  return found != repository.files.end() && found->path == path ? &*found : nullptr;
}

bool is_test(const Repository& repository, const std::string& path) {
  const auto* file = indexed(repository, path);
  return file != nullptr && code::is_test_source(path, file->tags->language);
}

void add_neighbours(Collector& all, const Repository& repository, const ContextWish& wish, const Ranks& ranks) {
  for (const std::string& own : wish.files) {
    for (auto& path : nearest(repository.imports.imports_of(own), ranks))
      all.add({Priority::related, std::move(path), fmt::format("{} imports it", own), kImportedByIt});
    for (auto& path : nearest(repository.imports.importers_of(own), ranks)) {
      const bool test = is_test(repository, path);
      all.add({Priority::related, std::move(path), fmt::format("{} {}", test ? "tests" : "imports", own), test ? kTestsIt : kImportsIt});
    }
  }
}

void add_mentioned(Collector& all, const Repository& repository, const ContextWish& wish) {
  for (const std::string& name : wish.names) {
    std::size_t found = 0;
    for (const code::IndexedFile& file : repository.files) {
      const bool defines = std::ranges::any_of(file.tags->definitions, [&](const auto& one) { return one.name == name; });
      if (!defines) continue;
      if (++found > kMostNeighbours) break;
      all.add({Priority::related, file.path, fmt::format("defines {}, which the task mentions", name), kDefinesMentioned});
    }
  }
}

void add_ranked(Collector& all, const Repository& repository, const std::vector<double>& ranks, const ContextWish& wish) {
  const std::set<std::string_view> own(wish.files.begin(), wish.files.end());
  std::vector<std::pair<double, const code::IndexedFile*>> best;
  for (std::size_t i = 0; i < ranks.size(); ++i)
    if (!own.contains(repository.files[i].path)) best.emplace_back(-ranks[i], &repository.files[i]);
  std::ranges::sort(best, {}, [](const auto& one) { return std::pair(one.first, std::string_view(one.second->path)); });
  if (best.size() > kMostRanked) best.resize(kMostRanked);
  for (std::size_t i = 0; i < best.size(); ++i) {
    const double share = best.front().first < 0 ? best[i].first / best.front().first : 0.0;
    all.add(
        {Priority::related, best[i].second->path, fmt::format("number {} by who uses whom around the task", i + 1), kMostByRank * share});
  }
}

void add_map(Collector& all, const Repository& repository, const ContextWish& wish) {
  code::MapWish map{std::min(wish.tokens / 8, kMostMapTokens), wish.files, wish.names};
  auto made = code::repo_map(repository.files, map);
  if (!made.text.empty())
    all.add({Priority::related, "repository map", "the definitions that matter most around the task", kMapNearness, std::move(made.text)});
}

}  // namespace

std::vector<Candidate> candidates(const Repository& repository, const ContextWish& wish, const std::vector<std::string>& paths) {
  Collector all;
  for (const std::string& path : wish.files) all.add({Priority::task_file, path, "the task names it or may write it"});

  const auto ranking = code::rank_definitions(repository.files, {.files = wish.files, .names = wish.names});
  Ranks ranks;
  for (std::size_t i = 0; i < ranking.files.size(); ++i) ranks.emplace(repository.files[i].path, ranking.files[i]);
  add_mentioned(all, repository, wish);
  add_map(all, repository, wish);
  add_neighbours(all, repository, wish, ranks);
  add_ranked(all, repository, ranking.files, wish);

  for (const Convention& convention : kConventions)
    if (std::ranges::binary_search(paths, convention.name))
      all.add({Priority::convention, std::string(convention.name), std::string(convention.reason), convention.nearness});
  for (const OutsideDocument& document : wish.documents)
    all.add({Priority::outside, document.source, "found for the task outside of the repository", 1.0, document.text});
  return all.take();
}

}  // namespace argosy::agent::context
