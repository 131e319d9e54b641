// How much of a JSON string needs no second look. Used by parse.cc and write.cc only. Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace argosy::json {

inline bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

// How many bytes at the front stand for themselves between quotes: no quote, no backslash, no control. Eight at a time.
inline std::size_t plain_run(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL, kHighs = 0x8080808080808080ULL;
  const auto any_below = [](std::uint64_t word, std::uint64_t bound) { return (word - kOnes * bound) & ~word & kHighs; };
  const auto any_equal = [&](std::uint64_t word, char c) { return any_below(word ^ (kOnes * static_cast<unsigned char>(c)), 1); };
  std::size_t at = 0;
  for (std::uint64_t word; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((any_below(word, 0x20) | any_equal(word, '"') | any_equal(word, '\\')) != 0) break;
  }
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}

}  // namespace argosy::json
