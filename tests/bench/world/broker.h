// The broker that is measured: a real Kafka in its JVM, or the one that is built into librdkafka, in a process of its own. What cannot be
// started throws std::runtime_error. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/core/file.h"
#include "tests/support/fleet/kafka.h"
#include "tests/support/process.h"

namespace argosy::bench {

enum class BrokerKind { kafka, embedded };
std::string_view to_string(BrokerKind kind);

class Broker {
 public:
  explicit Broker(BrokerKind kind);
  BrokerKind kind() const { return kind_; }
  const std::string& address() const { return address_; }
  pid_t pid() const;

 private:
  const BrokerKind kind_;
  TempDir folder_;
  std::optional<test::OwnKafka> kafka_;
  std::optional<test::Process> embedded_;
  std::string address_;
};

}  // namespace argosy::bench
