// Which lines of which files ran: Cobertura XML, LCOV, JaCoCo XML, Clover, Go's cover profiles, the JSON of coverage.py and istanbul (c8,
// nyc, jest, vitest). Used by the coverage gate and the command line. What is read comes from code that is not ours: bounded, never throws.
// Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::reports {

// Beyond these coverage is cut and says so.
inline constexpr std::size_t kMaxCoveredFiles = 200'000;
inline constexpr std::size_t kMaxCoveredLines = 4'000'000;
inline constexpr std::size_t kMaxCoverageBytes = 256u << 20;  // of one file; whoever reads it holds to this

// A share of what could run.
struct Share {
  std::int64_t total = 0, covered = 0;
  double rate() const { return total == 0 ? 1 : static_cast<double>(covered) / static_cast<double>(total); }
};

struct FileCoverage {
  std::map<std::int64_t, std::int64_t> hits;  // of every line that could run; 0: it did not
  Share unnamed;                              // lines that the report only counts (istanbul's summary)
  Share branches;
  Share lines() const;
};

struct Coverage {
  std::string format;  // cobertura, clover, lcov, jacoco, go-cover, coverage-py-json, istanbul-json, istanbul-summary
  std::map<std::string, FileCoverage> files;  // by path, as the report has it until place_files
  std::vector<std::string> sources;           // Cobertura: folders that the paths are relative to
  bool truncated = false;
  std::size_t line_count = 0;  // of all files
  Share lines() const;
  Share branches() const;

  // The file of that path; null beyond the bounds.
  FileCoverage* file(std::string_view path);
  enum class Twice { most, sum };  // what a line has that is told twice
  void hit(FileCoverage& file, std::int64_t line, std::int64_t hits, Twice twice);
};

// Errors (B): coverage_unreadable with the reason.
Result<Coverage> parse_cobertura(std::string_view xml);  // and Clover
Result<Coverage> parse_jacoco(std::string_view xml);
Result<Coverage> parse_lcov(std::string_view text);
Result<Coverage> parse_go_cover(std::string_view text);
Result<Coverage> parse_coverage_json(std::string_view text);  // coverage.py's, istanbul's, istanbul's summary
// Looks at the text and chooses.
Result<Coverage> parse_coverage(std::string_view text);

// Adds the hits of another run of the same tree.
void merge(Coverage& into, Coverage other);

// Where the tree is, for paths that tools write in ways of their own.
struct CoveredTree {
  std::string root;                // absolute, where the tests saw the tree; may be empty
  std::vector<std::string> files;  // all files of the tree, relative, sorted; may be empty: then nothing is looked up
  std::string go_module;           // of go.mod; may be empty
};
// Makes the paths relative to the tree: by root, by Cobertura's sources, without Go's module; what is not found then is the one file
// whose path ends so (JaCoCo knows packages, not folders), or whose path the end of the report's is. What nothing fits stays.
void place_files(Coverage& coverage, const CoveredTree& tree);

// Line numbers of a change, of its new side, by path.
using ChangedLines = std::map<std::string, std::set<std::int64_t>>;
struct ChangedCoverage {
  Share lines;                                              // those of the change that could run
  std::map<std::string, std::vector<std::int64_t>> missed;  // those that did not
};
ChangedCoverage of_changed_lines(const Coverage& coverage, const ChangedLines& changed);

}  // namespace argosy::reports
