// Consumes one queue's dispatch topics as a member of its consumer group. Used by the worker loop from one thread; the eager assignor and
// dynamic membership (ENGINE, "Kafka"). Offsets are stored by the caller after the claim and committed by a timer.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/broker/producer.h"
#include "common/tasks/queue.h"

namespace argosy::broker {

struct Message {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string key, body;
  std::map<std::string, std::string> headers;

  std::size_t bytes() const { return key.size() + body.size(); }  // for figures
};

class DispatchConsumer {
 public:
  static Result<std::unique_ptr<DispatchConsumer>> create(const KafkaOptions& options, tasks::Queue queue);
  virtual ~DispatchConsumer() = default;  // leave()s

  // Up to `max` messages, weighted over the lanes so that background never starves; waits at most `timeout` for the first. Paused lanes
  // give none but are kept alive.
  virtual std::vector<Message> poll(std::size_t max, std::chrono::milliseconds timeout) = 0;
  // All steps of this message are claimed or known to be gone.
  virtual void done(const Message& message) = 0;
  // No free slot for this lane: stop fetching, keep polling.
  virtual void set_paused(tasks::Lane lane, bool paused) = 0;
  virtual std::optional<std::string> problem() const = 0;
  // Messages that this member has still to read, as librdkafka said a few seconds ago; any thread.
  virtual std::int64_t lag() const { return 0; }
  // From now on a poll ends as soon as this can be read; who watches reads it. Before the first poll.
  virtual void watch(int fd) = 0;
  // Wakes a poll that waits; any thread.
  virtual void wake() = 0;
  // Commits what is stored and gives the partitions to the other members; polls give nothing any more.
  virtual void leave() = 0;
};

// Reads all partitions of the events topic from its end, without a group (fan-out). One thread.
class EventTail {
 public:
  static Result<std::unique_ptr<EventTail>> create(const KafkaOptions& options);
  virtual ~EventTail() = default;
  virtual std::vector<Message> poll(std::size_t max, std::chrono::milliseconds timeout) = 0;
  virtual std::optional<std::string> problem() const = 0;
};

}  // namespace argosy::broker
