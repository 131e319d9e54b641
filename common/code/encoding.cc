#include "common/code/encoding.h"

#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Valid UTF-8 only.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t c = size == 1 ? first : first & (0xFF >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) c = (c << 6) | (byte(at + i) & 0x3F);
  at += size;
  return c;
}

std::optional<std::string> from_utf16(std::string_view bytes, bool big) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  const auto unit = [&](std::size_t i) {
    const auto a = static_cast<unsigned char>(bytes[i]), b = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<char32_t>(big ? a << 8 | b : b << 8 | a);
  };
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (c >= 0xDC00 && c < 0xE000) return std::nullopt;
    if (c >= 0xD800 && c < 0xDC00) {
      if (i + 3 >= bytes.size()) return std::nullopt;
      const char32_t low = unit(i += 2);
      if (low < 0xDC00 || low >= 0xE000) return std::nullopt;
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, c);
  }
  return out;
}

std::string to_utf16(std::string_view text, bool big) {
  std::string out(big ? "\xFE\xFF" : "\xFF\xFE");
  const auto put = [&](char32_t unit) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    out += big ? high : low;
    out += big ? low : high;
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_character(text, at);
    if (c < 0x10000) {
      put(c);
    } else {
      put(0xD800 + ((c - 0x10000) >> 10));
      put(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

}  // namespace

std::optional<Decoded> decode(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    const bool big = bytes[0] == '\xFE';
    auto text = from_utf16(bytes.substr(2), big);
    if (!text || text->find('\0') != std::string::npos) return std::nullopt;
    return Decoded{*std::move(text), big ? Encoding::utf16_big : Encoding::utf16_little};
  }
  if (bytes.find('\0') != std::string_view::npos) return std::nullopt;
  if (bytes.starts_with(kUtf8Mark) && text::is_utf8(bytes)) return Decoded{std::string(bytes.substr(3)), Encoding::utf8_with_mark};
  if (text::is_utf8(bytes)) return Decoded{std::string(bytes), Encoding::utf8};
  Decoded out{.text = {}, .encoding = Encoding::latin1};
  for (const char c : bytes) append_utf8(out.text, static_cast<unsigned char>(c));
  return out;
}

std::optional<std::string> encode(std::string_view text, Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return std::string(text);
    case Encoding::utf8_with_mark:
      return std::string(kUtf8Mark) + std::string(text);
    case Encoding::utf16_little:
      return to_utf16(text, false);
    case Encoding::utf16_big:
      return to_utf16(text, true);
    case Encoding::latin1:
      break;
  }
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_character(text, at);
    if (c > 0xFF) return std::nullopt;
    out += static_cast<char>(c);
  }
  return out;
}

}  // namespace argosy::code
