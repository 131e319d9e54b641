// Asks the cluster about our topics, at start and every few seconds, on a thread of its own: knows how many partitions each has and
// whether a broker answers. The first question also warms librdkafka, which else delays the first message to a topic by 0.7 s.
// Internal to the room; methods from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/broker/kafka/rdkafka_handles.h"

namespace argosy::broker {

class MetadataWatch {
 public:
  using OnAnswer = std::function<bool(const MetadataWatch&)>;
  // `client` outlives this. `on_answer` is called on the watch's thread after each answer that came; false: ask again soon.
  MetadataWatch(rd_kafka_t* client, std::vector<std::string> topics, OnAnswer on_answer = {});
  ~MetadataWatch();
  MetadataWatch(const MetadataWatch&) = delete;
  MetadataWatch& operator=(const MetadataWatch&) = delete;

  // 0 while unknown.
  int partitions(const std::string& topic) const;
  // Nothing when the last question was answered.
  std::optional<std::string> problem() const;
  // Waits until all topics are known, or no broker answered.
  void wait_first(std::chrono::milliseconds timeout) const;

 private:
  void loop();
  void ask();

  rd_kafka_t* client_;
  std::vector<TopicHandle> handles_;  // what makes a topic known to the client, so that one request covers all
  OnAnswer on_answer_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, int> partitions_;
  std::optional<std::string> problem_ = "Kafka has not answered yet";
  bool complete_ = false, asked_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::broker
