// What every librdkafka client of the product shares: its configuration, its logs, and the reading of a message. Internal to the room.
#pragma once

#include <map>
#include <string>

#include "common/broker/consumer.h"
#include "common/broker/kafka/rdkafka_handles.h"
#include "common/broker/producer.h"

namespace argosy::broker {

using Properties = std::map<std::string, std::string>;

// A configuration with what all clients share, then `role`, then options.extra. Errors (B): kafka_config, with librdkafka's sentence.
Result<ConfHandle> make_conf(const KafkaOptions& options, const Properties& role);
// Opens no connection yet, so that an unreachable broker is no error here. Errors (B): kafka_config.
Result<ClientHandle> make_client(rd_kafka_type_t type, ConfHandle conf);

// A copy of what librdkafka handed out.
Message to_message(const rd_kafka_message_t& raw);

// "Local: Broker transport failure", for people.
std::string error_text(rd_kafka_resp_err_t code);

}  // namespace argosy::broker
