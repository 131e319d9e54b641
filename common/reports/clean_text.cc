#include "common/reports/clean_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "common/core/text.h"

namespace argosy::reports {
namespace {

constexpr double kLargest = 1e15;  // of what is read: sums of it stay finite, and whole numbers stay whole
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Decoded {
  std::uint32_t point = 0;
  std::size_t size = 0;  // 0: no valid sequence starts here
};

Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xF0 && first < 0xF8 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (size == 0 || first >= 0xF8 || text.size() < size) return {};
  std::uint32_t point = first & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3F);
  }
  const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
  if (overlong || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return {};
  return {point, size};
}

bool allowed(std::uint32_t point) {
  return point == '\t' || point == '\n' || point == '\r' || (point >= 0x20 && point != 0xFFFE && point != 0xFFFF);
}

// ASCII that stays as it is. Gigabytes pass here: a table, and no calls.
struct Plain {
  bool is[256] = {};
  constexpr Plain() {
    for (int c = ' '; c < 0x80; ++c) is[c] = true;
    is[static_cast<int>('\n')] = is[static_cast<int>('\t')] = is[static_cast<int>('\r')] = true;
  }
};
constexpr Plain kPlain;

// The length of a terminal control sequence at the start of `text`, or 0.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1B') return 0;
  if (text[1] != '[') return 2;
  std::size_t end = 2;
  while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
  return std::min(end + 1, text.size());
}

}  // namespace

void append_valid(std::string& out, std::string_view text) {
  while (!text.empty()) {
    // Nearly all of it is plain: taken in runs.
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* plain = begin;
    while (plain != end && kPlain.is[static_cast<unsigned char>(*plain)]) ++plain;
    out.append(begin, plain);
    text.remove_prefix(static_cast<std::size_t>(plain - begin));
    if (text.empty()) return;
    const auto [point, size] = decode(text);
    const auto taken = std::max<std::size_t>(size, 1);
    out += size != 0 && allowed(point) ? text.substr(0, taken) : kReplacement;
    text.remove_prefix(taken);
  }
}

std::string without_colours(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (const auto skip = escape_length(text.substr(i)); skip != 0) {
      i += skip;
      continue;
    }
    if (text[i] != '\r') out += text[i];
    ++i;
  }
  return out;
}

std::string clean(std::string_view text, std::size_t max) {
  // What comes after twice the bound cannot show up: no need to look at it.
  std::string valid;
  append_valid(valid, without_colours(text.substr(0, 2 * max + 16)));
  return text::ellipsize(valid, max);
}

double leading_number(std::string_view text) {
  std::string digits;
  std::size_t comma = std::string::npos;  // where the last one stood
  int commas = 0;
  for (const char c : text.substr(0, 40)) {
    if (c == ',' && !digits.empty()) {
      comma = digits.size();
      ++commas;
      continue;
    }
    const bool exponent = !digits.empty() && (c == 'e' || c == 'E' || c == '-' || c == '+');
    if ((c < '0' || c > '9') && c != '.' && !exponent) break;
    digits += c;
  }
  // "0,05" and "12,5" are how half of Europe writes it; "1,234" is a thousand.
  const bool decimal = commas == 1 && digits.find('.') == std::string::npos && comma < digits.size() &&
                       (digits.size() - comma != 3 || digits.starts_with('0'));
  if (decimal) digits.insert(comma, ".");
  return digits.empty() ? 0 : std::min(std::strtod(digits.c_str(), nullptr), kLargest);
}

bool Lines::next() {
  if (rest_.empty()) return false;
  const auto end = rest_.find('\n');
  complete = end != std::string_view::npos;
  line = rest_.substr(0, end);
  rest_.remove_prefix(complete ? end + 1 : rest_.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

}  // namespace argosy::reports
