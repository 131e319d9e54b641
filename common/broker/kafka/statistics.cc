#include "common/broker/kafka/statistics.h"

#include <algorithm>

#include "common/core/json.h"

namespace argosy::broker {
namespace {

// The members of an object's member; none where it is not there.
const json::Object& members_of(const json::Value& value, std::string_view key) {
  static const json::Object kNone;
  const auto* found = value.find(key);
  return found != nullptr && found->is_object() ? found->as_object() : kNone;
}

std::int64_t lag_of(const json::Value& topic) {
  std::int64_t sum = 0;
  for (const auto& [name, partition] : members_of(topic, "partitions"))
    sum += std::max<std::int64_t>(0, partition.int_or("consumer_lag", -1));  // -1: not known, or not ours
  return sum;
}

}  // namespace

std::optional<Statistics> read_statistics(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  Statistics out;
  out.bytes_out = parsed->int_or("tx_bytes", 0);
  out.bytes_in = parsed->int_or("rx_bytes", 0);
  out.waiting = parsed->int_or("msg_cnt", 0);
  for (const auto& [name, broker] : members_of(*parsed, "brokers")) {
    if (broker.int_or("nodeid", -1) < 0 || broker.string_or("state", "") != "UP") continue;
    ++out.brokers_up;
    if (const auto* times = broker.find("rtt")) out.round_trip_us = std::max(out.round_trip_us, times->int_or("avg", 0));
  }
  for (const auto& [name, topic] : members_of(*parsed, "topics")) out.lag += lag_of(topic);
  return out;
}

}  // namespace argosy::broker
