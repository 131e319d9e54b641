// Tools that change files, all by the one edit engine: edit_file, create_file, delete_file, apply_diff.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/agent/loop/limits.h"
#include "common/agent/tools/tool.h"
#include "common/code/edits/engine.h"
#include "common/code/edits/reports.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

using code::EditKind;

constexpr std::int64_t kAround = 3;  // lines shown above a place that was edited
constexpr std::int64_t kBelow = 8;   // and from it on
constexpr std::size_t kMaxPlacesShown = 10;
constexpr std::size_t kMaxPlaceBytes = 1'200;

// A file that is there and that the agent does not know as it is now: what it would write over it has not seen.
std::optional<ToolOutcome> unread(const code::EditList& list, const Bench& bench) {
  for (const auto& edit : list.edits) {
    if (edit.kind != EditKind::write && edit.kind != EditKind::create) continue;
    const auto bytes = bench.workspace.read(edit.path);
    if (!bytes || !*bytes || (*bytes)->empty()) continue;
    const auto read = bench.record.read.find(edit.path);
    if (read == bench.record.read.end())
      return failed("file_not_read",
                    fmt::format("{} is there already and you have not read it: read it first, or change it by edit_file", edit.path));
    if (!read->second.lines.empty())
      return failed("file_not_read",
                    fmt::format("you have read {} in part only: read the rest first, or change it by edit_file", edit.path));
    if (read->second.digest != digest_of(**bytes))
      return failed("file_changed", fmt::format("{} is not any more as you have read it: read it again", edit.path));
  }
  return std::nullopt;
}

std::string told(const code::EditOutcome& outcome, const Bench& bench) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& one : outcome.applied) {
    text += one.line > 0 ? fmt::format("{}: line {} ({})\n", one.path, one.line, one.rung) : fmt::format("{}: {}\n", one.path, one.rung);
    if (one.line == 0 || ++shown > kMaxPlacesShown) continue;
    const auto now = text_of(bench, one.path);
    const auto line = static_cast<std::int64_t>(one.line);
    if (now) text += numbered(*now, std::max<std::int64_t>(line - kAround, 1), line + kBelow, kMaxPlaceBytes);
  }
  return text;
}

// A long file is not sent whole: models leave out what they did not mean to touch.
std::optional<ToolOutcome> too_long(const code::EditList& list, const Bench& bench) {
  for (const auto& edit : list.edits) {
    if (edit.kind != EditKind::write) continue;
    const auto bytes = bench.workspace.read(edit.path);
    if (!bytes || !*bytes || (*bytes)->size() <= kMaxWholeFile) continue;
    return failed(
        "file_too_long",
        fmt::format("{} has {} bytes: a file of more than {} is not written whole. Nothing was done. Read the lines again, copy a "
                    "few of them exactly, and replace these.",
                    edit.path, (*bytes)->size(), kMaxWholeFile));
  }
  return std::nullopt;
}

// What is new or goes away as a whole fits in any format.
bool has_to_be_placed(const code::EditList& list) {
  return !list.problems.empty() || std::ranges::any_of(list.edits, [](const code::FileEdit& edit) {
    return edit.kind != EditKind::create && edit.kind != EditKind::remove;
  });
}

ToolOutcome apply(const code::EditList& list, const Bench& bench) {
  if (auto refused = unread(list, bench)) return *std::move(refused);
  // An edit of a file that is to be written whole is one of a file that is there.
  auto meant = list;
  for (auto& edit : meant.edits) {
    const auto bytes = bench.workspace.read(edit.path);
    if (edit.kind == EditKind::create && bytes && *bytes) edit.kind = EditKind::write;
  }
  if (auto refused = too_long(meant, bench)) return *std::move(refused);
  const auto outcome = code::apply_edits(bench.workspace, meant);
  std::optional<EditTry> tried;
  if (has_to_be_placed(meant)) tried = EditTry{.format = meant.format, .placed = outcome.ok()};
  const auto not_done = [&](ToolOutcome refusal) {
    refusal.tried = tried;
    return refusal;
  };
  if (!outcome.ok()) return not_done(failed(outcome.failed.front().reason, code::explain(outcome.failed, outcome.applied.size())));
  if (auto refused = stage_checked(bench, outcome.staged)) return not_done(*std::move(refused));
  // What the agent wrote whole it knows.
  for (const auto& edit : meant.edits)
    if (edit.kind == EditKind::create || edit.kind == EditKind::write) remember_read(bench, edit.path, 0, 0);
  return {.text = told(outcome, bench), .changed_files = !outcome.staged.files.empty(), .tried = tried};
}

std::vector<std::string> whole_lines(std::string_view content) {
  std::vector<std::string> lines;
  for (const auto line : text::lines(content)) lines.emplace_back(line);
  return lines;
}

ToolOutcome edit_file(const json::Object& arguments, const Bench& bench) {
  code::EditList list{.format = code::EditFormat::str_replace, .edits = {}, .problems = {}};
  list.edits.push_back({.kind = EditKind::replace,
                        .path = string_of(arguments, "path"),
                        .old_text = string_of(arguments, "old_string"),
                        .new_text = string_of(arguments, "new_string"),
                        .number = 1});
  return apply(list, bench);
}

ToolOutcome create_file(const json::Object& arguments, const Bench& bench) {
  const auto content = string_of(arguments, "content");
  code::EditList list{.format = code::EditFormat::whole_file, .edits = {}, .problems = {}};
  list.edits.push_back({.kind = EditKind::create,
                        .path = string_of(arguments, "path"),
                        .replace = whole_lines(content),
                        .new_text = {},
                        .last_newline = content.empty() || content.ends_with('\n'),
                        .number = 1});
  return apply(list, bench);
}

ToolOutcome delete_file(const json::Object& arguments, const Bench& bench) {
  code::EditList list{.format = code::EditFormat::whole_file, .edits = {}, .problems = {}};
  list.edits.push_back({.kind = EditKind::remove, .path = string_of(arguments, "path"), .new_text = {}, .number = 1});
  return apply(list, bench);
}

ToolOutcome apply_diff(const json::Object& arguments, const Bench& bench) {
  const auto diff = string_of(arguments, "diff");
  const auto format = diff.contains("*** Begin Patch") ? code::EditFormat::apply_patch : code::EditFormat::unified_diff;
  const auto list = code::read_edits(diff, format, bench.workspace);
  if (list.edits.empty() && list.problems.empty()) return failed("no_edits", "there is no hunk in this diff");
  return apply(list, bench);
}

constexpr auto kTools = std::to_array<ToolSpec>({
    {"edit_file", Effect::edit,
     "Replaces old_string by new_string in a file. old_string must stand there exactly once: copy whole lines, with enough of them around "
     "the place.",
     R"({"type":"object","properties":{"path":{"type":"string","minLength":1},"old_string":{"type":"string"},"new_string":{"type":"string"}},"required":["path","old_string","new_string"]})",
     edit_file},
    {"create_file", Effect::edit, "Writes a whole file. One that is there already must have been read before.",
     R"({"type":"object","properties":{"path":{"type":"string","minLength":1},"content":{"type":"string"}},"required":["path","content"]})",
     create_file},
    {"delete_file", Effect::edit, "Deletes a file.",
     R"({"type":"object","properties":{"path":{"type":"string","minLength":1}},"required":["path"]})", delete_file},
    {"apply_diff", Effect::edit,
     "Applies a unified diff, or a patch between *** Begin Patch and *** End Patch, to one or more files: all of it or nothing. Line "
     "numbers "
     "do not matter, context lines do.",
     R"({"type":"object","properties":{"diff":{"type":"string","minLength":1}},"required":["diff"]})", apply_diff},
});

}  // namespace

std::span<const ToolSpec> editing_tools() { return kTools; }

std::optional<ToolOutcome> edits_in_text(const std::string& text, code::EditFormat format, const Bench& bench) {
  const auto list = code::read_edits(text, format, bench.workspace);
  const bool nothing = std::ranges::all_of(list.problems, [](const code::EditFailure& one) { return one.reason == "no_edits"; });
  if (list.edits.empty() && nothing) return std::nullopt;
  auto outcome = apply(list, bench);
  outcome.text = bounded(outcome.text);
  return outcome;
}

}  // namespace argosy::agent
