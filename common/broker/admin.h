// Topics: created at start with explicit partition counts, kept in being by the scheduler. Blocking, any thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/broker/producer.h"

namespace argosy::broker {

struct Topics {
  int partitions = 8, events_partitions = 1, replication = 1;
  std::vector<std::string> all() const;  // 15 dispatch topics, events, poison
};

// Creates what is missing and adds partitions where there are fewer; leaves the rest alone; returns when they can be used. Errors (A):
// kafka_unreachable, topic_refused.
Result<void> ensure_topics(const KafkaOptions& options, const Topics& topics, std::chrono::milliseconds timeout);

// librdkafka's built-in broker on loopback, with all topics made. Lives in a process of its own (`argosy broker`). It picks its own port,
// there is no way to ask for one: whoever starts the process learns the address from its output and hands it to the others; a broker
// that died comes back under another address, so that its clients are started again with it. It keeps about 5 MB a partition.
class EmbeddedBroker {
 public:
  static Result<std::unique_ptr<EmbeddedBroker>> start(const Topics& topics);
  virtual ~EmbeddedBroker() = default;      // stops it
  virtual std::string brokers() const = 0;  // "127.0.0.1:40123"
};

}  // namespace argosy::broker
