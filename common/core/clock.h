// Time is injected: whatever decides by time takes a Clock, so that tests move it by hand. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy {

using UnixMillis = std::int64_t;  // milliseconds since 1970-01-01 UTC

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time; may jump. For names, dates and logs, never for leases.
  virtual UnixMillis unix_ms() const = 0;
  // CLOCK_BOOTTIME: never jumps, goes on while the machine sleeps. For leases and time-outs.
  virtual std::chrono::nanoseconds boot_time() const = 0;
};

// Lives as long as the program.
const Clock& system_clock();

// "2026-11-21T17:43:53.123Z" (RFC 3339).
std::string rfc3339(UnixMillis at);
// Any RFC 3339 time, with an offset or Z and any number of decimals; rounded down to milliseconds.
std::optional<UnixMillis> from_rfc3339(std::string_view text);

}  // namespace argosy
