#include "common/code/edits/ladder.h"

#include <algorithm>
#include <array>

#include "common/code/edits/punctuation.h"

namespace argosy::code {
namespace {

constexpr auto kLadder = std::to_array<Leniency>({
    {.rung = Rung::exact},
    {.rung = Rung::trailing_space, .trailing = true},
    {.rung = Rung::indentation, .trailing = true, .shift = true},
    {.rung = Rung::tabs, .trailing = true, .tabs = true},
    {.rung = Rung::punctuation, .trailing = true, .punctuation = true},
    {.rung = Rung::blank_lines, .trailing = true, .blanks = true},
    {.rung = Rung::combined, .trailing = true, .shift = true, .punctuation = true, .blanks = true},
});
constexpr auto kNames =
    std::to_array<std::string_view>({"exact", "trailing_space", "indentation", "tabs", "punctuation", "blank_lines", "combined"});

constexpr std::string_view kSpace = " \t";

std::string_view trim_right(std::string_view line) {
  const auto last = line.find_last_not_of(" \t\r\f\v");
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

// What two lines must have in common to match.
std::string key_of(std::string_view line, const Leniency& leniency) {
  std::string folded;
  if (leniency.punctuation) {
    folded = ascii_punctuation(line);
    line = folded;
  }
  if (leniency.trailing) line = trim_right(line);
  if (leniency.shift || leniency.tabs) line.remove_prefix(indentation_of(line).size());
  return std::string(line);
}

struct Keys {
  std::vector<std::string> keys;
  std::vector<std::size_t> lines;  // where each stands
};

template <class LineAt>
Keys keys_of(std::size_t from, std::size_t to, const Leniency& leniency, LineAt line_at) {
  Keys out;
  for (std::size_t i = from; i < to; ++i) {
    if (leniency.blanks && is_blank(line_at(i))) continue;
    out.keys.push_back(key_of(line_at(i), leniency));
    out.lines.push_back(i);
  }
  return out;
}

// Knuth, Morris and Pratt: a text that repeats itself costs no more than another.
std::vector<std::size_t> occurrences(const std::vector<std::string>& text, const std::vector<std::string>& wanted) {
  std::vector<std::size_t> found, fallback(wanted.size(), 0);
  if (wanted.empty() || wanted.size() > text.size()) return found;
  for (std::size_t i = 1, k = 0; i < wanted.size(); ++i) {
    while (k > 0 && wanted[i] != wanted[k]) k = fallback[k - 1];
    fallback[i] = k += wanted[i] == wanted[k] ? 1 : 0;
  }
  for (std::size_t i = 0, k = 0; i < text.size(); ++i) {
    while (k > 0 && text[i] != wanted[k]) k = fallback[k - 1];
    k += text[i] == wanted[k] ? 1 : 0;
    if (k < wanted.size()) continue;
    found.push_back(i + 1 - k);
    k = fallback[k - 1];
  }
  return found;
}

// One rule for all lines, or nothing.
std::optional<Reindent> shift_between(std::string_view ours, std::string_view theirs) {
  if (ours.ends_with(theirs)) return Reindent{.add = std::string(ours.substr(0, ours.size() - theirs.size()))};
  if (theirs.ends_with(ours)) return Reindent{.remove = std::string(theirs.substr(0, theirs.size() - ours.size()))};
  return std::nullopt;
}

std::optional<Reindent> widths_between(std::string_view ours, std::string_view theirs) {
  const auto only = [](std::string_view text, char c) { return !text.empty() && text.find_first_not_of(c) == std::string_view::npos; };
  if (only(ours, '\t') && only(theirs, ' ') && theirs.size() % ours.size() == 0) return Reindent{.tab_width = theirs.size() / ours.size()};
  if (only(ours, ' ') && only(theirs, '\t') && ours.size() % theirs.size() == 0)
    return Reindent{.space_width = ours.size() / theirs.size()};
  return std::nullopt;
}

bool same(const Reindent& a, const Reindent& b) {
  return a.add == b.add && a.remove == b.remove && a.tab_width == b.tab_width && a.space_width == b.space_width;
}

std::optional<Reindent> reindent(const LineText& text, const std::vector<std::string>& search, const Match& match,
                                 const Leniency& leniency) {
  std::optional<Reindent> rule;
  for (std::size_t i = 0; i < search.size(); ++i) {
    if (match.lines[i] == kNoLine || is_blank(search[i])) continue;
    const auto ours = indentation_of(text[match.lines[i]]), theirs = indentation_of(search[i]);
    if (leniency.tabs && ours.empty() && theirs.empty()) continue;
    const auto one = leniency.tabs ? widths_between(ours, theirs) : shift_between(ours, theirs);
    if (!one || (rule && !same(*rule, *one))) return std::nullopt;
    rule = one;
  }
  return rule ? rule : Reindent{};
}

}  // namespace

std::string_view to_string(Rung rung) { return kNames[static_cast<std::size_t>(rung)]; }
std::span<const Leniency> ladder() { return kLadder; }

bool is_blank(std::string_view line) { return trim_right(line).empty(); }

std::string_view indentation_of(std::string_view line) { return line.substr(0, std::min(line.find_first_not_of(kSpace), line.size())); }

std::optional<std::string> Reindent::apply(std::string_view line) const {
  if (is_blank(line)) return std::string(line);
  if (!remove.empty()) return line.starts_with(remove) ? std::optional(std::string(line.substr(remove.size()))) : std::nullopt;
  const auto old = indentation_of(line);
  const auto rest = line.substr(old.size());
  if (tab_width > 0) {
    const auto spaces = std::min(old.find_first_not_of(' '), old.size());
    return std::string(spaces / tab_width, '\t').append(spaces % tab_width, ' ').append(old.substr(spaces)).append(rest);
  }
  if (space_width > 0) {
    const auto tabs = std::min(old.find_first_not_of('\t'), old.size());
    return std::string(tabs * space_width, ' ').append(old.substr(tabs)).append(rest);
  }
  return add + std::string(line);
}

std::vector<Match> find_lines(const LineText& text, const std::vector<std::string>& search, const Leniency& leniency, std::size_t from,
                              std::size_t to) {
  const auto wanted = keys_of(0, search.size(), leniency, [&](std::size_t i) -> const std::string& { return search[i]; });
  if (std::ranges::all_of(search, is_blank)) return {};
  const auto there = keys_of(from, std::min(to, text.size()), leniency, [&](std::size_t i) -> const std::string& { return text[i]; });
  std::vector<Match> matches;
  for (const auto at : occurrences(there.keys, wanted.keys)) {
    Match match{.begin = there.lines[at], .end = there.lines[at + wanted.keys.size() - 1] + 1, .lines = {}, .indentation = {}};
    match.lines.assign(search.size(), kNoLine);
    for (std::size_t k = 0; k < wanted.lines.size(); ++k) match.lines[wanted.lines[k]] = there.lines[at + k];
    if (leniency.shift || leniency.tabs) {
      auto rule = reindent(text, search, match, leniency);
      if (!rule) continue;
      match.indentation = *std::move(rule);
    }
    matches.push_back(std::move(match));
    if (matches.size() == kMaxMatches) break;
  }
  return matches;
}

}  // namespace argosy::code
