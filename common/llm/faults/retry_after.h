// When a vendor wants to be asked again, and how much it says is left. Used by the call. Pure, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "common/core/clock.h"
#include "common/http/message.h"

namespace argosy::llm {

// retry-after-ms, then Retry-After in seconds (with decimals, too), then as a date; nothing when none of them can be read. Never negative.
std::optional<std::chrono::milliseconds> retry_after(const http::Headers& headers, UnixMillis now);

// "250ms", "1s", "6m0s", "1h2m3.5s", as OpenAI says when a limit is full again.
std::optional<std::chrono::milliseconds> parse_span(std::string_view text);

// What is left of a limit, by the headers of an answer, failed or not.
struct Allowance {
  std::optional<std::int64_t> limit, remaining;           // a minute's; left of them
  std::optional<std::chrono::milliseconds> full_again{};  // from now on
  bool operator==(const Allowance&) const = default;
};
struct Allowances {
  Allowance requests, tokens;
};
// x-ratelimit-* and anthropic-ratelimit-*.
Allowances read_allowances(const http::Headers& headers, UnixMillis now);

}  // namespace argosy::llm
