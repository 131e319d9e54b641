#include <algorithm>

#include "common/code/edits/formats/formats.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

bool is_row(std::string_view line, char mark) {
  const auto text = text::trim(line);
  return text.size() >= 5 && text.substr(0, 5).find_first_not_of(mark) == std::string_view::npos;
}

// The first of three rows in their order, as a block has them.
std::optional<std::size_t> first_block(const Answer& answer) {
  std::optional<std::size_t> open;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const auto line = answer.line(i);
    const auto lower = text::lower(text::trim(line));
    if (is_row(line, '<') || (is_row(line, '-') && lower.ends_with("search"))) open = open.value_or(i);
    if (open && i > *open && is_row(line, '=')) return open;
  }
  return std::nullopt;
}

std::optional<std::size_t> first_line(const Answer& answer, auto matches) {
  for (std::size_t i = 0; i < answer.size(); ++i)
    if (matches(i)) return i;
  return std::nullopt;
}

bool is_patch_mark(std::string_view line) {
  const auto lower = text::lower(line);
  if (!lower.starts_with("**")) return false;
  for (const std::string_view word : {"begin patch", "update file:", "add file:", "delete file:"})
    if (lower.contains(word)) return true;
  return false;
}

bool is_diff_mark(const Answer& answer, std::size_t i) {
  const auto line = answer.line(i);
  if (line.starts_with("diff --git ") || line.starts_with("@@ -")) return true;
  return line.starts_with("--- ") && i + 1 < answer.size() && answer.line(i + 1).starts_with("+++ ");
}

// A line that begins a JSON value and has the key of an edit in it or behind it.
std::optional<std::size_t> first_json(const Answer& answer) {
  std::size_t last = 0;
  for (const std::string_view key : {"\"old_string\"", "\"old_str\"", "\"old_text\"", "\\\"old_str", "\"file_text\""})
    if (const auto at = answer.text().rfind(key); at != std::string_view::npos) last = std::max(last, at + 1);
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const auto line = text::trim(answer.line(i));
    if (!line.starts_with('{') && !line.starts_with('[')) continue;
    return static_cast<std::size_t>(answer.line(i).data() - answer.text().data()) < last ? std::optional(i) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

EditFormat detect_format(const Answer& answer) {
  struct Found {
    std::optional<std::size_t> line;
    EditFormat format;
  };
  const Found all[] = {
      {first_line(answer, [&](std::size_t i) { return is_patch_mark(answer.line(i)); }), EditFormat::apply_patch},
      {first_block(answer), EditFormat::search_replace},
      {first_json(answer), EditFormat::str_replace},
      {first_line(answer, [&](std::size_t i) { return is_diff_mark(answer, i); }), EditFormat::unified_diff},
  };
  const Found* best = nullptr;
  for (const Found& found : all)
    if (found.line && (best == nullptr || *found.line < *best->line)) best = &found;
  if (best != nullptr) return best->format;
  return first_line(answer, [&](std::size_t i) { return fence_of(answer.line(i)).has_value(); }) ? EditFormat::whole_file
                                                                                                 : EditFormat::automatic;
}

}  // namespace argosy::code
