// Definitions by their names: whole, by how they begin, or by the words that they are made of ("reqLine" finds parse_request_line). Pure,
// any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/index/index.h"

namespace argosy::code {

enum class SymbolMatch : std::uint8_t { exact, same_but_case, prefix, words };
std::string_view to_string(SymbolMatch match);  // "exact", "case", ...

struct SymbolHit {
  const IndexedFile* file = nullptr;  // lives as long as what was searched
  const Definition* definition = nullptr;
  SymbolMatch match = SymbolMatch::exact;
};

inline constexpr std::size_t kUsualSymbolHits = 50;

// The best match first; of equal ones what is exported, then short names, then the order of paths and lines. "Type.name" asks for what
// stands in that scope.
std::vector<SymbolHit> search_symbols(std::span<const IndexedFile> files, std::string_view query, std::size_t most = kUsualSymbolHits);

// "parseHTTPRequest_2" gives "parse", "http", "request", "2".
std::vector<std::string> words_of(std::string_view name);

}  // namespace argosy::code
