#include "common/broker/producer.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <tuple>

#include "common/broker/admin.h"
#include "common/broker/kafka/client.h"
#include "common/broker/kafka/metadata_watch.h"
#include "common/broker/kafka/partitioning.h"
#include "common/broker/kafka/send_trace.h"
#include "common/broker/kafka/statistics.h"
#include "common/core/thread_name.h"
#include "common/telemetry/log.h"

namespace argosy::broker {
namespace {

constexpr int kReportPollMs = 100;  // how long the reports' thread sleeps in librdkafka; bounds a stop
constexpr int kReportsPerPoll = 1'000;
constexpr std::chrono::milliseconds kFlushAtEnd{1'000};  // the rows are the outbox: waiting longer gains nothing
constexpr std::chrono::milliseconds kWarmUp{2'000};      // how long create() waits for the first metadata

Properties producer_properties() {
  return {
      {"linger.ms", "0"},
      {"statistics.interval.ms", kStatisticsEveryMs},
      {"acks", "1"},
      {"message.timeout.ms", "5000"},
      {"enable.idempotence", "false"},  // a repeated hint is harmless, a fatal producer is not
      // What librdkafka does not hold any more and did not report has arrived: no thread is woken to hear that.
      {"delivery.report.only.error", "true"},
      {"queue.buffering.max.messages", "100000"},
      {"queue.buffering.max.kbytes", "65536"},
  };
}

class KafkaProducer final : public Producer {
 public:
  explicit KafkaProducer(ClientHandle client)
      : client_(std::move(client)), watch_(client_.get(), Topics{}.all()), reports_([this] { drain_reports(); }) {
    watch_.wait_first(kWarmUp);
  }

  ~KafkaProducer() override {
    flush(kFlushAtEnd);
    stopping_ = true;
    reports_.join();
  }

  void announce(const std::vector<tasks::ReadyStep>& steps) override {
    dispatch(steps, [](const tasks::ReadyStep& step, int partitions) { return partition_of(step.ref, partitions); });
  }

  void announce_batched(const std::vector<tasks::ReadyStep>& steps) override {
    if (steps.empty()) return;
    const StepRef first = steps.front().ref;  // a different one in each call: so calls spread
    std::map<std::tuple<TaskId, tasks::Queue, tasks::Lane>, std::int16_t> siblings;
    dispatch(steps, [&](const tasks::ReadyStep& step, int partitions) {
      const auto rank = siblings[{step.ref.task, step.queue, step.lane}]++;
      return partition_of({first.task, static_cast<std::int16_t>(first.ordinal + rank)}, partitions);
    });
  }

  void announce_elsewhere(const std::vector<tasks::ReadyStep>& steps) override {
    dispatch(steps, [this](const tasks::ReadyStep& step, int partitions) {
      return other_partition(partition_of(step.ref, partitions), partitions, turn_.fetch_add(1, std::memory_order_relaxed));
    });
  }

  void publish(const std::vector<tasks::Event>& events, std::string_view source) override {
    const std::string topic(tasks::kEventsTopic);
    const int partitions = watch_.partitions(topic);
    // Without a partition the key decides later, so then one task's events go alone.
    std::map<std::pair<std::int32_t, TaskId>, std::vector<const tasks::Event*>> groups;
    for (const auto& event : events) {
      const auto partition = partition_of(event.task, partitions);
      groups[{partition, partition == kAnyPartition ? event.task : TaskId{}}].push_back(&event);
    }
    for (const auto& [where, group] : groups) {
      for (const auto& batch : cut(group)) {
        const auto& first = *batch.front();
        const auto message = encode(batch, source, first.traceparent);
        produce(topic, where.first, first.task.to_string(), message.body, message.headers);
      }
    }
  }

  void publish(const EventMessage& ephemeral, const TaskId& task, std::string_view source, std::string_view traceparent) override {
    const std::string topic(tasks::kEventsTopic);
    const auto message = encode(ephemeral, source, traceparent);
    produce(topic, partition_of(task, watch_.partitions(topic)), task.to_string(), message.body, message.headers);
  }

  bool send(const std::string& topic, std::string_view key, std::string_view body,
            const std::map<std::string, std::string>& headers) override {
    return produce(topic, kAnyPartition, key, body, headers);
  }

  Counts counts() const override {
    // Asked in this order, so that what moves on meanwhile counts as under way. The list of librdkafka holds a message until its report
    // was read, and its few other reports, too.
    const std::uint64_t sent = sent_;
    const auto under_way = static_cast<std::uint64_t>(std::max(0, rd_kafka_outq_len(client_.get())));
    const std::uint64_t failed = failed_;
    const std::lock_guard lock(statistics_mutex_);
    return {.sent = sent,
            .delivered = sent - std::min(sent, failed + under_way),
            .failed = failed,
            .dropped = dropped_,
            .bytes_out = statistics_.bytes_out,
            .waiting = statistics_.waiting,
            .round_trip_us = statistics_.round_trip_us,
            .brokers_up = statistics_.brokers_up};
  }

  bool flush(std::chrono::milliseconds timeout) override {
    return rd_kafka_flush(client_.get(), static_cast<int>(timeout.count())) == RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  std::optional<std::string> problem() const override { return watch_.problem(); }

 private:
  template <class PartitionOf>
  void dispatch(const std::vector<tasks::ReadyStep>& steps, PartitionOf partition_of_step) {
    struct Target {  // a topic, looked up once for all of its steps
      std::string topic;
      int partitions = 0;
      std::map<std::int32_t, std::vector<const tasks::ReadyStep*>> groups{};
    };
    std::map<std::pair<tasks::Queue, tasks::Lane>, Target> targets;
    for (const auto& step : steps) {
      auto& target = targets[{step.queue, step.lane}];
      if (target.topic.empty()) {
        target.topic = tasks::topic(step.queue, step.lane);
        target.partitions = watch_.partitions(target.topic);
      }
      target.groups[partition_of_step(step, target.partitions)].push_back(&step);
    }
    for (const auto& [lane, target] : targets)
      for (const auto& [partition, group] : target.groups) dispatch(target.topic, partition, group);
  }

  void dispatch(const std::string& topic, std::int32_t partition, const std::vector<const tasks::ReadyStep*>& steps) {
    std::size_t told = 0;
    for (auto& message : cut(steps)) {
      SendTrace trace({steps.data() + told, message.steps.size()});
      told += message.steps.size();
      if (!trace.traceparent().empty()) message.traceparent = trace.traceparent();
      trace.sent(topic, partition, produce(topic, partition, {}, encode(message), {}));
    }
  }

  bool produce(const std::string& topic, std::int32_t partition, std::string_view key, std::string_view body,
               const std::map<std::string, std::string>& headers) {
    HeadersHandle list(headers.empty() ? nullptr : rd_kafka_headers_new(headers.size()));
    for (const auto& [name, value] : headers) {
      rd_kafka_header_add(list.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(), static_cast<ssize_t>(value.size()));
    }
    // Without RD_KAFKA_MSG_F_BLOCK a full queue is an answer, not a wait. librdkafka takes the headers only when it takes the message.
    const auto code =
        rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
                          RD_KAFKA_V_VALUE(const_cast<char*>(body.data()), body.size()), RD_KAFKA_V_HEADERS(list.get()), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++dropped_;
      telemetry::log_debug("a Kafka message was dropped", {{"topic", topic}, {"reason", error_text(code)}});
      return false;
    }
    (void)list.release();
    ++sent_;
    return true;
  }

  void drain_reports() {
    name_this_thread("kafka-reports");
    const QueueHandle queue(rd_kafka_queue_get_main(client_.get()));
    while (!stopping_) {
      const EventHandle event(rd_kafka_queue_poll(queue.get(), kReportPollMs));
      if (event == nullptr) continue;
      if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_DR) count(event.get());
      if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_STATS) note(rd_kafka_event_stats(event.get()));
    }
  }

  void note(std::string_view text) {
    const auto read = read_statistics(text);
    if (!read) return;
    const std::lock_guard lock(statistics_mutex_);
    statistics_ = *read;
  }

  void count(rd_kafka_event_t* event) {
    const rd_kafka_message_t* messages[kReportsPerPoll];
    for (std::size_t n; (n = rd_kafka_event_message_array(event, messages, kReportsPerPoll)) > 0;) {
      for (std::size_t i = 0; i < n; ++i) {
        ++failed_;
        telemetry::log_debug("a Kafka message was not delivered",
                             {{"topic", rd_kafka_topic_name(messages[i]->rkt)}, {"reason", error_text(messages[i]->err)}});
      }
    }
  }

  ClientHandle client_;
  std::atomic<std::uint64_t> sent_ = 0, failed_ = 0, dropped_ = 0, turn_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex statistics_mutex_;
  Statistics statistics_;
  MetadataWatch watch_;
  std::thread reports_;
};

}  // namespace

Result<std::unique_ptr<Producer>> Producer::create(const KafkaOptions& options) {
  ARGOSY_TRY(auto conf, make_conf(options, producer_properties()));
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS);
  ARGOSY_TRY(auto client, make_client(RD_KAFKA_PRODUCER, std::move(conf)));
  return std::make_unique<KafkaProducer>(std::move(client));
}

}  // namespace argosy::broker
