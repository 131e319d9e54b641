// What repo_map() of index.h stands on, for who has files without an index, and for the tests: which definitions matter most, and how they
// are written down. Pure, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/index/index.h"

namespace argosy::code {

inline constexpr std::size_t kMaxMapLine = 160;     // bytes of a definition's line
inline constexpr std::size_t kMostMisfits = 2'000;  // definitions in a row that do not fit into what is left, then the map is done

// One token for every three bytes, rounded up. Tokenizers of current models make a token of three to four bytes of code, so a map is
// rather too short than too long for its budget.
std::size_t estimated_tokens(std::string_view text);

struct RankedDefinition {
  std::uint32_t file = 0;        // of the files that were ranked
  std::uint32_t definition = 0;  // of its tags
  double score = 0.0;
};
struct Ranking {
  std::vector<RankedDefinition> definitions;  // the best first; none of the wish's own files
  std::vector<double> files;                  // rank of each, their sum is 1
};
Ranking rank_definitions(std::span<const IndexedFile> files, const MapWish& wish);

RepoMap repo_map(std::span<const IndexedFile> files, const MapWish& wish);

}  // namespace argosy::code
