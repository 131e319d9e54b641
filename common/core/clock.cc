#include "common/core/clock.h"

#include <fmt/format.h>
#include <time.h>

#include <charconv>

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

// The digits at `from`, or nothing when one of them is none.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  if (from + count > text.size()) return std::nullopt;
  int value = 0;
  const char* const end = text.data() + from + count;
  const auto [stop, error] = std::from_chars(text.data() + from, end, value);
  if (error != std::errc{} || stop != end || text[from] == '-') return std::nullopt;
  return value;
}

// "Z" or "+02:00", as minutes.
std::optional<int> offset_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const auto hours = digits(text, 1, 2), minutes = digits(text, 4, 2);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !hours || !minutes) return std::nullopt;
  if (*hours > 23 || *minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

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

std::optional<UnixMillis> from_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto year_ = digits(text, 0, 4), month_ = digits(text, 5, 2), day_ = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year_ || !month_ || !day_ || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') return std::nullopt;
  const year_month_day date{year{*year_}, month{static_cast<unsigned>(*month_)}, day{static_cast<unsigned>(*day_)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::size_t at = 19;
  int millis = 0;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
    if (end == at + 1) return std::nullopt;
    for (std::size_t i = 0; i < 3; ++i) millis = millis * 10 + (at + 1 + i < end ? text[at + 1 + i] - '0' : 0);
    at = end;
  }
  const auto offset = offset_minutes(text.substr(at));
  if (!offset) return std::nullopt;
  const auto since = sys_days{date} + hours{*hour} + minutes{*minute - *offset} + seconds{*second} + milliseconds{millis};
  return duration_cast<milliseconds>(since.time_since_epoch()).count();
}

}  // namespace argosy
