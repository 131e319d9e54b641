#include "common/reports/place.h"

#include <optional>

#include "common/core/text.h"
#include "common/reports/clean_text.h"

namespace argosy::reports {
namespace {

constexpr int kMaxLinesRead = 400;  // of a message: places stand near its start

// Digits at the start of `text`; 0 when there are none, or too many.
std::int64_t number_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return text::to_int(text.substr(0, end)).value_or(0);
}

bool is_file_name(std::string_view name) {
  if (name.empty() || name.size() > 500 || name.find("://") != std::string_view::npos) return false;
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot + 1 >= name.size() || name.size() - dot > 8 ||
      name.find_first_of("\"'<>|*?=") != std::string_view::npos)
    return false;
  const char first = name[dot + 1];
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
}

// Places inside runtimes and test tools, not in the tests.
bool is_of_tool(std::string_view line) {
  for (const std::string_view part : {"/lib/python3", "site-packages", "node_modules/", "node:internal", "/unittest/", "/rustc/"})
    if (line.find(part) != std::string_view::npos) return true;
  return false;
}

// "path:12: said" and "path:12:3: said", of pytest, go, gtest, compilers, Rust.
std::optional<Place> leading_place(std::string_view line) {
  line = text::trim(line);
  if (is_of_tool(line)) return std::nullopt;
  // Rust's "thread 'tests::bad' (12) panicked at src/lib.rs:11:32:"
  if (const auto at = line.find("panicked at "); at != std::string_view::npos) line.remove_prefix(at + 12);
  for (auto colon = line.find(':'); colon != std::string_view::npos; colon = line.find(':', colon + 1)) {
    const auto number = number_at(line.substr(colon + 1));
    const auto name = line.substr(0, colon);
    if (number > 0 && is_file_name(name) && name.find(' ') == std::string_view::npos) return Place{name, number};
    if (colon > 300) break;
  }
  return std::nullopt;
}

// "File "tests/a.py", line 12, in test_b"
std::optional<Place> python_frame(std::string_view line) {
  line = text::trim(line);
  if (!line.starts_with("File \"")) return std::nullopt;
  const auto end = line.find("\", line ");
  if (end == std::string_view::npos) return std::nullopt;
  const auto name = line.substr(6, end - 6);
  if (is_of_tool(name)) return std::nullopt;
  return Place{name, number_at(line.substr(end + 8))};
}

std::string_view unquoted(std::string_view text) {
  if (text.size() > 1 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front())
    return text.substr(1, text.size() - 2);
  return text;
}

// "at com.example.CalcTest.wrong(CalcTest.java:15)", "at f (/srv/a.js:3:7)", "at /srv/a.js:3:7", vitest's "❯ a.test.ts:3:7"
std::optional<Place> stack_frame(std::string_view line) {
  line = text::trim(line);
  constexpr std::string_view kPointer = "❯ ";
  if (line.starts_with("at "))
    line.remove_prefix(3);
  else if (line.starts_with("at: "))  // of TAP's YAML
    line = unquoted(line.substr(4));
  else if (line.starts_with(kPointer))
    line.remove_prefix(kPointer.size());
  else
    return std::nullopt;
  if (const auto open = line.rfind('('); open != std::string_view::npos && line.ends_with(')'))
    line = line.substr(open + 1, line.size() - open - 2);
  else if (const auto space = line.rfind(' '); space != std::string_view::npos)
    line = line.substr(space + 1);
  if (line.find("node:") != std::string_view::npos || is_of_tool(line)) return std::nullopt;
  if (line.starts_with("file://")) line.remove_prefix(7);
  const auto place = split_place(line);
  if (place.line == 0 || !is_file_name(place.file)) return std::nullopt;
  return place;
}

std::string_view base_name(std::string_view path) { return path.substr(path.find_last_of("/\\") + 1); }
std::string_view stem(std::string_view name) { return name.substr(0, name.find('.')); }

// In Java only a frame of the test's own class counts: assertions stand above it.
bool is_own(const Case& one, const Place& place) {
  const auto name = base_name(place.file);
  if (!one.file.empty()) return base_name(one.file) == name;
  for (const std::string_view suffix : {".java", ".kt", ".scala", ".groovy"})
    if (name.ends_with(suffix)) return one.classname.find(stem(name)) != std::string::npos;
  // Go's traces pass through its library.
  return !name.ends_with(".go") || name.ends_with("_test.go") || one.name == "(package)";
}

}  // namespace

Place split_place(std::string_view text) {
  Place place{text, 0};
  for (int numbers = 0; numbers < 2; ++numbers) {
    const auto colon = place.file.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == place.file.size()) break;
    const auto digits = place.file.substr(colon + 1);
    const auto number = text::to_int(digits);
    if (!number || *number < 0 || digits.front() == '-') break;
    place = {place.file.substr(0, colon), *number};
  }
  return place;
}

void locate(Case& one) {
  if (one.line != 0 || one.message.empty()) return;
  int read = 0;
  for (Lines lines(one.message); lines.next() && read < kMaxLinesRead; ++read) {
    auto place = python_frame(lines.line);
    if (!place) place = stack_frame(lines.line);
    if (!place) place = leading_place(lines.line);
    if (!place || place->line == 0 || !is_own(one, *place)) continue;
    one.line = place->line;
    if (one.file.empty()) one.file = std::string(place->file);
    return;
  }
}

}  // namespace argosy::reports
