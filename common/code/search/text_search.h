// Lines of a folder that match a pattern, found by ripgrep: its patterns cannot be made to take for ever, it knows .gitignore, and it is
// faster than anything that could stand here. Blocking, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/core/error.h"

namespace argosy::code {

inline constexpr std::size_t kMostPattern = 1'000;          // bytes of a pattern or a glob
inline constexpr std::size_t kMostTextHits = 1'000;         // whatever is asked for
inline constexpr std::size_t kMostHitLine = 300;            // bytes of a line that is shown
inline constexpr std::size_t kMostSearchOutput = 8u << 20;  // bytes of ripgrep's answer
inline constexpr const char* kMostSearchedFile = "4M";      // larger files are not looked into

struct TextQuery {
  std::string pattern;  // a regular expression of ripgrep's, or a text
  bool literal = false;
  bool ignore_case = false;
  std::string glob{};  // of paths, "src/**/*.py" or "*.go"; empty: all
  std::size_t most = 200;
  std::chrono::milliseconds timeout{std::chrono::seconds(10)};
};
struct TextHit {
  std::string path;  // from the folder
  std::uint32_t line = 0;
  std::string text{};  // the line, trimmed at its end and bounded
  bool operator==(const TextHit&) const = default;
};
struct TextHits {
  std::vector<TextHit> hits;  // by path and line
  bool truncated = false;     // there may be more: a bound or the time was reached
};

// Hidden files are searched, .git and what .gitignore names are not; links are not followed. Errors (B): search_pattern_malformed,
// program_not_found where ripgrep is not installed, search_failed.
Result<TextHits> search_text(const std::filesystem::path& folder, const TextQuery& query);

}  // namespace argosy::code
