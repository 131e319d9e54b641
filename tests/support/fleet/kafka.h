// A real Kafka of a test's own, to be stopped, killed and started again with the same data on the same port. What cannot be started
// throws std::runtime_error. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/core/file.h"
#include "tests/support/process.h"

namespace argosy::test {

class OwnKafka {
 public:
  OwnKafka();  // starts it; the jars are those of ARGOSY_TEST_KAFKA_HOME
  void start();
  void stop();   // as an operator would
  void kill9();  // as a power cut would
  bool runs() const { return process_.has_value(); }
  int delete_all_topics();  // those of Argosy; how many there were
  std::string brokers() const;
  pid_t pid() const;        // of the broker itself, while it runs
  std::string log() const;  // what the broker has said since its last start

 private:
  TempDir folder_;
  std::uint16_t port_;
  std::optional<Process> process_;
};

}  // namespace argosy::test
