#include "common/project/text_tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "common/core/text.h"

namespace argosy::project {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.'; }

// How many brackets of a TOML value are still open; those in strings do not count.
int open_brackets(std::string_view text) {
  int open = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '{') {
      ++open;
    } else if (c == ']' || c == '}') {
      --open;
    }
  }
  return open;
}

// A '#' or ';' that begins the line, or a " #" outside of quotes.
std::string_view without_comment(std::string_view line) {
  const auto trimmed = text::trim(line);
  if (trimmed.starts_with('#') || trimmed.starts_with(';')) return {};
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote != 0) {
      if (line[i] == quote) quote = 0;
    } else if (line[i] == '"' || (line[i] == '\'' && (i == 0 || !is_word(line[i - 1])))) {
      quote = line[i];
    } else if (line[i] == '#' && i > 0 && std::isspace(static_cast<unsigned char>(line[i - 1]))) {
      return line.substr(0, i);
    }
  }
  return line;
}

std::string_view unquoted(std::string_view key) {
  if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'') && key.back() == key.front()) return key.substr(1, key.size() - 2);
  return key;
}

}  // namespace

bool mentions(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

bool names(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || (!is_word(text[at - 1]) && text[at - 1] != ':')) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

std::string shell_word(std::string_view word) { return fmt::format("'{}'", replaced(std::string(word), "'", "'\\''")); }

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
  return text;
}

std::string xml_value(std::string_view xml, std::string_view tag) {
  const auto open = fmt::format("<{}>", tag);
  const auto start = xml.find(open);
  if (start == std::string_view::npos) return {};
  const auto from = start + open.size();
  const auto end = xml.find(fmt::format("</{}>", tag), from);
  return end == std::string_view::npos ? std::string() : std::string(text::trim(xml.substr(from, end - from)));
}

std::string first_version(std::string_view text) {
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const auto* const start = std::ranges::find_if(text, is_digit);
  const auto* const end = std::find_if_not(start, text.end(), [&](char c) { return is_digit(c) || c == '.'; });
  std::string version(start, end);
  while (version.ends_with('.')) version.pop_back();
  return version;
}

std::string Section::value(std::string_view key) const {
  const auto found = std::ranges::find(values, key, &std::pair<std::string, std::string>::first);
  return found == values.end() ? std::string() : found->second;
}

Sections::Sections(std::string_view text) {
  sections_.emplace_back();
  int open = 0;
  for (const auto raw : text::lines(text)) {
    const auto line = without_comment(raw);
    const auto trimmed = text::trim(line);
    if (trimmed.empty()) continue;
    auto& values = sections_.back().values;
    const bool indented = std::isspace(static_cast<unsigned char>(line.front())) != 0;
    const auto equals = trimmed.find_first_of("=:");
    // An indented "key = value" may be either: the continuation of an INI value, or TOML that somebody indented.
    if (!values.empty() && (open > 0 || (indented && !(trimmed.find(" = ") != std::string_view::npos)))) {
      values.back().second += fmt::format("\n{}", trimmed);
      if (open > 0) open += open_brackets(trimmed);
    } else if (trimmed.starts_with('[') && trimmed.ends_with(']')) {
      sections_.push_back({std::string(text::trim(trimmed.substr(trimmed.find_first_not_of('['),
                                                                 trimmed.find_last_not_of(']') - trimmed.find_first_not_of('[') + 1))),
                           {}});
      open = 0;
    } else if (equals != std::string_view::npos) {
      const auto value = text::trim(trimmed.substr(equals + 1));
      values.emplace_back(unquoted(text::trim(trimmed.substr(0, equals))), value);
      open = trimmed[equals] == '=' ? std::max(open_brackets(value), 0) : 0;
    }
  }
}

const Section* Sections::find(std::string_view name) const {
  const auto found = std::ranges::find(sections_, name, &Section::name);
  return found == sections_.end() ? nullptr : &*found;
}

bool Sections::has_under(std::string_view name) const {
  return std::ranges::any_of(sections_, [&](const Section& section) {
    return section.name.starts_with(name) && (section.name.size() == name.size() || section.name[name.size()] == '.');
  });
}

std::string Sections::value(std::string_view section, std::string_view key) const {
  const auto* found = find(section);
  return found == nullptr ? std::string() : found->value(key);
}

std::vector<std::string> strings_of(std::string_view toml) {
  std::vector<std::string> strings;
  for (std::size_t at = toml.find_first_of("\"'"); at != std::string_view::npos; at = toml.find_first_of("\"'", at)) {
    const auto end = toml.find(toml[at], at + 1);
    if (end == std::string_view::npos) break;
    strings.emplace_back(toml.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return strings;
}

}  // namespace argosy::project
