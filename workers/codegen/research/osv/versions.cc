#include "workers/codegen/research/osv/versions.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "common/core/text.h"

namespace argosy::codegen::osv {
namespace {

struct Token {
  bool number = false;
  std::string text;  // digits without leading zeros, or small letters
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::vector<Token> tokens_of(std::string_view version) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < version.size();) {
    const char first = version[at];
    if (!is_digit(first) && !is_letter(first)) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < version.size() && (is_digit(first) ? is_digit(version[end]) : is_letter(version[end]))) ++end;
    auto text = std::string(version.substr(at, end - at));
    if (is_digit(first)) text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    tokens.push_back({.number = is_digit(first), .text = std::move(text)});
    at = end;
  }
  // 2.0.post1 is what 2.post1 is, and 2.0 what 2 is: a zero that is followed by no number says nothing.
  for (std::size_t i = tokens.size(); i-- > 0;)
    if (tokens[i].number && tokens[i].text == "0" && (i + 1 == tokens.size() || !tokens[i + 1].number))
      tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i));
  return tokens;
}

// Words that stand before and behind the end of a version, which is 0.
int rank(std::string_view word) {
  constexpr auto kRanks = std::to_array<std::pair<std::string_view, int>>(
      {{"dev", -6},  {"a", -5},      {"alpha", -5},       {"b", -4},   {"beta", -4},    {"m", -3},        {"milestone", -3},
       {"c", -2},    {"rc", -2},     {"cr", -2},          {"pre", -2}, {"preview", -2}, {"snapshot", -1}, {"ga", 0},
       {"final", 0}, {"release", 0}, {"incompatible", 0}, {"post", 1}, {"rev", 1},      {"r", 1},         {"sp", 1}});
  const auto* const found = std::ranges::find(kRanks, word, [](const auto& one) { return one.first; });
  return found == kRanks.end() ? 2 : found->second;
}

std::weak_ordering by_number(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

// Where one has ended: 0 and "final" are the same as nothing.
int weight(const Token& token) { return token.number ? (token.text == "0" ? 0 : 3) : rank(token.text); }

std::weak_ordering by_tokens(const std::vector<Token>& a, const std::vector<Token>& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i >= a.size() || i >= b.size()) {
      const auto order = (i < a.size() ? weight(a[i]) : 0) <=> (i < b.size() ? weight(b[i]) : 0);
      if (order != 0) return order;
      continue;
    }
    if (a[i].number != b[i].number) return a[i].number ? 3 <=> rank(b[i].text) : rank(a[i].text) <=> 3;
    if (a[i].number) {
      if (const auto order = by_number(a[i].text, b[i].text); order != 0) return order;
      continue;
    }
    if (const auto order = rank(a[i].text) <=> rank(b[i].text); order != 0) return order;
    if (rank(a[i].text) == 2 && a[i].text != b[i].text) return a[i].text <=> b[i].text;
  }
  return std::weak_ordering::equivalent;
}

// Semantic versions, item 11: numbers before words, more fields behind fewer.
std::weak_ordering by_prerelease(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  const auto as = text::split(a, '.'), bs = text::split(b, '.');
  for (std::size_t i = 0; i < std::min(as.size(), bs.size()); ++i) {
    const bool number_a = std::ranges::all_of(as[i], is_digit), number_b = std::ranges::all_of(bs[i], is_digit);
    if (number_a != number_b) return number_b <=> number_a;
    const auto order = number_a ? by_number(std::string(as[i]), std::string(bs[i])) : std::weak_ordering(as[i] <=> bs[i]);
    if (order != 0) return order;
  }
  return as.size() <=> bs.size();
}

std::string plain(std::string_view version) {
  auto text = text::lower(text::trim(version));
  if (text.starts_with('v')) text.erase(0, 1);
  return text;
}

}  // namespace

std::weak_ordering compare(std::string_view a, std::string_view b, bool semantic) {
  const auto x = plain(a), y = plain(b);
  if (semantic) {
    const auto parts = [](std::string_view whole) {
      whole = whole.substr(0, whole.find('+'));
      const auto dash = whole.find('-');
      return std::pair(whole.substr(0, dash), dash == std::string_view::npos ? std::string_view() : whole.substr(dash + 1));
    };
    const auto [core_a, pre_a] = parts(x);
    const auto [core_b, pre_b] = parts(y);
    const auto order = by_tokens(tokens_of(core_a), tokens_of(core_b));
    return order != 0 ? order : by_prerelease(pre_a, pre_b);
  }
  // Python's epoch stands before all else.
  const auto epoch = [](std::string_view whole) {
    const auto mark = whole.find('!');
    return mark == std::string_view::npos ? std::pair(std::string_view("0"), whole)
                                          : std::pair(whole.substr(0, mark), whole.substr(mark + 1));
  };
  const auto [epoch_a, rest_a] = epoch(x);
  const auto [epoch_b, rest_b] = epoch(y);
  const auto order = by_tokens(tokens_of(epoch_a), tokens_of(epoch_b));
  return order != 0 ? order : by_tokens(tokens_of(rest_a), tokens_of(rest_b));
}

}  // namespace argosy::codegen::osv
