#include "common/code/edits/reports.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/code/edits/ladder.h"
#include "common/code/places.h"
#include "common/code/text_edit.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMostShown = 5;  // lines of the file in one hint

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (const auto line : text::lines(text)) out.emplace_back(line);
  return out;
}

std::string shown(const std::vector<Place>& places) {
  std::string out;
  for (std::size_t i = 0; i < std::min(places.size(), kMostShown); ++i) out += fmt::format("\n  {}: {}", places[i].line, places[i].text);
  if (places.size() > kMostShown) out += fmt::format("\n  and {} more", places.size() - kMostShown);
  return out;
}

Place line_place(const LineText& text, const std::string& path, std::size_t line) {
  Place place = place_at(path, text[line], 0);
  place.line = static_cast<int>(line) + 1;
  return place;
}

}  // namespace

EditFailure report_not_found(const LineText& text, const FileEdit& edit) {
  const auto wanted = edit.old_text ? lines_of(*edit.old_text) : edit.search;
  const auto after = edit.old_text ? lines_of(edit.new_text) : edit.replace;
  EditFailure failure{.path = edit.path, .reason = "text_not_found", .hint = "", .number = edit.number};
  const Leniency trailing{.rung = Rung::trailing_space, .trailing = true};
  // A replacement that takes lines away, or is one short line, says little about whether it was made.
  const bool telling = !after.empty() && after != wanted;
  if (const auto there = telling ? find_lines(text, after, trailing) : std::vector<Match>{}; !there.empty()) {
    for (const Match& match : there) failure.places.push_back(line_place(text, edit.path, match.begin));
    failure.reason = "already_there";
    failure.hint = fmt::format("the replacement stands in {} already, at line {}: leave this edit out", edit.path, there[0].begin + 1);
    return failure;
  }
  failure.places = nearest_lines(edit.path, PlainText(text).text(), text::join(wanted, "\n"));
  failure.hint = failure.places.empty() ? fmt::format("the text does not stand in {}, nor anything like it: read the file again", edit.path)
                                        : fmt::format("the text does not stand in {}; copy it exactly. The nearest lines:{}", edit.path,
                                                      shown(failure.places));
  return failure;
}

EditFailure report_ambiguous(const LineText& text, const FileEdit& edit, const std::vector<std::size_t>& lines) {
  EditFailure failure{.path = edit.path, .reason = "text_ambiguous", .hint = "", .number = edit.number};
  for (const auto line : lines) failure.places.push_back(line_place(text, edit.path, line));
  failure.hint = fmt::format("the text stands {}{} times in {}: take more of the lines around it. It begins at:{}",
                             lines.size() == kMaxMatches ? "at least " : "", lines.size(), edit.path, shown(failure.places));
  return failure;
}

std::string explain(const std::vector<EditFailure>& failed, std::size_t fitting) {
  std::string out = fmt::format("Nothing was written: {} of {} edits cannot be applied.\n", failed.size(), failed.size() + fitting);
  for (const EditFailure& one : failed)
    out += fmt::format("{}{}: {}\n", one.number == 0 ? "" : fmt::format("edit {}, ", one.number), one.path.empty() ? "no file" : one.path,
                       one.hint);
  if (fitting > 0) out += fmt::format("The other {} fit and are kept: do not send them again.\n", fitting);
  return out;
}

}  // namespace argosy::code
