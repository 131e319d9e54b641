// Sends to Kafka. Never blocks and never fails its caller: what does not fit the local queue is dropped and counted, because the rows in
// Postgres are the outbox. One instance a process, any thread.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/broker/event_message.h"
#include "common/core/error.h"
#include "common/tasks/step.h"

namespace argosy::broker {

struct KafkaOptions {
  std::string brokers;
  std::string client_id;
  bool embedded = false;                       // the built-in broker: fetch.wait.max.ms 2-5
  std::map<std::string, std::string> extra{};  // librdkafka properties that win over ours
  std::chrono::milliseconds session{6'000};    // a member of a group that was silent for so long gives its partitions to the others
};

class Producer {
 public:
  // Needs no broker yet: waits at most two seconds for the first answer, goes on trying behind the caller's back, see problem().
  static Result<std::unique_ptr<Producer>> create(const KafkaOptions& options);
  virtual ~Producer() = default;  // flushes for at most a second

  // Dispatches for steps that the database says are ready: grouped by (queue, lane, partition of the step's hash).
  virtual void announce(const std::vector<tasks::ReadyStep>& steps) = 0;
  // For steps that finishes made ready: those of different tasks share messages, because so many at once mean short steps, for which each
  // message costs more than a step; those of one task spread as above, because they may be long.
  virtual void announce_batched(const std::vector<tasks::ReadyStep>& steps) = 0;
  // The same, each step to a partition other than its hash's: for hints that were lost or overtaken.
  virtual void announce_elsewhere(const std::vector<tasks::ReadyStep>& steps) = 0;
  // Numbered events, grouped by partition of the task.
  virtual void publish(const std::vector<tasks::Event>& events, std::string_view source) = 0;
  // An ephemeral message of one task.
  virtual void publish(const EventMessage& ephemeral, const TaskId& task, std::string_view source, std::string_view traceparent = {}) = 0;
  // Raw bytes, for the poison topic and for tests.
  virtual bool send(const std::string& topic, std::string_view key, std::string_view body,
                    const std::map<std::string, std::string>& headers = {}) = 0;

  struct Counts {
    std::uint64_t sent = 0, delivered = 0, failed = 0, dropped = 0;              // messages
    std::int64_t bytes_out = 0, waiting = 0, round_trip_us = 0, brokers_up = 0;  // as librdkafka said a few seconds ago
  };
  virtual Counts counts() const = 0;
  virtual bool flush(std::chrono::milliseconds timeout) = 0;
  // Nothing when a broker answered lately, else what is wrong. For readiness.
  virtual std::optional<std::string> problem() const = 0;
};

}  // namespace argosy::broker
