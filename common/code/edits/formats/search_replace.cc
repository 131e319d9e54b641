#include <algorithm>
#include <array>

#include "common/code/edits/formats/formats.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kLeastMarks = 5, kMostMarks = 9, kRightMarks = 7;
constexpr std::size_t kMaxSlips = 2;           // letters of a marker's word that may be wrong
constexpr std::size_t kMaxLinesToTheName = 3;  // of prose between a file's name and its block

constexpr auto kSearchWords = std::to_array<std::string_view>({"search", "original", "head", "old", "before", "find"});
constexpr auto kReplaceWords = std::to_array<std::string_view>({"replace", "updated", "new", "after", "replacement"});

// Letters to insert, delete or change; a swap of two counts as two.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::size_t, 32> row{};
  if (a.size() >= row.size() || b.size() >= row.size()) return row.size();
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

template <std::size_t N>
bool is_word(std::string_view text, const std::array<std::string_view, N>& words) {
  const auto lower = text::lower(text);
  return std::ranges::find(words, lower) != words.end() || (lower.size() > 3 && distance(lower, words[0]) <= kMaxSlips);
}

// What stands behind a row of `mark`s: its word, and what follows that.
struct Marker {
  std::string_view word, rest;
};
template <std::size_t N>
std::optional<Marker> marker(std::string_view line, char mark, const std::array<std::string_view, N>& words, bool needs_word) {
  auto text = text::trim(line);
  const auto count = std::min(text.find_first_not_of(mark), text.size());
  if (count < kLeastMarks || count > kMostMarks) return std::nullopt;
  text = text::trim(text.substr(count));
  while (!text.empty() && (text.back() == '<' || text.back() == '>' || text.back() == ':')) text.remove_suffix(1);
  text = text::trim(text);
  const auto end = std::min(text.find_first_of(" :\t"), text.size());
  const auto word = text.substr(0, end);
  if (is_word(word, words)) return Marker{word, text::trim(text.substr(std::min(end + 1, text.size())))};
  if (needs_word) return std::nullopt;
  return Marker{{}, text};  // a bare row, or one with a file's name behind it
}

std::optional<Marker> opener(std::string_view line) {
  auto found = marker(line, '<', kSearchWords, false);
  return found ? found : marker(line, '-', kSearchWords, true);
}
bool closes(std::string_view line) {
  const auto found = marker(line, '>', kReplaceWords, false);
  if (found) return !found->word.empty() || found->rest.empty();
  return marker(line, '+', kReplaceWords, true).has_value();
}
std::size_t separator_length(std::string_view line) {
  const auto text = text::trim(line);
  const bool is_row = text.size() >= kLeastMarks && text.size() <= kMostMarks && text.find_first_not_of('=') == std::string_view::npos;
  return is_row ? text.size() : 0;
}

class Reader {
 public:
  explicit Reader(const Answer& answer) : answer_(answer) {}

  EditList read() {
    for (std::size_t i = 0; i < answer_.size();) {
      const auto open = opener(answer_.line(i));
      if (!open || (open->word.empty() && !open->rest.empty() && !answer_.path_beside(open->rest))) {
        ++i;
        continue;
      }
      ++number_;
      const std::string path = path_of(i, *open);
      i = block(i, path);
      after_last_ = i;
      if (!path.empty()) last_path_ = path;
    }
    return std::move(list_);
  }

 private:
  void problem(const std::string& path, std::string reason, std::string hint) {
    list_.problems.push_back({.path = path, .reason = std::move(reason), .hint = std::move(hint), .number = number_});
  }

  std::string path_of(std::size_t open_line, const Marker& open) const {
    if (auto path = answer_.path_beside(open.rest)) return *path;
    std::size_t prose = 0;
    std::string_view nearest;
    for (std::size_t i = open_line; i-- > after_last_ && prose < kMaxLinesToTheName;) {
      const auto line = answer_.line(i);
      if (text::trim(line).empty()) continue;
      if (const auto fence = fence_of(line)) {
        if (auto path = answer_.path_beside(fence->info)) return *path;
        continue;
      }
      if (auto path = answer_.path_in(line)) return *path;
      if (prose++ == 0) nearest = line;
    }
    const bool announces = text::trim(nearest).ends_with(':');
    if (announces || last_path_.empty())
      if (auto path = answer_.path_mentioned(nearest)) return *path;
    return last_path_;
  }

  // The block that opens at the line; returns the line behind it.
  std::size_t block(std::size_t open_line, const std::string& path) {
    std::vector<std::size_t> separators;
    std::size_t end = open_line + 1;
    for (; end < answer_.size() && !closes(answer_.line(end)); ++end) {
      if (opener(answer_.line(end))) {
        problem(path, "malformed", "block " + std::to_string(number_) + " has no >>>>>>> REPLACE before the next <<<<<<< SEARCH");
        return end;
      }
      if (separator_length(answer_.line(end)) > 0) separators.push_back(end);
    }
    if (end == answer_.size()) {
      problem(path, "answer_incomplete", "the answer ends within block " + std::to_string(number_) + ": send that block again, whole");
      return end;
    }
    const auto middle = separator_of(separators);
    if (!middle) {
      problem(path, "malformed",
              separators.empty()
                  ? "block " + std::to_string(number_) + " has no ======= between SEARCH and REPLACE"
                  : "block " + std::to_string(number_) + " has several ======= lines: use str_replace for text that contains such");
      return end + 1;
    }
    if (path.empty()) {
      problem(path, "path_missing", "block " + std::to_string(number_) + " names no file: write its path on a line above the block");
      return end + 1;
    }
    FileEdit edit{.path = path, .number = number_};
    edit.search = copy_lines(answer_.lines(), past_line_numbers(open_line + 1, *middle), *middle);
    edit.replace = copy_lines(answer_.lines(), *middle + 1, end);
    strip_fences(edit);
    list_.edits.push_back(std::move(edit));
    return end + 1;
  }

  // A row of exactly seven; where there is none, the only other one: five to nine also underline headings.
  std::optional<std::size_t> separator_of(const std::vector<std::size_t>& found) const {
    std::vector<std::size_t> right;
    for (const auto i : found)
      if (separator_length(answer_.line(i)) == kRightMarks && answer_.line(i).starts_with('=')) right.push_back(i);
    if (right.size() == 1) return right[0];
    if (right.empty() && found.size() == 1) return found[0];
    return std::nullopt;
  }

  // Some dialects write ":start_line:12" and a row of dashes first.
  std::size_t past_line_numbers(std::size_t at, std::size_t end) const {
    const auto from = at;
    while (at < end && (answer_.line(at).starts_with(":start_line:") || answer_.line(at).starts_with(":end_line:"))) ++at;
    return at > from && at < end && answer_.line(at) == "-------" ? at + 1 : at;
  }

  static void strip_fences(FileEdit& edit) {
    const auto fenced = [](const std::vector<std::string>& lines) {
      return lines.size() >= 2 && fence_of(lines.front()) && fence_of(lines.back()) && fence_of(lines.back())->info.empty();
    };
    if (edit.path.ends_with(".md") || !fenced(edit.search) || !(fenced(edit.replace) || edit.replace.empty())) return;
    for (auto* lines : {&edit.search, &edit.replace}) {
      if (lines->empty()) continue;
      lines->erase(lines->begin());
      lines->pop_back();
    }
  }

  const Answer& answer_;
  EditList list_{.format = EditFormat::search_replace, .edits = {}, .problems = {}};
  std::size_t number_ = 0;
  std::size_t after_last_ = 0;
  std::string last_path_;
};

}  // namespace

EditList read_search_replace(const Answer& answer) { return Reader(answer).read(); }

}  // namespace argosy::code
