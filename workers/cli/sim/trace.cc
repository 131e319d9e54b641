#include "workers/cli/sim/trace.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kMostArrivals = 2'000'000;
constexpr double kMostSeconds = 31 * 86'400;

std::unexpected<Error> bad(std::size_t place, std::string_view what) {
  return fail_user("bad_trace", fmt::format("the trace, entry {}: {}", place, what), "argosy help sim scale says what a trace is");
}

// As JSON spells them.
std::optional<double> number_in(std::string_view text) {
  const auto value = json::parse(text::trim(text));
  return value && value->is_number() ? std::optional(value->as_double()) : std::nullopt;
}

// Null members are those that are missing or no numbers.
struct Entry {
  std::optional<double> at{}, duration{}, count{1};
  std::string queue{};
};

class Reader {
 public:
  Result<void> add(const Entry& entry) {
    ++place_;
    const auto holds = [](const std::optional<double>& value, double most) {
      return value && std::isfinite(*value) && *value >= 0 && *value <= most;
    };
    if (!holds(entry.at, kMostSeconds)) return bad(place_, "time_s is a number of seconds, within 31 days");
    if (!holds(entry.duration, kMostSeconds)) return bad(place_, "duration_s is a number of seconds, within 31 days");
    if (!holds(entry.count, kMostArrivals) || *entry.count < 1) return bad(place_, "count is a number from 1");
    if (entry.queue.empty()) return bad(place_, "queue is missing");
    all_ += static_cast<std::size_t>(*entry.count);
    if (all_ > kMostArrivals) return bad(place_, fmt::format("more than {} arrivals", kMostArrivals));
    auto& queue = trace_[entry.queue];
    queue.insert(queue.end(), static_cast<std::size_t>(*entry.count), {*entry.at, *entry.duration});
    return {};
  }
  Result<Trace> done() {
    if (trace_.empty()) return bad(0, "there are no arrivals");
    for (auto& [queue, arrivals] : trace_)
      std::ranges::sort(arrivals, {}, [](const Arrival& one) { return std::pair(one.at, one.duration); });
    return std::move(trace_);
  }

 private:
  Trace trace_;
  std::size_t place_ = 0, all_ = 0;
};

Result<Trace> from_json(std::string_view text) {
  ARGOSY_TRY(const auto list, json::parse(text));
  if (!list.is_array()) return bad(0, "is no list");
  Reader reader;
  for (const auto& one : list.as_array()) {
    const auto number = [&](const char* name) -> std::optional<double> {
      const auto* value = one.is_object() ? one.find(name) : nullptr;
      return value != nullptr && value->is_number() ? std::optional(value->as_double()) : std::nullopt;
    };
    Entry entry{.at = number("time_s"), .duration = number("duration_s"), .queue = one.is_object() ? one.string_or("queue", "") : ""};
    if (one.is_object() && one.find("count") != nullptr) entry.count = number("count");
    ARGOSY_TRY_VOID(reader.add(entry));
  }
  return reader.done();
}

Result<Trace> from_csv(std::string_view text) {
  const auto lines = text::lines(text);
  const auto header = lines.empty() ? "" : text::trim(lines[0]);
  const bool counted = header == "time_s,queue,duration_s,count";
  if (!counted && header != "time_s,queue,duration_s") return bad(0, "the first line is time_s,queue,duration_s or that with ,count");
  Reader reader;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (text::trim(lines[i]).empty()) continue;
    const auto words = text::split(lines[i], ',');
    if (words.size() != (counted ? 4 : 3)) return bad(i, fmt::format("\"{}\" has not as many columns as the first line", lines[i]));
    Entry entry{.at = number_in(words[0]), .duration = number_in(words[2]), .queue = std::string(text::trim(words[1]))};
    if (counted) entry.count = number_in(words[3]);
    ARGOSY_TRY_VOID(reader.add(entry));
  }
  return reader.done();
}

}  // namespace

Result<Trace> trace_from(std::string_view text) {
  const auto trimmed = text::trim(text);
  return trimmed.starts_with('[') ? from_json(trimmed) : from_csv(trimmed);
}

}  // namespace argosy::cli
