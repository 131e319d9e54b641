#include "common/telemetry/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/crypto.h"
#include "common/core/text.h"

namespace argosy::telemetry {
namespace {

constexpr std::size_t kTraceDigits = 32, kSpanDigits = 16, kLength = 55, kRandomDigits = 14;  // 00-<32>-<16>-<2>
constexpr std::size_t kTraceAt = 3, kSpanAt = kTraceAt + kTraceDigits + 1, kFlagsAt = kSpanAt + kSpanDigits + 1;

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// All zeros is "none" in the standard.
bool is_id(std::string_view text) { return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

std::string random_id(std::size_t digits) {
  std::string id;
  do id = text::hex(crypto::random_bytes(digits / 2));
  while (!is_id(id));
  return id;
}

}  // namespace

std::string TraceContext::to_traceparent() const { return fmt::format("00-{}-{}-{}", trace_id, span_id, sampled ? "01" : "00"); }

TraceContext TraceContext::child() const { return {.trace_id = trace_id, .span_id = random_id(kSpanDigits), .sampled = sampled}; }

TraceContext TraceContext::fresh(double share) {
  TraceContext made{.trace_id = random_id(kTraceDigits), .span_id = random_id(kSpanDigits)};
  std::uint64_t low = 0;  // the last 7 bytes: the part that the standard wants to be random
  const auto tail = text::from_hex(std::string_view(made.trace_id).substr(kTraceDigits - kRandomDigits)).value_or("");
  for (const char byte : tail) low = low << 8 | static_cast<unsigned char>(byte);
  made.sampled = static_cast<double>(low) < share * static_cast<double>(1ULL << (4 * kRandomDigits));
  return made;
}

std::optional<TraceContext> TraceContext::parse(std::string_view text) {
  // Every field but those of later versions has its place: "00-<trace id>-<span id>-01".
  if (text.size() < kLength || text[2] != '-' || text[kTraceAt + kTraceDigits] != '-' || text[kSpanAt + kSpanDigits] != '-')
    return std::nullopt;
  const auto version = text.substr(0, 2), trace = text.substr(kTraceAt, kTraceDigits), span = text.substr(kSpanAt, kSpanDigits),
             flags = text.substr(kFlagsAt, 2);
  if (!is_lower_hex(version) || version == "ff" || !is_id(trace) || !is_id(span) || !is_lower_hex(flags)) return std::nullopt;
  // Later versions may add fields; version 00 may not.
  if (text.size() > kLength && (version == "00" || text[kLength] != '-')) return std::nullopt;
  const bool sampled = (static_cast<unsigned char>(text::from_hex(flags)->front()) & 1) != 0;
  return TraceContext{.trace_id = std::string(trace), .span_id = std::string(span), .sampled = sampled};
}

}  // namespace argosy::telemetry
