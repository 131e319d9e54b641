#include "common/code/tags/headers.h"

#include <algorithm>
#include <array>

namespace argosy::code {
namespace {

constexpr std::array<std::string_view, 8> kBeginnings{"namespace ", "class ",   "template",   "using ",
                                                      "public:",    "private:", "protected:", "constexpr "};

}  // namespace

Language likely_language_of_header(std::string_view text) {
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto line = text.substr(0, newline);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (std::ranges::any_of(kBeginnings, [&](std::string_view beginning) { return line.starts_with(beginning); })) return Language::cpp;
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
  return Language::c;
}

}  // namespace argosy::code
