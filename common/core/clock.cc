#include "common/core/clock.h"

#include <fmt/format.h>
#include <time.h>

namespace argosy {
namespace {

class SystemClock : public Clock {
 public:
  UnixMillis unix_ms() const override {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<UnixMillis>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
  }
  std::chrono::nanoseconds boot_time() const override {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string rfc3339(UnixMillis at) {
  // Rounded down, so that the milliseconds stay positive before 1970 too.
  const std::int64_t millis = ((at % 1000) + 1000) % 1000;
  const time_t seconds = (at - millis) / 1000;
  tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                     utc.tm_sec, millis);
}

}  // namespace argosy
