#include "common/broker/kafka/metadata_watch.h"

#include "common/broker/kafka/client.h"
#include "common/core/thread_name.h"

namespace argosy::broker {
namespace {

constexpr std::chrono::milliseconds kEvery{5'000};        // as topic.metadata.refresh.interval.ms
constexpr std::chrono::milliseconds kEveryWhenAway{250};  // so that a broker that comes back, or a topic that is made, is noticed at once
constexpr int kAnswerTimeoutMs = 1'000;                   // also bounds how long a stop waits

}  // namespace

MetadataWatch::MetadataWatch(rd_kafka_t* client, std::vector<std::string> topics, OnAnswer on_answer)
    : client_(client), on_answer_(std::move(on_answer)) {
  for (const auto& topic : topics) handles_.emplace_back(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  thread_ = std::thread([this] { loop(); });
}

MetadataWatch::~MetadataWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

int MetadataWatch::partitions(const std::string& topic) const {
  const std::lock_guard lock(mutex_);
  const auto found = partitions_.find(topic);
  return found == partitions_.end() ? 0 : found->second;
}

std::optional<std::string> MetadataWatch::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void MetadataWatch::wait_first(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [this] { return complete_ || (asked_ && problem_) || stopping_; });
}

void MetadataWatch::loop() {
  name_this_thread("kafka-topics");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    ask();
    lock.lock();
    asked_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, complete_ ? kEvery : kEveryWhenAway, [this] { return stopping_; });
  }
}

void MetadataWatch::ask() {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client_, 0, nullptr, &raw, kAnswerTimeoutMs);
  const MetadataHandle answer(raw);
  {
    const std::lock_guard lock(mutex_);
    complete_ = false;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      problem_ = "no Kafka broker answers (" + error_text(code) + "): check ARGOSY_KAFKA_BROKERS";
      return;
    }
    problem_.reset();
    std::size_t known = 0;
    for (int i = 0; i < answer->topic_cnt; ++i) {
      const auto& topic = answer->topics[i];
      // A topic that was deleted keeps its last count: it will be made again, most likely with the same one.
      if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR || topic.partition_cnt == 0) continue;
      partitions_[topic.topic] = topic.partition_cnt;
      ++known;
    }
    complete_ = known >= handles_.size();
  }
  if (!on_answer_ || on_answer_(*this)) return;
  const std::lock_guard lock(mutex_);
  complete_ = false;
}

}  // namespace argosy::broker
