// Money: whole numbers of 10^-9 US dollars, since a token may cost less than a millionth, and their decimal text. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy {

using NanoUsd = std::int64_t;
inline constexpr NanoUsd kUsd = 1'000'000'000;
inline constexpr NanoUsd kMostUsd = 1'000'000 * kUsd;  // of one price, cap or call: more is a slip of the pen

// Exactly what is written: digits, at most nine of them behind a point. Nothing for anything else, and above kMostUsd.
std::optional<NanoUsd> parse_usd(std::string_view text);
// "0.15", "5", "0.000000075"
std::string usd_text(NanoUsd amount);

}  // namespace argosy
