#include "common/llm/faults/retry_after.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

using std::chrono::milliseconds;

constexpr double kLongestSeconds = 366.0 * 24 * 3600;  // more is a mistake, and would overflow

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "12", "0.5": digits with at most one point, and nothing else.
std::optional<double> number(std::string_view text) {
  const auto point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point < text.size() ? text.substr(point + 1) : std::string_view();
  constexpr std::size_t kLongest = 12;
  if (whole.empty() || whole.size() > kLongest || part.size() > kLongest || !std::ranges::all_of(whole, is_digit) ||
      !std::ranges::all_of(part, is_digit))
    return std::nullopt;
  const auto fraction = part.empty() ? 0.0 : static_cast<double>(*text::to_int(part)) / std::pow(10.0, static_cast<double>(part.size()));
  return static_cast<double>(*text::to_int(whole)) + fraction;
}

milliseconds from_seconds(double seconds) {
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, kLongestSeconds) * 1000)));
}

const std::string* find(const http::Headers& headers, const std::string& name) {
  const auto found = headers.find(name);
  return found == headers.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> integer(const http::Headers& headers, const std::string& name) {
  const std::string* text = find(headers, name);
  return text == nullptr ? std::nullopt : text::to_int(*text);
}

std::optional<milliseconds> until(UnixMillis then, UnixMillis now) { return milliseconds(std::max<std::int64_t>(then - now, 0)); }

// A span, a date, or seconds: vendors differ under the same name.
std::optional<milliseconds> moment(const http::Headers& headers, const std::string& name, UnixMillis now) {
  const std::string* text = find(headers, name);
  if (text == nullptr) return std::nullopt;
  if (const auto date = from_rfc3339(*text)) return until(*date, now);
  if (const auto seconds = number(*text)) return from_seconds(*seconds);
  return parse_span(*text);
}

Allowance allowance(const http::Headers& headers, const std::string& what, UnixMillis now) {
  const std::string anthropic = "anthropic-ratelimit-" + what;
  if (find(headers, anthropic + "-remaining") != nullptr)
    return {integer(headers, anthropic + "-limit"), integer(headers, anthropic + "-remaining"), moment(headers, anthropic + "-reset", now)};
  return {integer(headers, "x-ratelimit-limit-" + what), integer(headers, "x-ratelimit-remaining-" + what),
          moment(headers, "x-ratelimit-reset-" + what, now)};
}

}  // namespace

std::optional<milliseconds> retry_after(const http::Headers& headers, UnixMillis now) {
  if (const std::string* text = find(headers, "retry-after-ms"))
    if (const auto wait = number(*text)) return from_seconds(*wait / 1000);
  const std::string* text = find(headers, "retry-after");
  if (text == nullptr) return std::nullopt;
  if (const auto seconds = number(*text)) return from_seconds(*seconds);
  const auto date = http::parse_date(*text);
  return date ? until(*date, now) : std::nullopt;
}

std::optional<milliseconds> parse_span(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double seconds = 0;
  while (!text.empty()) {
    const auto unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto amount = number(text.substr(0, unit_at));
    text.remove_prefix(unit_at);
    const auto unit_size = std::min(text.find_first_of("0123456789"), text.size());
    const std::string_view unit = text.substr(0, unit_size);
    text.remove_prefix(unit_size);
    const double factor = unit == "ms" ? 0.001 : unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : 0;
    if (!amount || factor == 0) return std::nullopt;
    seconds += *amount * factor;
  }
  return from_seconds(seconds);
}

Allowances read_allowances(const http::Headers& headers, UnixMillis now) {
  return {.requests = allowance(headers, "requests", now), .tokens = allowance(headers, "tokens", now)};
}

}  // namespace argosy::llm
