#include "common/code/text_edit.h"

#include <algorithm>
#include <array>
#include <vector>

#include "common/code/places.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

// How much of a text that does not match is compared with how many lines of the file, to name the nearest.
constexpr std::size_t kMaxComparedLines = 6;
constexpr std::size_t kMaxSearchedLines = 50'000;
constexpr std::size_t kMaxComparedBytes = 200;
constexpr std::size_t kNearestPlaces = 3;
constexpr double kLeastSimilarity = 0.5;

// A text with plain line endings, and where the carriage returns were.
struct Unix {
  std::string text;
  std::vector<std::size_t> removed;  // offsets in `text` of the line feeds that had one

  explicit Unix(std::string_view from) {
    text.reserve(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from[i] == '\r' && i + 1 < from.size() && from[i + 1] == '\n')
        removed.push_back(text.size());
      else
        text += from[i];
    }
  }
  std::size_t original(std::size_t offset) const {
    return offset + static_cast<std::size_t>(std::ranges::lower_bound(removed, offset) - removed.begin());
  }
};

std::string with_carriage_returns(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

bool ends_lines_with_carriage_returns(std::string_view text) {
  const auto feeds = std::ranges::count(text, '\n');
  std::ptrdiff_t pairs = 0;
  for (std::size_t at = text.find("\r\n"); at != std::string_view::npos; at = text.find("\r\n", at + 2)) ++pairs;
  return pairs * 2 > feeds;
}

// Shared pairs of neighbouring bytes, of all (Dice's coefficient): 1 for equal lines.
double similarity(std::string_view a, std::string_view b) {
  a = text::trim(a).substr(0, kMaxComparedBytes);
  b = text::trim(b).substr(0, kMaxComparedBytes);
  if (a == b) return 1;
  if (a.size() < 2 || b.size() < 2) return 0;
  std::array<std::int16_t, 1024> pairs{};
  const auto slot = [](std::string_view s, std::size_t i) {
    return (static_cast<unsigned char>(s[i]) * 31u + static_cast<unsigned char>(s[i + 1])) % 1024;
  };
  for (std::size_t i = 0; i + 1 < a.size(); ++i) ++pairs[slot(a, i)];
  int shared = 0;
  for (std::size_t i = 0; i + 1 < b.size(); ++i) shared += pairs[slot(b, i)]-- > 0 ? 1 : 0;
  return 2.0 * shared / static_cast<double>(a.size() + b.size() - 2);
}

std::unexpected<Error> not_found(const std::string& path, std::string_view text, std::string_view old_text) {
  const auto places = nearest_lines(path, text, old_text);
  if (places.empty())
    return refuse("text_not_found", "old_string does not occur in " + path + ", nor anything like it", "read the file again", {});
  return refuse("text_not_found", "old_string does not occur in " + path + "; the nearest lines are in {}",
                "copy the text exactly, white space included", places);
}

}  // namespace

std::vector<Place> nearest_lines(const std::string& path, std::string_view text, std::string_view wanted) {
  std::vector<std::string_view> block;
  for (const auto line : text::lines(wanted))
    if (!text::trim(line).empty() && block.size() < kMaxComparedLines) block.push_back(line);
  const auto lines = text::lines(text);
  if (block.empty()) return {};
  std::vector<std::pair<double, std::size_t>> scores;
  for (std::size_t i = 0; i < std::min(lines.size(), kMaxSearchedLines); ++i) {
    double score = similarity(lines[i], block[0]);
    if (score < kLeastSimilarity) continue;
    std::size_t seen = 1;
    for (std::size_t j = i + 1; j < lines.size() && seen < block.size() && j < i + 2 * kMaxComparedLines; ++j)
      if (!text::trim(lines[j]).empty()) score += similarity(lines[j], block[seen++]);
    scores.emplace_back(-score, i);
  }
  std::ranges::sort(scores);
  std::vector<Place> places;
  for (const auto& [score, line] : scores) {
    if (places.size() == kNearestPlaces) break;
    const auto indent = lines[line].find_first_not_of(" \t");
    places.push_back(
        place_at(path, text, static_cast<std::size_t>(lines[line].data() - text.data()) + (indent == std::string_view::npos ? 0 : indent)));
  }
  return places;
}

Result<std::string> replace_once(const std::string& path, std::string_view text, std::string_view old_text, std::string_view new_text) {
  const bool exact = old_text.contains('\r') || new_text.contains('\r') || !text.contains('\r');
  const Unix plain(exact ? std::string_view() : text);
  const std::string_view searched = exact ? text : std::string_view(plain.text);
  std::vector<std::size_t> hits;
  if (!old_text.empty())
    for (std::size_t at = searched.find(old_text); at != std::string_view::npos; at = searched.find(old_text, at + 1)) hits.push_back(at);
  if (hits.empty()) return not_found(path, searched, old_text);
  if (hits.size() > 1) {
    std::vector<Place> places;
    for (const std::size_t at : hits) {
      if (places.size() == kMaxPlaces) break;
      places.push_back(place_at(path, searched, at));
    }
    return refuse("text_ambiguous", "old_string occurs " + std::to_string(hits.size()) + " times in " + path,
                  "take more of the lines around it", places);
  }
  const std::size_t start = exact ? hits[0] : plain.original(hits[0]);
  const std::size_t end = exact ? hits[0] + old_text.size() : plain.original(hits[0] + old_text.size());
  const auto replaced = text.substr(start, end - start);
  const bool carriage_returns = !exact && ends_lines_with_carriage_returns(replaced.contains('\n') ? replaced : text);
  return std::string(text.substr(0, start))
      .append(carriage_returns ? with_carriage_returns(new_text) : std::string(new_text))
      .append(text.substr(end));
}

}  // namespace argosy::code
