#include "common/core/text/cap.h"

#include "common/core/text.h"

namespace argosy {

std::optional<Cap> parse_usd_cap(std::string_view text) {
  if (text == kNoCap) return Cap{};
  const auto amount = parse_usd(text);
  return amount ? std::optional(Cap{amount}) : std::nullopt;
}

std::optional<Cap> parse_token_cap(std::string_view text) {
  if (text == kNoCap) return Cap{};
  const auto tokens = text::to_int(text);
  return tokens && *tokens >= 0 && *tokens <= kMostTokens ? std::optional(Cap{tokens}) : std::nullopt;
}

}  // namespace argosy
