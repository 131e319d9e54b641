#include "common/reports/coverage/coverage.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/reports/clean_text.h"

namespace argosy::reports {
namespace {

constexpr std::size_t kMaxPath = 4'096;

std::int64_t added(std::int64_t a, std::int64_t b) { return a > std::numeric_limits<std::int64_t>::max() - b ? a : a + b; }

void add(Share& into, const Share& more) {
  into.total += more.total;
  into.covered += more.covered;
}

}  // namespace

Share FileCoverage::lines() const {
  Share share = unnamed;
  share.total += static_cast<std::int64_t>(hits.size());
  share.covered += std::ranges::count_if(hits, [](const auto& line) { return line.second > 0; });
  return share;
}

Share Coverage::lines() const {
  Share share;
  for (const auto& [path, file] : files) add(share, file.lines());
  return share;
}

Share Coverage::branches() const {
  Share share;
  for (const auto& [path, file] : files) add(share, file.branches);
  return share;
}

FileCoverage* Coverage::file(std::string_view path) {
  auto name = clean(path, kMaxPath);
  if (const auto it = files.find(name); it != files.end()) return &it->second;
  if (files.size() >= kMaxCoveredFiles || name.empty()) {
    truncated = truncated || !name.empty();
    return nullptr;
  }
  return &files[std::move(name)];
}

void Coverage::hit(FileCoverage& file, std::int64_t line, std::int64_t hits, Twice twice) {
  if (line <= 0) return;
  hits = std::max<std::int64_t>(hits, 0);
  auto it = file.hits.find(line);
  if (it == file.hits.end()) {
    if (line_count >= kMaxCoveredLines) {
      truncated = true;
      return;
    }
    ++line_count;
    it = file.hits.emplace(line, 0).first;
  }
  it->second = twice == Twice::sum ? added(it->second, hits) : std::max(it->second, hits);
}

void merge(Coverage& into, Coverage other) {
  if (into.format.empty()) into.format = other.format;
  if (into.format != other.format && !other.format.empty()) into.format = "mixed";
  into.truncated = into.truncated || other.truncated;
  for (auto& source : other.sources)
    if (std::ranges::find(into.sources, source) == into.sources.end()) into.sources.push_back(std::move(source));
  for (const auto& [path, more] : other.files) {
    auto* file = into.file(path);
    if (file == nullptr) continue;
    for (const auto& [line, hits] : more.hits) into.hit(*file, line, hits, Coverage::Twice::sum);
    // What is only counted cannot be told apart: the better of two runs stands.
    if (more.branches.covered > file->branches.covered || file->branches.total == 0) file->branches = more.branches;
    if (more.unnamed.covered > file->unnamed.covered || file->unnamed.total == 0) file->unnamed = more.unnamed;
  }
}

ChangedCoverage of_changed_lines(const Coverage& coverage, const ChangedLines& changed) {
  ChangedCoverage result;
  for (const auto& [path, lines] : changed) {
    const auto file = coverage.files.find(path);
    if (file == coverage.files.end()) continue;
    for (const auto line : lines) {
      const auto told = file->second.hits.find(line);
      if (told == file->second.hits.end()) continue;
      ++result.lines.total;
      if (told->second > 0)
        ++result.lines.covered;
      else
        result.missed[path].push_back(line);
    }
  }
  return result;
}

}  // namespace argosy::reports
