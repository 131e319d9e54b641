#include "common/code/map/mentions.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace argosy::code {
namespace {

constexpr std::size_t kShortestPath = 3, kShortestName = 3;  // shorter ones stand in any text

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

bool names(std::string_view text, std::string_view path) {
  const auto part_of_path = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '/' || c == '-'; };
  for (auto at = text.find(path); at != std::string_view::npos; at = text.find(path, at + 1)) {
    const auto end = at + path.size();
    if ((at == 0 || !part_of_path(text[at - 1])) && (end == text.size() || !part_of_path(text[end]))) return true;
  }
  return false;
}

// Whether nobody writes the word so in prose.
bool looks_like_a_name(std::string_view text, std::size_t begin, std::size_t end) {
  const auto word = text.substr(begin, end - begin);
  const auto of_code = [](char c) { return c == '_' || c == '$' || std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const auto upper = [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; };
  if (std::ranges::any_of(word, of_code) || std::ranges::any_of(word.substr(1), upper)) return true;
  if (end < text.size() && (text[end] == '(' || text[end] == '`')) return true;
  return begin > 0 && text[begin - 1] == '`';
}

}  // namespace

std::vector<std::string> mentioned_files(std::string_view text, std::span<const std::string> paths) {
  std::vector<std::string> found;
  for (const auto& path : paths) {
    if (found.size() == kMostMentioned) break;
    if (path.size() >= kShortestPath && names(text, path)) found.push_back(path);
  }
  return found;
}

std::vector<std::string> mentioned_names(std::string_view text, const Index& index) {
  std::vector<std::string> found;
  std::set<std::string_view> seen;
  for (std::size_t begin = 0; begin < text.size() && found.size() < kMostMentioned;) {
    if (!is_word(text[begin])) {
      ++begin;
      continue;
    }
    auto end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    const auto word = text.substr(begin, end - begin);
    if (word.size() >= kShortestName && !seen.contains(word)) {
      const auto defined = index.definitions(word).size();
      const bool counts = defined > 0 && (defined <= kMostOfAPlainWord || looks_like_a_name(text, begin, end));
      if (counts) found.emplace_back(word);
      if (defined == 0 || counts) seen.insert(word);  // else it may stand there as a name later
    }
    begin = end;
  }
  return found;
}

}  // namespace argosy::code
