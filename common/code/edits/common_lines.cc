#include <algorithm>

#include "common/code/edits/merge.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMaxCells = 4u << 20;  // of the table of lines against lines

// The longest common subsequence of a[begin, a_end) and b[begin, b_end).
void middle(const std::vector<std::string>& a, const std::vector<std::string>& b, std::size_t begin, std::size_t a_end, std::size_t b_end,
            std::vector<std::size_t>& out) {
  const auto n = a_end - begin, m = b_end - begin;
  if (n == 0 || m == 0 || n * m > kMaxCells) return;
  std::vector<std::uint32_t> longest((n + 1) * (m + 1), 0);
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return longest[i * (m + 1) + j]; };
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = m; j-- > 0;) at(i, j) = a[begin + i] == b[begin + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  for (std::size_t i = 0, j = 0; i < n && j < m;) {
    if (a[begin + i] == b[begin + j]) {
      out[begin + j++] = begin + i++;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      ++i;
    } else {
      ++j;
    }
  }
}

}  // namespace

std::vector<std::size_t> common_lines(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::size_t> out(b.size(), kNoLine);
  std::size_t head = 0, a_end = a.size(), b_end = b.size();
  while (head < a_end && head < b_end && a[head] == b[head]) {
    out[head] = head;
    ++head;
  }
  while (a_end > head && b_end > head && a[a_end - 1] == b[b_end - 1]) out[--b_end] = --a_end;
  middle(a, b, head, a_end, b_end, out);
  return out;
}

std::vector<Splice> differences(const LineText& text, std::size_t begin, std::size_t end, const std::vector<std::string>& replace) {
  std::vector<std::string> ours;
  for (std::size_t i = begin; i < end; ++i) ours.push_back(text[i]);
  const auto kept = common_lines(ours, replace);
  std::vector<Splice> out;
  Splice open{begin, begin, {}};
  for (std::size_t j = 0; j <= replace.size(); ++j) {
    if (j < replace.size() && kept[j] == kNoLine) {
      open.lines.push_back(replace[j]);
      continue;
    }
    open.end = j < replace.size() ? begin + kept[j] : end;
    if (open.end > open.begin || !open.lines.empty()) out.push_back(open);
    open = {open.end + 1, open.end + 1, {}};
  }
  return out;
}

}  // namespace argosy::code
