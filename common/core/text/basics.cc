#include "common/core/text.h"

#include <charconv>
#include <cstdint>
#include <cstring>

#include "common/core/text/utf8.h"

namespace argosy::text {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// How many bytes at the front are ASCII, in whole words: most texts are nothing else.
std::size_t ascii_words(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080ULL) != 0) break;
  }
  return at;
}

// Length of the valid UTF-8 character at the start of `text`, or 0.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) > 0x9f;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && byte(1) < 0x90;
    const bool too_large = first == 0xf4 && byte(1) > 0x8f;
    return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> found = split(text, '\n');
  if (found.back().empty()) found.pop_back();
  for (std::string_view& line : found) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  return found;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (&part != parts.data()) joined += separator;
    joined += part;
  }
  return joined;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::size_t utf8_run(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    rest.remove_prefix(ascii_words(rest));
    if (rest.empty()) break;
    const std::size_t length = character_length(rest);
    if (length == 0) break;
    rest.remove_prefix(length);
  }
  return text.size() - rest.size();
}

bool is_utf8(std::string_view text) { return utf8_run(text) == text.size(); }

std::string to_utf8(std::string_view text) {
  std::string valid;
  for (std::size_t run = utf8_run(text);; run = utf8_run(text)) {
    valid += text.substr(0, run);
    if (run == text.size()) return valid;
    valid += "\xef\xbf\xbd";
    text.remove_prefix(run + 1);
  }
}

std::string for_terminal(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are controls, too, and some terminals obey them.
    const bool c1 = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    const bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F || c1;
    out += control ? '?' : text[i];
    i += c1 ? 1 : 0;
  }
  return out;
}

std::string ellipsize(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view kDots = "…";
  if (text.size() <= max_bytes) return std::string(text);
  std::size_t end = max_bytes >= kDots.size() ? max_bytes - kDots.size() : max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  std::string cut(text.substr(0, end));
  if (max_bytes >= kDots.size()) cut += kDots;
  return cut;
}

std::string slug(std::string_view text, std::size_t max) {
  std::string made;
  for (const char c : text) {
    if (made.size() >= max) break;
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
      made.push_back(lower);
    } else if (!made.empty() && made.back() != '-') {
      made.push_back('-');
    }
  }
  while (made.ends_with('-')) made.pop_back();
  return made.empty() ? "task" : made;
}

std::optional<std::int64_t> to_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace argosy::text
