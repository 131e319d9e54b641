#include "common/code/edits/place.h"

#include <algorithm>

#include "common/code/edits/elision.h"
#include "common/code/edits/ladder.h"
#include "common/code/edits/merge.h"
#include "common/code/edits/reports.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

using Lines = std::vector<std::string>;
using Outcome = std::expected<Placed, EditFailure>;

constexpr std::string_view kElisionRung = "elision";

struct Range {
  std::size_t from = 0, to = kNoLine;
};

std::unexpected<EditFailure> fail(const FileEdit& edit, const Unclear& why, std::vector<Place> places = {}) {
  return std::unexpected(
      EditFailure{.path = edit.path, .reason = why.reason, .hint = why.hint, .number = edit.number, .places = std::move(places)});
}

// The lines below `line` that belong to it by their indentation.
std::size_t end_of_block(const LineText& text, std::size_t line) {
  const auto depth = indentation_of(text[line]).size();
  std::size_t end = line + 1;
  for (; end < text.size(); ++end) {
    if (is_blank(text[end]) || indentation_of(text[end]).size() > depth) continue;
    const auto rest = text::trim(text[end]);
    if (indentation_of(text[end]).size() < depth || !std::string_view("{})]").contains(rest[0])) break;
  }
  return end;
}

// The one line in the range that an anchor names: all of it, else its beginning.
std::optional<std::size_t> find_anchor(const LineText& text, std::string_view anchor, Range range) {
  const auto wanted = text::trim(anchor);
  for (const bool whole : {true, false}) {
    std::vector<std::size_t> found;
    for (auto i = range.from; i < std::min(range.to, text.size()); ++i) {
      const auto line = text::trim(text[i]);
      if (whole ? line == wanted : line.starts_with(wanted)) found.push_back(i);
    }
    if (found.size() == 1) return found[0];
    if (!found.empty()) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Range> range_of(const LineText& text, const Lines& anchors) {
  if (anchors.empty()) return std::nullopt;
  Range range;
  for (const auto& anchor : anchors) {
    const auto line = find_anchor(text, anchor, range);
    if (!line) return std::nullopt;
    range = {*line, end_of_block(text, *line)};
  }
  return range;
}

struct Found {
  const Leniency* leniency = nullptr;
  std::vector<Match> matches;
};

// The first rung on which the lines stand somewhere.
Found climb(const LineText& text, const Lines& search, Range range, bool at_end) {
  for (const Leniency& leniency : ladder()) {
    auto matches = find_lines(text, search, leniency, range.from, range.to);
    if (at_end) {
      std::size_t last = text.size();
      while (last > 0 && is_blank(text[last - 1])) --last;
      std::erase_if(matches, [&](const Match& match) { return match.end < last; });
    }
    if (!matches.empty()) return {&leniency, std::move(matches)};
  }
  return {};
}

std::unexpected<EditFailure> ambiguous(const LineText& text, const FileEdit& edit, const std::vector<std::size_t>& lines) {
  return std::unexpected(report_ambiguous(text, edit, lines));
}

// One match of each, one behind the other, if there is exactly one such choice.
std::optional<std::vector<const Match*>> only_way(const std::vector<Found>& pieces) {
  std::vector<const Match*> way;
  std::size_t end = 0;
  // The earliest choice and the latest one are the same only if there is no other.
  for (const Found& piece : pieces) {
    const auto next = std::ranges::find_if(piece.matches, [&](const Match& match) { return match.begin >= end; });
    if (next == piece.matches.end()) return std::nullopt;
    way.push_back(&*next);
    end = next->end;
  }
  std::size_t begin = kNoLine;
  for (std::size_t i = pieces.size(); i-- > 0;) {
    const auto& matches = pieces[i].matches;
    const auto last = std::find_if(matches.rbegin(), matches.rend(), [&](const Match& match) { return match.end <= begin; });
    if (last == matches.rend() || last->begin != way[i]->begin) return std::nullopt;
    begin = last->begin;
  }
  return way;
}

// Pieces between elisions: they stand in the file in exactly one way, and each is changed where it stands.
std::optional<Outcome> place_pieces(const LineText& text, const FileEdit& edit) {
  if (std::ranges::none_of(edit.search, is_elision)) return std::nullopt;
  const auto pieces = pieces_between_elisions(edit.search, edit.replace);
  if (!pieces)
    return fail(edit,
                {"elided", "SEARCH leaves lines out with \"...\" where REPLACE does not, so that unseen lines would go: write all lines"});
  std::vector<Found> found;
  for (const Piece& piece : *pieces) found.push_back(climb(text, piece.search, {}, false));
  const auto way = only_way(found);
  if (!way)
    return fail(edit, {"elided", "the lines around \"...\" do not stand in the file in exactly one way: write all lines between them"});
  Placed all{.rung = kElisionRung, .begin = way->front()->begin, .end = way->back()->end, .splices = {}};
  for (std::size_t i = 0; i < pieces->size(); ++i) {
    auto splices = merge(text, (*pieces)[i].search, (*pieces)[i].replace, *(*way)[i], *found[i].leniency);
    if (!splices) return fail(edit, splices.error());
    all.splices.insert(all.splices.end(), splices->begin(), splices->end());
  }
  return all;
}

Outcome place_lines(const LineText& text, const FileEdit& edit) {
  const auto range = range_of(text, edit.anchors);
  Found found = range ? climb(text, edit.search, *range, edit.at_end) : Found{};
  if (found.matches.empty()) {
    found = climb(text, edit.search, {}, edit.at_end);
    if (range && found.matches.size() == 1 && found.matches[0].begin < range->from)
      return fail(edit, {"text_not_found", "the lines stand in " + edit.path + " above what @@ names, at line " +
                                               std::to_string(found.matches[0].begin + 1) + ": leave the @@ line out or correct it"});
  }
  if (found.matches.empty()) {
    if (auto pieces = place_pieces(text, edit)) return *std::move(pieces);
    return std::unexpected(report_not_found(text, edit));
  }
  if (found.matches.size() > 1) {
    std::vector<std::size_t> lines;
    for (const Match& match : found.matches) lines.push_back(match.begin);
    return ambiguous(text, edit, lines);
  }
  const Match& match = found.matches[0];
  auto splices = merge(text, edit.search, edit.replace, match, *found.leniency);
  if (!splices) return fail(edit, splices.error());
  return Placed{to_string(found.leniency->rung), match.begin, match.end, *std::move(splices)};
}

Lines split_lines(std::string_view text) {
  Lines out;
  for (const auto line : text::split(text, '\n')) out.emplace_back(line);
  return out;
}

// Whole lines but for spaces behind the last one, which then do not belong behind what comes there.
bool misses_trailing_space(const PlainText& plain, std::size_t at, std::string_view old_text) {
  const auto stop = at + old_text.size();
  const auto rest = std::string_view(plain.text()).substr(stop, plain.text().find('\n', stop) - stop);
  return plain.start_of(plain.line_at(at)) == at && !old_text.ends_with('\n') && !rest.empty() && is_blank(rest);
}

// A piece of text that may begin and end within a line.
Outcome place_text(const LineText& text, const FileEdit& edit) {
  const std::string& old_text = *edit.old_text;
  const PlainText plain(text);
  std::vector<std::size_t> hits;
  for (auto at = plain.text().find(old_text); at != std::string::npos && hits.size() < kMaxMatches;
       at = plain.text().find(old_text, at + 1))
    hits.push_back(at);
  if (hits.size() > 1) {
    std::vector<std::size_t> lines;
    for (const auto at : hits) lines.push_back(plain.line_at(at));
    return ambiguous(text, edit, lines);
  }
  const bool whole = old_text.ends_with('\n');
  if (hits.empty() || misses_trailing_space(plain, hits[0], old_text)) {
    FileEdit by_lines = edit;
    by_lines.old_text.reset();
    by_lines.search = split_lines(old_text);
    by_lines.replace = split_lines(edit.new_text);
    if (whole) by_lines.search.pop_back();
    if (whole && (edit.new_text.empty() || edit.new_text.ends_with('\n'))) by_lines.replace.pop_back();
    return place_lines(text, by_lines);
  }
  const auto begin = plain.line_at(hits[0]);
  const bool at_start = plain.start_of(begin) == hits[0];
  std::string now = edit.new_text;
  const auto stop = hits[0] + old_text.size();
  // Whole lines give way to whole lines: a new text that forgot its last newline does not swallow the line behind it.
  const bool joins = stop < plain.text().size() && plain.text()[stop] != '\n';
  if (whole && at_start && joins && !now.empty() && !now.ends_with('\n')) now += '\n';
  std::string region = plain.text().substr(plain.start_of(begin), hits[0] - plain.start_of(begin)) + now;
  std::size_t end = plain.line_at(stop - 1) + 1;
  const bool ends_a_line = whole && (region.empty() || region.ends_with('\n'));
  if (!ends_a_line) {
    if (whole && end < text.size()) ++end;  // the next line joins this one
    const auto stop_line = end < text.size() ? plain.start_of(end) : plain.text().size();
    region += plain.text().substr(stop, stop_line - stop);
  }
  Lines lines = split_lines(region);
  if (region.empty() || region.ends_with('\n')) lines.pop_back();
  return Placed{to_string(Rung::exact), begin, end, differences(text, begin, end, lines)};
}

}  // namespace

bool searches_nothing(const FileEdit& edit) {
  return edit.old_text ? text::trim(*edit.old_text).empty() : std::ranges::all_of(edit.search, is_blank);
}

Outcome place(const LineText& text, const FileEdit& edit) {
  auto placed = edit.old_text ? place_text(text, edit) : place_lines(text, edit);
  if (!placed) return placed;
  Lines known;
  for (const auto& splice : placed->splices)
    for (auto i = splice.begin; i < splice.end; ++i) known.push_back(text[i]);
  known.insert(known.end(), edit.search.begin(), edit.search.end());
  if (edit.old_text)
    for (auto& line : split_lines(*edit.old_text)) known.push_back(std::move(line));
  for (const auto& splice : placed->splices) {
    Lines lines;
    if (splice.begin > 0) lines.push_back(text[splice.begin - 1]);
    known.insert(known.end(), lines.begin(), lines.end());
    lines.insert(lines.end(), splice.lines.begin(), splice.lines.end());
    if (const auto line = elision_in(lines, known, edit.path))
      return fail(edit,
                  {"elided", "the replacement leaves code out with \"" + text::ellipsize(text::trim(*line), 80) + "\": write all of it"});
  }
  return placed;
}

}  // namespace argosy::code
