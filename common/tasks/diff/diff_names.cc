#include "common/tasks/diff/diff_names.h"

namespace argosy::tasks {

std::optional<std::string> unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name.push_back(text[i]);
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    constexpr std::string_view kLetters = "abtnvfr\"\\", kMeanings = "\a\b\t\n\v\f\r\"\\";
    if (const std::size_t at = kLetters.find(text[i]); at != std::string_view::npos) {
      name.push_back(kMeanings[at]);
    } else if (i + 2 < text.size() && text[i] >= '0' && text[i] <= '3') {
      name.push_back(static_cast<char>((text[i] - '0') * 64 + (text[i + 1] - '0') * 8 + (text[i + 2] - '0')));
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return name;
}

std::optional<std::string> side_name(std::string_view text, std::string_view prefix) {
  // Behind a name with a space git puts a tab, behind a quoted one too; other tools a tab and a date.
  text = text.substr(0, text.starts_with('"') ? text.rfind('"') + 1 : text.find('\t'));
  auto name = unquoted(text);
  if (!name || *name == "/dev/null") return name;
  if (!name->starts_with(prefix)) return std::nullopt;
  return name->substr(prefix.size());
}

}  // namespace argosy::tasks
