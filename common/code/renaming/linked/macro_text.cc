#include "common/code/renaming/linked/macro_text.h"

#include <algorithm>
#include <cctype>

namespace argosy::code::linked {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// Where a literal or comment that begins at `at` ends; `at` when none begins there.
std::size_t skip_literal(std::string_view text, std::size_t at) {
  if (text[at] == '"' || text[at] == '\'') {
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != text[at] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
  }
  if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
  if (text.substr(at, 2) == "/*") {
    const auto end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  return at;
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> out;
  for (std::size_t i = 0; i < text.size();) {
    if (const auto past = skip_literal(text, i); past > i) {
      i = past;
    } else if (is_word(text[i])) {
      std::size_t end = i;
      while (end < text.size() && is_word(text[end])) ++end;
      out.push_back({text.substr(i, end - i), i, std::isdigit(static_cast<unsigned char>(text[i])) == 0});
      i = end;
    } else {
      const auto pair = text.substr(i, 2);
      const std::size_t width = pair == "##" || pair == "->" || pair == "::" || pair == "==" ? 2 : 1;
      if (!std::isspace(static_cast<unsigned char>(text[i])) && text[i] != '\\') out.push_back({text.substr(i, width), i});
      i += width;
    }
  }
  return out;
}

std::size_t end_of_directive(std::string_view text, std::size_t at) {
  for (;;) {
    const auto line = text.find('\n', at);
    if (line == std::string_view::npos) return text.size();
    std::size_t last = line;
    if (last > at && text[last - 1] == '\r') --last;
    if (last == at || text[last - 1] != '\\') return line;
    at = line + 1;
  }
}

std::string_view arguments_at(std::string_view text, std::size_t at) {
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
  if (at >= text.size() || text[at] != '(') return {};
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (const auto past = skip_literal(text, i); past > i) i = past - 1;
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return text.substr(at + 1, i - at - 1);
  }
  return text.substr(at + 1);
}

}  // namespace argosy::code::linked
