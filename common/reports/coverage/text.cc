// LCOV's tracefiles and Go's cover profiles: a record a line.
#include <algorithm>
#include <array>
#include <functional>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/coverage/coverage.h"

namespace argosy::reports {
namespace {

constexpr std::int64_t kMaxBlockLines = 100'000;  // of one block of Go

std::int64_t count(std::string_view text) {
  if (const auto exact = text::to_int(text)) return *exact;
  constexpr double kLarge = 1e18;
  return static_cast<std::int64_t>(std::min(leading_number(text), kLarge));
}

// "14.2,16.30 2 1": from and to as line.column, statements, runs.
struct Block {
  std::array<std::int64_t, 4> place{};
  std::int64_t hits = 0;
  std::int64_t from() const { return place[0]; }
  std::int64_t to() const { return place[2]; }
};

bool read_block(std::string_view text, Block& block) {
  const auto words = text::split(text, ' ');
  const auto comma = words[0].find(',');
  if (words.size() != 3 || comma == std::string_view::npos) return false;
  const auto read = [&](std::string_view place, std::size_t at) {
    const auto dot = std::min(place.find('.'), place.size());
    block.place[at] = text::to_int(place.substr(0, dot)).value_or(0);
    block.place[at + 1] = text::to_int(place.substr(std::min(dot + 1, place.size()))).value_or(0);
  };
  read(words[0].substr(0, comma), 0);
  read(words[0].substr(comma + 1), 2);
  block.hits = text::to_int(words[2]).value_or(-1);
  return block.from() > 0 && block.to() >= block.from() && block.to() - block.from() <= kMaxBlockLines && block.hits >= 0;
}

// Runs of each block. With -coverpkg every package's tests tell about all blocks: what is told twice adds up, or in mode set stays one.
class GoBlocks {
 public:
  bool add(std::string_view file, const Block& block, bool set) {
    if (count_ >= kMaxCoveredLines) return false;
    auto it = files_.find(file);
    if (it == files_.end()) it = files_.emplace(std::string(file), Blocks{}).first;
    const auto [at, is_new] = it->second.emplace(block.place, 0);
    if (is_new) ++count_;
    at->second = set ? std::max(at->second, block.hits) : at->second + std::min(block.hits, kMaxHits - at->second);
    return true;
  }

  // A line in several blocks ran as often as the busiest of them.
  void give(Coverage& coverage) const {
    for (const auto& [name, blocks] : files_) {
      auto* file = coverage.file(name);
      for (const auto& [place, hits] : blocks)
        for (auto line = place[0]; file != nullptr && line <= place[2] && !coverage.truncated; ++line)
          coverage.hit(*file, line, hits, Coverage::Twice::most);
    }
  }

 private:
  static constexpr std::int64_t kMaxHits = 1'000'000'000'000'000'000;
  using Blocks = std::map<std::array<std::int64_t, 4>, std::int64_t>;
  std::map<std::string, Blocks, std::less<>> files_;
  std::size_t count_ = 0;
};

}  // namespace

Result<Coverage> parse_lcov(std::string_view text) {
  Coverage coverage;
  coverage.format = "lcov";
  FileCoverage* file = nullptr;
  bool seen = false, open = false;
  for (Lines lines(text); lines.next();) {
    const auto line = lines.line;
    if (line.starts_with("SF:")) {
      file = coverage.file(text::trim(line.substr(3)));
      seen = open = true;
    } else if (line == "end_of_record") {
      file = nullptr;
      open = false;
    } else if (line.starts_with("DA:") && file != nullptr) {
      const auto parts = text::split(line.substr(3), ',');
      if (parts.size() >= 2) coverage.hit(*file, text::to_int(parts[0]).value_or(0), count(parts[1]), Coverage::Twice::sum);
      coverage.truncated = coverage.truncated || parts.size() < 2;
    } else if (line.starts_with("BRDA:") && file != nullptr) {
      ++file->branches.total;
      const auto taken = line.substr(line.rfind(',') + 1);
      if (taken != "-" && count(taken) > 0) ++file->branches.covered;
    }
  }
  if (!seen) return fail_user("coverage_unreadable", "not LCOV: no record of a file in it");
  coverage.truncated = coverage.truncated || open;
  return coverage;
}

Result<Coverage> parse_go_cover(std::string_view text) {
  Coverage coverage;
  coverage.format = "go-cover";
  GoBlocks blocks;
  bool seen = false, set = false, broken = false;
  for (Lines lines(text); lines.next();) {
    // Profiles that were put together have the mode more than once.
    if (lines.line.starts_with("mode: ")) {
      seen = true;
      set = text::trim(lines.line.substr(6)) == "set";
      continue;
    }
    if (lines.line.empty()) continue;
    const auto colon = lines.line.rfind(':');
    Block block;
    const bool fine = seen && colon != std::string_view::npos && read_block(lines.line.substr(colon + 1), block);
    if (!fine || !blocks.add(lines.line.substr(0, colon), block, set)) broken = true;
  }
  if (!seen) return fail_user("coverage_unreadable", "not a cover profile of Go: it does not begin with its mode");
  blocks.give(coverage);
  coverage.truncated = coverage.truncated || broken;
  return coverage;
}

}  // namespace argosy::reports
