#include "tests/edits/block.h"

#include <algorithm>
#include <array>

#include "common/code/edits/punctuation.h"
#include "common/core/text.h"

namespace argosy::edits {
namespace {

constexpr std::size_t kMostContext = 40;

bool is_blank(std::string_view line) { return text::trim(line).empty(); }

std::string squeezed(std::string_view line) { return code::ascii_punctuation(text::trim(line)); }

}  // namespace

std::size_t places(const Lines& file, const Lines& wanted) {
  Lines have, want;
  for (const auto& line : file)
    if (!is_blank(line)) have.push_back(squeezed(line));
  for (const auto& line : wanted)
    if (!is_blank(line)) want.push_back(squeezed(line));
  if (want.empty()) return 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i + want.size() <= have.size(); ++i)
    if (std::equal(want.begin(), want.end(), have.begin() + static_cast<std::ptrdiff_t>(i))) ++found;
  return found;
}

std::optional<Block> block_of(const std::string& path, const Script& script, const Hunk& hunk, std::size_t context) {
  const auto file = before(script);
  for (; context < kMostContext; context += 2) {
    std::size_t begin = hunk.begin, end = hunk.end;
    for (std::size_t k = 0; k < context && begin > 0 && script[begin - 1].fate == Fate::stays; ++k) --begin;
    for (std::size_t k = 0; k < context && end < script.size() && script[end].fate == Fate::stays; ++k) ++end;
    Block block{path, {script.begin() + static_cast<std::ptrdiff_t>(begin), script.begin() + static_cast<std::ptrdiff_t>(end)}, 0, {}};
    if (places(file, before(block.said)) != 1) continue;
    block.file = file;
    block.first = static_cast<std::size_t>(std::ranges::count_if(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(begin),
                                                                 [](const Item& i) { return i.fate != Fate::comes; }));
    return block;
  }
  return std::nullopt;
}

std::string_view to_string(Slip slip) {
  constexpr auto kNames = std::to_array<std::string_view>({"trailing", "shift", "tabs", "flattened", "prettified", "blanks", "elision"});
  return kNames[static_cast<std::size_t>(slip)];
}

std::string_view to_string(Harm harm) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"typo", "line_missing", "lines_swapped", "ragged", "cut_line", "elided_replacement", "broken_syntax"});
  return kNames[static_cast<std::size_t>(harm)];
}

}  // namespace argosy::edits
