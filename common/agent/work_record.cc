#include "common/agent/work_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/agent/state/bytes_json.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kShortDigest = 12;

std::string one_line(std::string_view raw) {
  std::string line = clean_text(raw);
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text::ellipsize(line, kMaxNoteBytes);
}

// "- [x] parse the file": whether it is done, and what.
std::optional<std::pair<bool, std::string>> plan_line(std::string_view line) {
  line = text::trim(line);
  if (!(line.starts_with("- [") || line.starts_with("* [")) || line.size() < 6 || line[4] != ']') return std::nullopt;
  const bool done = line[3] == 'x' || line[3] == 'X';
  if (!done && line[3] != ' ') return std::nullopt;
  auto what = one_line(text::trim(line.substr(5)));
  return what.empty() ? std::nullopt : std::optional(std::pair(done, std::move(what)));
}

std::string lines_read(const WorkRecord::Read& read) {
  std::vector<std::string> parts;
  for (const auto& [from, to] : read.lines) parts.push_back(fmt::format("{}-{}", from, to));
  return parts.empty() ? "all" : "lines " + text::join(parts, ", ");
}

json::Array ranges_json(const WorkRecord::Read& read) {
  json::Array ranges;
  for (const auto& [from, to] : read.lines) ranges.emplace_back(json::Array{from, to});
  return ranges;
}

Result<WorkRecord::Read> read_from(const json::Value& value) {
  WorkRecord::Read read;
  ARGOSY_TRY(read.digest, bytes_at(value, "digest"));
  ARGOSY_TRY(read.round, number_at(value, "round"));
  for (const auto& range : value.array_or_empty("lines")) {
    if (!range.is_array() || range.as_array().size() != 2 || !range.as_array()[0].is_int() || !range.as_array()[1].is_int())
      return state_invalid("lines are no pairs");
    read.lines.emplace_back(range.as_array()[0].as_int(), range.as_array()[1].as_int());
  }
  return read;
}

Result<WorkRecord::Ran> ran_from(const json::Value& value) {
  WorkRecord::Ran ran;
  ARGOSY_TRY(ran.command, bytes_at(value, "command"));
  ARGOSY_TRY(const auto code, number_at(value, "exit_code"));
  ran.exit_code = static_cast<int>(code);
  ARGOSY_TRY(ran.round, number_at(value, "round"));
  ARGOSY_TRY(ran.note, bytes_at(value, "note"));
  return ran;
}

}  // namespace

void WorkRecord::note_plan(std::string_view answer) {
  for (const auto line : text::lines(answer)) {
    const auto found = plan_line(line);
    if (!found) continue;
    const auto known = std::ranges::find_if(notes, [&](const std::string& note) { return note.substr(4) == found->second; });
    const std::string now = (found->first ? "[x] " : "[ ] ") + found->second;
    if (known != notes.end()) {
      *known = now;
    } else if (notes.size() < kMaxNotes) {
      notes.push_back(now);
    }
  }
}

void WorkRecord::note_run(Ran one) {
  one.command = one_line(one.command);
  one.note = one_line(one.note);
  ran.push_back(std::move(one));
  if (ran.size() > kMaxRanKept) ran.erase(ran.begin(), ran.end() - static_cast<std::ptrdiff_t>(kMaxRanKept));
}

std::string WorkRecord::in_words(std::size_t max_bytes) const {
  if (read.empty() && ran.empty() && notes.empty() && edited.empty()) return {};
  // The most important first: what does not fit is cut at the end.
  std::string words = "What is recorded of your work so far:\n";
  if (!notes.empty()) words += "Your plan:\n";
  for (const auto& note : notes) words += fmt::format("- {}\n", note);
  if (!edited.empty()) words += "Files that you have changed (all changes are kept):\n";
  for (const auto& [path, round] : edited) words += fmt::format("- {} (round {})\n", one_line(path), round);
  if (!ran.empty()) words += "What was run, the newest first:\n";
  for (auto one = ran.rbegin(); one != ran.rend(); ++one)
    words += fmt::format("- round {}: {}: exit code {}{}{}\n", one->round, one->command, one->exit_code, one->note.empty() ? "" : ", ",
                         one->note);
  if (!read.empty()) words += "Files that you have read:\n";
  for (const auto& [path, one] : read)
    words +=
        fmt::format("- {} ({}, round {}, sha256 {})\n", one_line(path), lines_read(one), one.round, one.digest.substr(0, kShortDigest));
  return text::ellipsize(words, max_bytes);
}

json::Value WorkRecord::to_json() const {
  json::Array reads, runs, lines, edits;
  for (const auto& [path, one] : read)
    reads.emplace_back(
        json::Object{{"path", bytes_json(path)}, {"digest", bytes_json(one.digest)}, {"round", one.round}, {"lines", ranges_json(one)}});
  for (const auto& one : ran)
    runs.emplace_back(json::Object{
        {"command", bytes_json(one.command)}, {"exit_code", one.exit_code}, {"round", one.round}, {"note", bytes_json(one.note)}});
  for (const auto& note : notes) lines.emplace_back(json::Object{{"text", bytes_json(note)}});
  for (const auto& [path, round] : edited) edits.emplace_back(json::Object{{"path", bytes_json(path)}, {"round", round}});
  return json::Object{{"read", std::move(reads)}, {"ran", std::move(runs)}, {"notes", std::move(lines)}, {"edited", std::move(edits)}};
}

Result<WorkRecord> WorkRecord::from_json(const json::Value& value) {
  if (!value.is_object()) return state_invalid("the record is no object");
  WorkRecord record;
  for (const auto& one : value.array_or_empty("read")) {
    ARGOSY_TRY(auto path, bytes_at(one, "path"));
    ARGOSY_TRY(record.read[path], read_from(one));
  }
  for (const auto& one : value.array_or_empty("ran")) {
    ARGOSY_TRY(record.ran.emplace_back(), ran_from(one));
  }
  for (const auto& one : value.array_or_empty("notes")) {
    ARGOSY_TRY(record.notes.emplace_back(), bytes_at(one, "text"));
  }
  for (const auto& one : value.array_or_empty("edited")) {
    ARGOSY_TRY(auto path, bytes_at(one, "path"));
    ARGOSY_TRY(record.edited[path], number_at(one, "round"));
  }
  return record;
}

}  // namespace argosy::agent
