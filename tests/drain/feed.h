// Keeps so many tasks of one step each unfinished in the fleet: what ends is replaced, straight through the store, as ingest does it after
// it has read a request. Errors of the database end the drill (std::runtime_error from the calls). A thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/broker/producer.h"
#include "common/store/database.h"
#include "tests/chaos/matrix/gate.h"
#include "tests/chaos/matrix/ledger/evidence.h"

namespace argosy::drain {

class Feed {
 public:
  Feed(const std::string& postgres_url, const std::string& kafka_brokers);
  ~Feed() { stop(); }
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // How many are to be unfinished at a time.
  void level(std::size_t tasks) { level_ = tasks; }
  // How many have ended. Throws what the thread met.
  std::size_t ended() const;
  // No more tasks; what stands goes on.
  void stop();
  // All that were accepted, after stop().
  std::vector<chaos::Request> requests() const;

 private:
  void loop();
  Result<void> submit(std::size_t count);

  store::Database db_;
  std::unique_ptr<broker::Producer> producer_;
  const std::string url_;
  std::atomic<std::size_t> level_ = 0, ended_ = 0;
  mutable std::mutex mutex_;
  std::string trouble_;
  std::vector<chaos::Request> requests_;
  chaos::Gate stopping_;
  std::thread thread_;
};

}  // namespace argosy::drain
