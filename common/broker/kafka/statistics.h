// What librdkafka says of itself every few seconds (its statistics, a JSON text), as the few figures that operators look at. Internal to
// the room; pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace argosy::broker {

inline constexpr auto kStatisticsEveryMs = "5000";

struct Statistics {
  std::int64_t bytes_out = 0, bytes_in = 0;  // since the client began
  std::int64_t waiting = 0;                  // messages that wait in the client
  std::int64_t lag = 0;                      // messages behind the end, of all partitions that this client reads
  std::int64_t round_trip_us = 0;            // of the slowest broker, on average
  std::int64_t brokers_up = 0;               // connections that stand, to brokers that have told their id
};

// Nothing when the text is not what librdkafka writes.
std::optional<Statistics> read_statistics(std::string_view text);

}  // namespace argosy::broker
