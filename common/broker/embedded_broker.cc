#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <future>
#include <utility>
#include <vector>

#include "common/broker/admin.h"
#include "common/broker/kafka/client.h"

namespace argosy::broker {
namespace {

using ClusterHandle = std::unique_ptr<rd_kafka_mock_cluster_t, Destroy<rd_kafka_mock_cluster_destroy>>;

class MockBroker final : public EmbeddedBroker {
 public:
  MockBroker(ClientHandle client, ClusterHandle cluster) : client_(std::move(client)), cluster_(std::move(cluster)) {}

  std::string brokers() const override { return rd_kafka_mock_cluster_bootstraps(cluster_.get()); }

 private:
  ClientHandle client_;  // librdkafka wants one for its book-keeping
  ClusterHandle cluster_;
};

}  // namespace

Result<std::unique_ptr<EmbeddedBroker>> EmbeddedBroker::start(const Topics& topics) {
  ARGOSY_TRY(auto conf, make_conf(KafkaOptions{.brokers = "", .client_id = "argosy-broker"}, {}));
  ARGOSY_TRY(auto client, make_client(RD_KAFKA_PRODUCER, std::move(conf)));
  ClusterHandle cluster(rd_kafka_mock_cluster_new(client.get(), 1));
  if (cluster == nullptr)
    return fail_user("broker_start", "the built-in broker could not listen on 127.0.0.1", "check the number of open files");
  // Its thread misses about every second wake-up and then sleeps out its second (librdkafka 2.0.2): one topic after the other would take
  // many seconds, all at once are found together.
  std::vector<std::pair<std::string, std::future<rd_kafka_resp_err_t>>> made;
  for (const auto& name : topics.all()) {
    const bool events = name == tasks::kEventsTopic, poison = name == tasks::kPoisonTopic;
    const int partitions = events ? topics.events_partitions : poison ? 1 : topics.partitions;
    made.emplace_back(name, std::async(std::launch::async, [&cluster, name, partitions] {
                        return rd_kafka_mock_topic_create(cluster.get(), name.c_str(), partitions, 1);
                      }));
  }
  for (auto& [name, code] : made) {
    if (const auto failed = code.get(); failed != RD_KAFKA_RESP_ERR_NO_ERROR)
      return fail_user("topic_refused", "the built-in broker refused " + name + ": " + error_text(failed));
  }
  return std::make_unique<MockBroker>(std::move(client), std::move(cluster));
}

}  // namespace argosy::broker
