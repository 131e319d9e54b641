#include <algorithm>
#include <array>
#include <atomic>
#include <set>

#include "common/broker/consumer.h"
#include "common/broker/kafka/client.h"
#include "common/broker/kafka/metadata_watch.h"
#include "common/broker/kafka/offset_ledger.h"
#include "common/broker/kafka/rejoin_pace.h"
#include "common/broker/kafka/statistics.h"
#include "common/broker/kafka/wake_fd.h"
#include "common/broker/lane_schedule.h"
#include "common/core/clock.h"
#include "common/core/failpoint.h"
#include "common/telemetry/log.h"

namespace argosy::broker {
namespace {

constexpr std::chrono::milliseconds kLongestWait{500};  // a lost wake-up costs this much, never a hang

// The built-in broker lets the first join wait three seconds and every later one the session's time-out less one.
constexpr std::chrono::milliseconds kLongestEmbeddedSession{4'000};
constexpr int kHeartbeatsPerSession = 3;

// So long a rebalance waits for a member that does not poll, and so long a stuck one keeps its partitions: by default five minutes. The
// loop that polls is called stuck after ten seconds, too (LoopWatch).
constexpr std::chrono::milliseconds kPollWithin{10'000};

Properties consumer_properties(const KafkaOptions& options, tasks::Queue queue) {
  const auto session = options.embedded ? std::min(options.session, kLongestEmbeddedSession) : options.session;
  return {
      {"group.id", "argosy." + std::string(tasks::to_string(queue))},
      // Eager and dynamic: cooperative-sticky of librdkafka 2.0.2 aborts the process, and claims, not partitions, carry ownership.
      {"partition.assignment.strategy", "roundrobin,range"},
      {"session.timeout.ms", std::to_string(session.count())},
      {"heartbeat.interval.ms", std::to_string(session.count() / kHeartbeatsPerSession)},
      {"max.poll.interval.ms", std::to_string(std::max(session, kPollWithin).count())},  // Kafka wants no less than the session
      {"auto.offset.reset", "earliest"},
      {"enable.auto.offset.store", "false"},
      {"enable.auto.commit", "true"},
      {"auto.commit.interval.ms", "750"},
      {"fetch.min.bytes", "1"},
      {"fetch.wait.max.ms", options.embedded ? "5" : "500"},  // the built-in broker waits its full time even when a message comes
      {"fetch.error.backoff.ms", "100"},
      // Per partition. The window of announced steps keeps it far from that; passing it makes librdkafka 2.0.2 pause for a second.
      {"queued.max.messages.kbytes", "4096"},
      {"allow.auto.create.topics", "false"},
      {"statistics.interval.ms", kStatisticsEveryMs},
  };
}

class KafkaDispatchConsumer final : public DispatchConsumer {
 public:
  explicit KafkaDispatchConsumer(tasks::Queue queue) {
    for (const auto lane : tasks::kLanes) topics_[index(lane)] = tasks::topic(queue, lane);
  }

  Result<void> open(ConfHandle conf) {
    rd_kafka_conf_set_opaque(conf.get(), this);
    rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
    rd_kafka_conf_set_offset_commit_cb(conf.get(), on_commit);
    rd_kafka_conf_set_stats_cb(conf.get(), on_statistics);
    ARGOSY_TRY(client_, make_client(RD_KAFKA_CONSUMER, std::move(conf)));
    rd_kafka_poll_set_consumer(client_.get());
    const auto watch = [this](rd_kafka_queue_t* queue) {
      const std::uint64_t one = 1;  // librdkafka copies it
      rd_kafka_queue_io_event_enable(queue, wake_.fd(), &one, sizeof one);
    };
    main_.reset(rd_kafka_queue_get_consumer(client_.get()));
    watch(main_.get());
    for (auto& lane : lanes_) {
      lane.reset(rd_kafka_queue_new(client_.get()));
      watch(lane.get());
    }
    if (const auto code = subscribe(); code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return fail_user("kafka_config", "cannot subscribe: " + error_text(code));
    watch_.emplace(client_.get(), std::vector<std::string>(topics_.begin(), topics_.end()));
    return {};
  }

  ~KafkaDispatchConsumer() override {
    if (client_ == nullptr) return;
    leave();
    watch_.reset();
    rd_kafka_assign(client_.get(), nullptr);
    // Messages that still wait in a queue hold on to their partition, and librdkafka would wait for it for ever when its topic was deleted.
    for (auto& [partition, queue] : partitions_) {
      rd_kafka_queue_forward(queue.get(), nullptr);
      empty(queue.get());
    }
    partitions_.clear();
    for (auto& lane : lanes_) {
      empty(lane.get());
      lane.reset();
    }
    main_.reset();
    rd_kafka_destroy_flags(client_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }

  void leave() override {
    if (left_) return;
    left_ = true;
    ledger_.revoked_all();
    // Leaving a group whose coordinator is gone may crash or hang librdkafka 2.0.2; the session's time-out leaves for us then.
    if (watch_ && !watch_->problem()) rd_kafka_consumer_close(client_.get());
  }

  std::vector<Message> poll(std::size_t max, std::chrono::milliseconds timeout) override {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::vector<Message> out;
    while (!left_) {
      wake_.clear();
      serve_group();
      if (rejoin_.due(system_clock().boot_time())) join_again();
      drain_lanes(max, out);
      if (!out.empty() || woken_.exchange(false)) return out;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left <= std::chrono::milliseconds(0)) return out;
      if (wake_.wait(std::min(left, kLongestWait), watched_)) woken_ = true;
    }
    return out;
  }

  void done(const Message& message) override {
    const auto next = ledger_.done({message.topic, message.partition}, message.offset);
    if (!next || ARGOSY_FAILPOINT("offsets.before_commit")) return;
    const PartitionsHandle list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), message.topic.c_str(), message.partition)->offset = *next;
    // A partition that was taken from us meanwhile refuses: its next reader starts where we committed last, and claims nothing twice.
    const auto code = rd_kafka_offsets_store(client_.get(), list.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) telemetry::log_debug("an offset was not stored", {{"reason", error_text(code)}});
  }

  void set_paused(tasks::Lane lane, bool paused) override { paused_[index(lane)] = paused; }

  std::optional<std::string> problem() const override {
    if (auto problem = watch_->problem()) return problem;
    for (const auto& topic : topics_) {
      if (watch_->partitions(topic) == 0) return "topic " + topic + " does not exist yet: the scheduler makes it";
    }
    return std::nullopt;
  }

  std::int64_t lag() const override { return lag_; }

  void watch(int fd) override { watched_ = fd; }

  void wake() override {
    woken_ = true;
    wake_.notify();
  }

 private:
  rd_kafka_resp_err_t subscribe() {
    const PartitionsHandle wanted(rd_kafka_topic_partition_list_new(static_cast<int>(topics_.size())));
    for (const auto& topic : topics_) rd_kafka_topic_partition_list_add(wanted.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    return rd_kafka_subscribe(client_.get(), wanted.get());
  }

  // Leaves first: the broker answers a member that only joins again with what it has.
  void join_again() {
    if (watch_->problem()) return rejoin_.assigned(system_clock().boot_time(), false);  // to leave needs a broker; later, then
    telemetry::log_info("joining the group again: it was given no partition of a topic", {{"topic", lacking_}});
    rd_kafka_unsubscribe(client_.get());
    if (const auto code = subscribe(); code != RD_KAFKA_RESP_ERR_NO_ERROR)
      telemetry::log_error("cannot subscribe", {{"reason", error_text(code)}});
  }

  static void empty(rd_kafka_queue_t* queue) {
    while (const MessageHandle message{rd_kafka_consume_queue(queue, 0)}) {
    }
  }

  static std::size_t index(tasks::Lane lane) { return static_cast<std::size_t>(lane); }

  // Rebalances, commits' answers and errors; also what keeps us a member in Kafka's eyes.
  void serve_group() {
    while (const MessageHandle message{rd_kafka_consumer_poll(client_.get(), 0)}) {
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        telemetry::log_debug("Kafka said", {{"reason", rd_kafka_message_errstr(message.get())}});
    }
  }

  // A paused lane is not served: librdkafka keeps its prefetched messages, bounded, and goes on at once when it is served again. Its
  // own pause throws them away, and its resume reads them twice.
  void drain_lanes(std::size_t max, std::vector<Message>& out) {
    std::array<bool, 3> available{};
    for (std::size_t lane = 0; lane < available.size(); ++lane) available[lane] = !paused_[lane];
    while (out.size() < max) {
      const auto lane = schedule_.next(available);
      if (!lane) return;
      const MessageHandle raw(rd_kafka_consume_queue(lanes_[index(*lane)].get(), 0));
      if (raw == nullptr) {
        available[index(*lane)] = false;
        schedule_.idle(*lane);
      } else if (raw->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        out.push_back(to_message(*raw));
        ledger_.taken({out.back().topic, out.back().partition}, out.back().offset);
      }
    }
  }

  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions, void* self) {
    static_cast<KafkaDispatchConsumer*>(self)->rebalance(client, code, partitions);
  }

  // Runs on the polling thread, inside rd_kafka_consumer_poll. Each partition's messages are led to its lane's queue before the
  // assignment, so that none comes through the group's queue.
  void rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t* partitions) {
    ledger_.revoked_all();
    if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      rejoin_.revoked();
      rd_kafka_assign(client, nullptr);
      return;
    }
    std::set<std::size_t> given;  // lanes
    for (int i = 0; i < partitions->cnt; ++i) {
      const auto& partition = partitions->elems[i];
      const auto topic = std::ranges::find(topics_, partition.topic);
      if (topic == topics_.end()) continue;
      const auto lane = static_cast<std::size_t>(topic - topics_.begin());
      given.insert(lane);
      QueueHandle queue(rd_kafka_queue_get_partition(client, partition.topic, partition.partition));
      if (queue == nullptr || lanes_[lane] == nullptr) continue;
      rd_kafka_queue_forward(queue.get(), lanes_[lane].get());
      partitions_.emplace_back(partition.topic, std::move(queue));
    }
    for (std::size_t lane = 0; lane < topics_.size(); ++lane)
      if (!given.contains(lane)) lacking_ = topics_[lane];
    rejoin_.assigned(system_clock().boot_time(), given.size() == topics_.size());
    rd_kafka_assign(client, partitions);
  }

  static void on_commit(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t*, void*) {
    if (code == RD_KAFKA_RESP_ERR__NO_OFFSET) return;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) telemetry::log_debug("offsets were not committed", {{"reason", error_text(code)}});
    (void)ARGOSY_FAILPOINT("offsets.after_commit");
  }

  // Runs on the polling thread.
  static int on_statistics(rd_kafka_t*, char* text, std::size_t size, void* self) {
    if (const auto read = read_statistics({text, size})) static_cast<KafkaDispatchConsumer*>(self)->lag_ = read->lag;
    return 0;  // librdkafka frees the text
  }

  std::atomic<std::int64_t> lag_ = 0;
  std::array<std::string, 3> topics_;
  std::array<bool, 3> paused_{};
  OffsetLedger ledger_;
  LaneSchedule schedule_;
  RejoinPace rejoin_;
  std::string lacking_;  // a topic of which the last assignment gave nothing
  std::atomic<bool> woken_ = false;
  bool left_ = false;
  WakeFd wake_;
  int watched_ = -1;
  ClientHandle client_;
  QueueHandle main_;
  std::array<QueueHandle, 3> lanes_;
  std::vector<std::pair<std::string, QueueHandle>> partitions_;  // all that were ever led to a lane
  std::optional<MetadataWatch> watch_;
};

}  // namespace

Result<std::unique_ptr<DispatchConsumer>> DispatchConsumer::create(const KafkaOptions& options, tasks::Queue queue) {
  ARGOSY_TRY(auto conf, make_conf(options, consumer_properties(options, queue)));
  auto consumer = std::make_unique<KafkaDispatchConsumer>(queue);
  ARGOSY_TRY_VOID(consumer->open(std::move(conf)));
  return consumer;
}

}  // namespace argosy::broker
