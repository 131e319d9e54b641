// Text files as UTF-8 and back, byte for byte: UTF-8 with or without byte-order mark, UTF-16 with one, Latin-1. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy::code {

enum class Encoding : std::uint8_t { utf8, utf8_with_mark, utf16_little, utf16_big, latin1 };

struct Decoded {
  std::string text;  // UTF-8 without mark
  Encoding encoding = Encoding::utf8;
};

// Nothing when the bytes are not text, or would not come back the same.
std::optional<Decoded> decode(std::string_view bytes);
// Nothing when the encoding has no such character.
std::optional<std::string> encode(std::string_view text, Encoding encoding);

}  // namespace argosy::code
