#include <atomic>
#include <map>

#include "common/broker/consumer.h"
#include "common/broker/kafka/client.h"
#include "common/broker/kafka/metadata_watch.h"
#include "common/telemetry/log.h"

namespace argosy::broker {
namespace {

constexpr int kWatermarkTimeoutMs = 1'000;
constexpr std::chrono::milliseconds kFirstAnswer{2'000};  // how long create() waits, so that a tail begins where it was made

Properties tail_properties(const KafkaOptions& options) {
  return {
      {"group.id", "argosy.tail"},  // never joined: librdkafka wants a name before it lets us assign
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "earliest"},  // a topic that was made anew is read from its start
      {"fetch.min.bytes", "1"},
      {"fetch.wait.max.ms", options.embedded ? "5" : "500"},
      {"fetch.error.backoff.ms", "100"},
      {"queued.max.messages.kbytes", "16384"},
      {"allow.auto.create.topics", "false"},
  };
}

// The metadata thread finds out where each partition must be read from; the polling thread assigns. `wanted` passes from one to the other.
class KafkaEventTail final : public EventTail {
 public:
  explicit KafkaEventTail(ClientHandle client) : topic_(tasks::kEventsTopic), client_(std::move(client)) {
    rd_kafka_poll_set_consumer(client_.get());
    watch_.emplace(client_.get(), std::vector<std::string>{topic_},
                   [this](const MetadataWatch& watch) { return look(watch.partitions(topic_)); });
    watch_->wait_first(kFirstAnswer);
  }

  ~KafkaEventTail() override {
    watch_.reset();
    rd_kafka_destroy_flags(client_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }

  std::vector<Message> poll(std::size_t max, std::chrono::milliseconds timeout) override {
    assign_wanted();
    std::vector<Message> out;
    while (out.size() < max) {
      const MessageHandle raw(rd_kafka_consumer_poll(client_.get(), out.empty() ? static_cast<int>(timeout.count()) : 0));
      if (raw == nullptr) break;
      if (raw->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        telemetry::log_debug("Kafka said", {{"reason", rd_kafka_message_errstr(raw.get())}});
        if (out.empty()) break;  // so that an error storm is no busy loop without an end
        continue;
      }
      out.push_back(to_message(*raw));
      const std::lock_guard lock(mutex_);
      next_[raw->partition] = raw->offset + 1;
    }
    return out;
  }

  std::optional<std::string> problem() const override {
    if (auto problem = watch_->problem()) return problem;
    if (watch_->partitions(topic_) == 0) return "topic " + topic_ + " does not exist yet: the scheduler makes it";
    return std::nullopt;
  }

 private:
  // On the watch's thread. A partition seen for the first time with the others begins at its end; one that is added later, or whose end
  // lies below what we have read (the topic was made anew), begins at its start.
  bool look(int count) {
    std::map<std::int32_t, std::int64_t> known;
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      known = next_;
      first = known.empty();
    }
    std::map<std::int32_t, std::int64_t> moved;
    for (std::int32_t partition = 0; partition < count; ++partition) {
      std::int64_t low = 0, high = 0;
      const auto code = rd_kafka_query_watermark_offsets(client_.get(), topic_.c_str(), partition, &low, &high, kWatermarkTimeoutMs);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return false;  // all or none
      const auto position = known.find(partition);
      if (position == known.end()) {
        moved[partition] = first ? high : low;
      } else if (high < position->second) {
        moved[partition] = low;
      }
    }
    if (moved.empty()) return true;
    const std::lock_guard lock(mutex_);
    for (const auto& [partition, offset] : moved) next_[partition] = offset;
    dirty_ = true;
    return true;
  }

  void assign_wanted() {
    const std::lock_guard lock(mutex_);
    if (!dirty_) return;
    const PartitionsHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(next_.size())));
    for (const auto& [partition, offset] : next_) rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset = offset;
    rd_kafka_assign(client_.get(), list.get());
    dirty_ = false;
  }

  std::string topic_;
  ClientHandle client_;
  mutable std::mutex mutex_;
  std::map<std::int32_t, std::int64_t> next_;  // partition, the offset after the last message handed out
  bool dirty_ = false;
  std::optional<MetadataWatch> watch_;
};

}  // namespace

Result<std::unique_ptr<EventTail>> EventTail::create(const KafkaOptions& options) {
  ARGOSY_TRY(auto conf, make_conf(options, tail_properties(options)));
  ARGOSY_TRY(auto client, make_client(RD_KAFKA_CONSUMER, std::move(conf)));
  return std::make_unique<KafkaEventTail>(std::move(client));
}

}  // namespace argosy::broker
