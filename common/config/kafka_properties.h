// How a process proves to Kafka who it is, and Kafka to it: what ARGOSY_KAFKA_PROPERTIES holds. Read at start; the runtime hands it to the
// broker's clients. Pure, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/core/error.h"

namespace argosy::config {

// Lines of `name=value`, names as librdkafka has them: security.protocol, ssl.* and sasl.*, no others, because the engine rests on the
// rest. Blank lines and those that start with # are passed over. Error (B): kafka_properties_invalid, which names the line and not its
// value.
Result<std::map<std::string, std::string>> parse_kafka_properties(std::string_view text);

// Whether the value of a property is to stand in no log: a password, a client's secret, a key. Others are ordinary words.
bool is_secret_property(std::string_view name);

}  // namespace argosy::config
