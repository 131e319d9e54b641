#include "common/code/edits/elision.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr auto kComments = std::to_array<std::string_view>({"#", "//", "--", "/*", "<!--", ";", "%", "{/*", "\"\"\""});
constexpr auto kWords = std::to_array<std::string_view>({"existing", "unchanged", "rest", "remaining", "same", "previous", "other",
                                                         "omitted", "code", "before", "keep", "continues", "implementation"});

std::string_view without_dots(std::string_view text) {
  for (bool any = true; any;) {
    any = false;
    for (const std::string_view dots : {"...", "…"}) {
      if (text.starts_with(dots)) {
        text = text.substr(dots.size());
        any = true;
      }
    }
    while (text.starts_with('.')) text = text.substr(1);
  }
  return text;
}

std::vector<std::vector<std::string>> split(const std::vector<std::string>& lines) {
  std::vector<std::vector<std::string>> out(1);
  for (const auto& line : lines) {
    if (is_elision(line))
      out.emplace_back();
    else
      out.back().push_back(line);
  }
  return out;
}

}  // namespace

bool is_elision(std::string_view line) {
  auto text = text::trim(line);
  const bool bare = text == "..." || text == "…";
  if (bare) return true;
  const auto comment = std::ranges::find_if(kComments, [&](std::string_view mark) { return text.starts_with(mark); });
  if (comment == kComments.end()) return false;
  text = text::trim(text.substr(comment->size()));
  while (text.starts_with('#') || text.starts_with('/') || text.starts_with('*') || text.starts_with('(') || text.starts_with('['))
    text = text::trim(text.substr(1));
  const auto rest = without_dots(text);
  if (rest.size() == text.size()) return false;
  const auto lower = text::lower(rest);
  const bool says_nothing = lower.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
  return says_nothing || std::ranges::any_of(kWords, [&](std::string_view word) { return lower.contains(word); });
}

std::optional<std::string> elision_in(const std::vector<std::string>& lines, const std::vector<std::string>& known, std::string_view path) {
  const bool python = path.ends_with(".py") || path.ends_with(".pyi");
  std::set<std::string_view> trimmed;
  for (const auto& line : known) trimmed.insert(text::trim(line));
  const auto is_known = [&](std::string_view line) { return trimmed.contains(text::trim(line)); };
  std::string_view before;
  for (const auto& line : lines) {
    if (is_elision(line) && !is_known(line)) {
      const bool is_body = python && text::trim(line) == "..." && (before.ends_with(':') || before.ends_with("\"\"\""));
      if (!is_body) return line;
    }
    if (!text::trim(line).empty()) before = text::trim(line);
  }
  return std::nullopt;
}

std::optional<std::vector<Piece>> pieces_between_elisions(const std::vector<std::string>& search, const std::vector<std::string>& replace) {
  const auto from = split(search), to = split(replace);
  if (from.size() < 2 || from.size() != to.size()) return std::nullopt;
  std::vector<Piece> out;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const bool blank = std::ranges::all_of(from[i], [](const std::string& line) { return text::trim(line).empty(); });
    if (!blank) {
      out.push_back({from[i], to[i]});
    } else if (from[i] != to[i] || (i != 0 && i + 1 != from.size())) {
      return std::nullopt;  // something comes, and nothing says where; or two elisions in a row
    }
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace argosy::code
