#include "common/agent/stuck/gist.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::agent {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool word(char c) { return digit(c) || letter(c) || c == '_'; }
std::size_t digits(std::string_view text) { return static_cast<std::size_t>(std::ranges::find_if_not(text, digit) - text.begin()); }

}  // namespace

std::string lasting_arguments(std::string_view arguments) {
  std::string out;
  for (std::size_t at = 0; at < arguments.size();) {
    const auto rest = arguments.substr(at);
    out += arguments[at++];
    if (!rest.starts_with("kill ") || (at > 1 && word(arguments[at - 2]))) continue;
    for (; at < arguments.size() && (word(arguments[at]) || arguments[at] == '-' || arguments[at] == ' ');) {
      const auto number = digits(arguments.substr(at));
      const bool process = number > 0 && out.back() == ' ';
      out += process ? "#pid" : arguments.substr(at, std::max<std::size_t>(number, 1));
      at += std::max<std::size_t>(number, 1);
    }
  }
  return out;
}

std::string gist(std::string_view message) {
  std::string out;
  for (const char c : text::lower(message)) {
    if (digit(c)) {
      if (!out.ends_with('#')) out += '#';
    } else if (letter(c) || static_cast<unsigned char>(c) >= 0x80) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return std::string(text::trim(out));
}

}  // namespace argosy::agent
