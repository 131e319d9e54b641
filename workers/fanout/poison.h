// Keeps messages of the events topic that do not parse: in the poison topic, beside the queues' own, and in Postgres with their reason.
// Every instance reads all events, so each keeps its own copy. Any thread; never blocks its caller.
#pragma once

#include <memory>

#include "common/broker/consumer.h"
#include "common/broker/producer.h"
#include "common/runtime/work_pool.h"
#include "common/store/database.h"

namespace argosy::fanout {

inline constexpr std::size_t kMostWaitingPoison = 256;

class Poison {
 public:
  // `db` must outlive it.
  Poison(broker::KafkaOptions options, store::Database& db) : options_(std::move(options)), db_(db), pool_(1, kMostWaitingPoison) {}
  // When too much of it waits the message is only logged.
  void keep(const broker::Message& message, const Error& why);

 private:
  void bury(const broker::Message& message, const std::string& reason);

  const broker::KafkaOptions options_;
  store::Database& db_;
  std::unique_ptr<broker::Producer> producer_;  // of the pool's one thread; made with the first poison: there is hardly ever any
  runtime::WorkPool pool_;                      // last: it ends before what its jobs use
};

}  // namespace argosy::fanout
