#include "common/broker/admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

#include "common/broker/kafka/client.h"

namespace argosy::broker {
namespace {

constexpr std::chrono::milliseconds kLookAgain{20};

using Configs = std::vector<std::pair<const char*, const char*>>;

// Hints are worthless once the database announced them again; events are kept for consumers that were away for a day.
Configs configs_of(std::string_view topic) {
  if (topic == tasks::kEventsTopic)
    return {{"message.timestamp.type", "LogAppendTime"}, {"retention.ms", "86400000"}, {"segment.ms", "3600000"}};
  if (topic == tasks::kPoisonTopic) return {{"retention.ms", "604800000"}};
  return {{"message.timestamp.type", "LogAppendTime"}, {"retention.ms", "3600000"}, {"segment.ms", "600000"}};
}

int partitions_of(const Topics& topics, std::string_view topic) {
  if (topic == tasks::kEventsTopic) return topics.events_partitions;
  return topic == tasks::kPoisonTopic ? 1 : topics.partitions;
}

struct Found {
  int partitions = 0;
  bool led = false;  // each partition has a leader
};

Result<std::map<std::string, Found>> existing(rd_kafka_t* client, std::chrono::milliseconds timeout) {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 1, nullptr, &raw, static_cast<int>(timeout.count()));
  const MetadataHandle answer(raw);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail_transient("kafka_unreachable", "no Kafka broker answers: " + error_text(code), "check ARGOSY_KAFKA_BROKERS");
  }
  std::map<std::string, Found> found;
  for (int i = 0; i < answer->topic_cnt; ++i) {
    const auto& topic = answer->topics[i];
    const rd_kafka_metadata_partition_t* first = topic.partitions;
    const rd_kafka_metadata_partition_t* end = first + topic.partition_cnt;
    const bool led = std::all_of(first, end, [](const rd_kafka_metadata_partition_t& partition) { return partition.leader >= 0; });
    found[topic.topic] = {topic.partition_cnt, led};
  }
  return found;
}

struct Missing {
  std::vector<NewTopicHandle> topics;
  std::vector<NewPartitionsHandle> partitions;
};

Result<Missing> missing_of(const Topics& wanted, const std::map<std::string, Found>& found) {
  Missing missing;
  char reason[256];
  for (const auto& name : wanted.all()) {
    const int count = partitions_of(wanted, name);
    const auto there = found.find(name);
    if (there == found.end()) {
      NewTopicHandle topic(rd_kafka_NewTopic_new(name.c_str(), count, wanted.replication, reason, sizeof reason));
      if (topic == nullptr) return fail_user("topic_refused", reason, "check ARGOSY_KAFKA_PARTITIONS and ARGOSY_KAFKA_REPLICATION");
      for (const auto& [key, value] : configs_of(name)) rd_kafka_NewTopic_set_config(topic.get(), key, value);
      missing.topics.push_back(std::move(topic));
    } else if (there->second.partitions < count) {
      NewPartitionsHandle more(rd_kafka_NewPartitions_new(name.c_str(), static_cast<std::size_t>(count), reason, sizeof reason));
      if (more == nullptr) return fail_user("topic_refused", reason, "check ARGOSY_KAFKA_PARTITIONS");
      missing.partitions.push_back(std::move(more));
    }
  }
  return missing;
}

template <class Handles>
auto raw_pointers(const Handles& handles) {
  std::vector<typename Handles::value_type::pointer> raw;
  for (const auto& handle : handles) raw.push_back(handle.get());
  return raw;
}

// Another process that does the same at the same moment is no failure.
Result<void> check(const rd_kafka_topic_result_t** results, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS ||
        code == RD_KAFKA_RESP_ERR_INVALID_PARTITIONS)
      continue;
    const char* said = rd_kafka_topic_result_error_string(results[i]);
    return fail_transient(
        "topic_refused",
        fmt::format("Kafka refused topic {}: {}", rd_kafka_topic_result_name(results[i]), said != nullptr ? said : error_text(code)),
        "check the broker's log and ARGOSY_KAFKA_REPLICATION");
  }
  return {};
}

Result<void> await(rd_kafka_queue_t* queue, std::chrono::milliseconds timeout) {
  const EventHandle event(rd_kafka_queue_poll(queue, static_cast<int>(timeout.count())));
  if (event == nullptr) return fail_transient("kafka_unreachable", "Kafka did not answer an admin request in time");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail_transient("kafka_unreachable", fmt::format("Kafka refused an admin request: {}", rd_kafka_event_error_string(event.get())));
  }
  std::size_t count = 0;
  if (const auto* created = rd_kafka_event_CreateTopics_result(event.get()))
    return check(rd_kafka_CreateTopics_result_topics(created, &count), count);
  if (const auto* grown = rd_kafka_event_CreatePartitions_result(event.get())) {
    return check(rd_kafka_CreatePartitions_result_topics(grown, &count), count);
  }
  return {};
}

Result<void> create(rd_kafka_t* client, const Missing& missing, std::chrono::milliseconds timeout) {
  const QueueHandle queue(rd_kafka_queue_new(client));
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_ANY));
  char reason[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(timeout.count()), reason, sizeof reason);
  if (!missing.topics.empty()) {
    auto topics = raw_pointers(missing.topics);
    rd_kafka_CreateTopics(client, topics.data(), topics.size(), options.get(), queue.get());
    ARGOSY_TRY_VOID(await(queue.get(), timeout));
  }
  if (!missing.partitions.empty()) {
    auto partitions = raw_pointers(missing.partitions);
    rd_kafka_CreatePartitions(client, partitions.data(), partitions.size(), options.get(), queue.get());
    ARGOSY_TRY_VOID(await(queue.get(), timeout));
  }
  return {};
}

// A client that meets a topic before it has leaders looks again only after seconds: whoever makes topics waits until they can be used.
Result<void> await_leaders(rd_kafka_t* client, const Topics& wanted, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (std::chrono::steady_clock::now() < deadline) {
    ARGOSY_TRY(const auto found, existing(client, timeout));
    const auto names = wanted.all();
    const bool all = std::ranges::all_of(names, [&](const std::string& name) {
      const auto topic = found.find(name);
      return topic != found.end() && topic->second.led && topic->second.partitions >= partitions_of(wanted, name);
    });
    if (all) return {};
    std::this_thread::sleep_for(kLookAgain);
  }
  return fail_transient("kafka_unreachable", "the new topics have no leaders yet", "check that all Kafka brokers run");
}

}  // namespace

std::vector<std::string> Topics::all() const {
  std::vector<std::string> names;
  for (const auto queue : tasks::kQueues) {
    for (const auto lane : tasks::kLanes) names.push_back(tasks::topic(queue, lane));
  }
  names.emplace_back(tasks::kEventsTopic);
  names.emplace_back(tasks::kPoisonTopic);
  return names;
}

Result<void> ensure_topics(const KafkaOptions& options, const Topics& topics, std::chrono::milliseconds timeout) {
  ARGOSY_TRY(auto conf, make_conf(options, {}));
  ARGOSY_TRY(const auto client, make_client(RD_KAFKA_PRODUCER, std::move(conf)));
  ARGOSY_TRY(const auto found, existing(client.get(), timeout));
  ARGOSY_TRY(const auto missing, missing_of(topics, found));
  if (missing.topics.empty() && missing.partitions.empty()) return {};
  if (options.embedded) {
    // The built-in broker makes its topics when it starts and has no admin requests.
    return fail_transient("topic_refused", "the built-in broker lacks topics",
                          "start `argosy broker` with the same ARGOSY_KAFKA_PARTITIONS");
  }
  ARGOSY_TRY_VOID(create(client.get(), missing, timeout));
  return await_leaders(client.get(), topics, timeout);
}

}  // namespace argosy::broker
