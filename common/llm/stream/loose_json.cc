#include "common/llm/stream/loose_json.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

constexpr std::string_view kReplacement = "\\ufffd";
constexpr std::size_t kEscapeSize = 6;     // \u0000
constexpr std::size_t kSmall = 64u << 10;  // cannot hold too many values

// The code unit of an escape \uXXXX that `text` begins with.
std::optional<unsigned> code_unit(std::string_view text) {
  unsigned unit = 0;
  if (text.size() < kEscapeSize || !text.starts_with("\\u")) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + kEscapeSize, unit, 16);
  return error == std::errc{} && end == text.data() + kEscapeSize ? std::optional(unit) : std::nullopt;
}

bool is_high(unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low(unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; }

std::string with_clean_characters(std::string_view raw) {
  const std::string text = text::to_utf8(raw);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (rest.front() != '\\') {
      out += rest.front() == '\0' ? ' ' : rest.front();
      ++i;
      continue;
    }
    const auto unit = code_unit(rest);
    if (!unit) {
      out += rest.substr(0, 2);
      i += 2;
    } else if (is_high(*unit) && is_low(code_unit(rest.substr(kEscapeSize)).value_or(0))) {
      out += rest.substr(0, 2 * kEscapeSize);
      i += 2 * kEscapeSize;
    } else {
      out += *unit == 0 || is_high(*unit) || is_low(*unit) ? kReplacement : rest.substr(0, kEscapeSize);
      i += kEscapeSize;
    }
  }
  return out;
}

std::size_t count_values(std::string_view text) {
  std::size_t count = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == ',' || c == '[' || c == '{') {
      ++count;
    }
  }
  return count;
}

}  // namespace

Result<json::Value> parse_bounded(std::string_view text, std::size_t max_bytes) {
  if (text.size() > kSmall && text.size() <= max_bytes && count_values(text) > kMaxJsonValues)
    return fail_user("json_too_large", fmt::format("the JSON text has more than {} values", kMaxJsonValues));
  return json::parse(text, {.max_bytes = max_bytes});
}

Result<json::Value> parse_loosely(std::string_view text, std::size_t max_bytes) {
  auto value = parse_bounded(text, max_bytes);
  if (value || (value.error().code != "json_nul_character" && value.error().code != "json_invalid_utf8")) return value;
  return json::parse(with_clean_characters(text), {.max_bytes = 3 * max_bytes});
}

}  // namespace argosy::llm
