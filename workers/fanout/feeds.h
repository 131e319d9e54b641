// The two threads that feed the hub: the tail of Kafka's events, and the repair that asks Postgres for what Kafka did not bring. Each
// outlives a broker or a database that is away.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "common/broker/consumer.h"
#include "common/store/database.h"
#include "common/telemetry/metrics.h"
#include "workers/fanout/hub.h"

namespace argosy::fanout {

class TailFeed {
 public:
  // `poison` gets what does not parse; a type that a newer version sends is passed over.
  using Unreadable = std::function<void(const broker::Message&, const Error&)>;
  TailFeed(Hub& hub, broker::KafkaOptions options, telemetry::Metrics& metrics, Unreadable poison);
  ~TailFeed();  // stops
  // Nothing while the broker answers, else what is wrong.
  std::optional<std::string> problem() const;

 private:
  void run();
  void take(const broker::Message& message);
  void set_problem(std::optional<std::string> problem);
  bool pause();  // false: stop

  Hub& hub_;
  const broker::KafkaOptions options_;
  const Unreadable poison_;
  telemetry::Counter &events_, &bytes_, &unreadable_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::optional<std::string> problem_ = "not connected to Kafka yet";
  std::thread thread_;
};

class RepairFeed {
 public:
  RepairFeed(Hub& hub, store::Database& db);
  ~RepairFeed();  // stops

 private:
  void run();
  bool repair(const Hub::Work& work);

  Hub& hub_;
  store::Database& db_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::fanout
