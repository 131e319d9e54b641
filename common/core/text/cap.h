// How much may be used of something, as people write it: a number, of which 0 is nothing at all, or "none" for no cap. The same words in
// the configuration and on the command line. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/text/usd.h"

namespace argosy {

inline constexpr std::string_view kNoCap = "none";
inline constexpr std::int64_t kMostTokens = 1'000'000'000'000;  // of one cap: more is a slip of the pen

struct Cap {
  std::optional<std::int64_t> most{};  // nothing: any amount
  bool operator==(const Cap&) const = default;
};

// US dollars, as parse_usd() has them, in NanoUsd. Nothing for what is neither an amount nor kNoCap.
std::optional<Cap> parse_usd_cap(std::string_view text);
// Whole tokens up to kMostTokens, likewise.
std::optional<Cap> parse_token_cap(std::string_view text);

}  // namespace argosy
