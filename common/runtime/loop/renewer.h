// Keeps the process alive in the database's eyes: one renewal for all it holds, from a thread and a connection of its own, so that a
// busy or blocked slot never costs a lease. Brings back what was
// cancelled, what people have paused, and what must be handed back.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "common/runtime/loop/in_flight.h"
#include "common/runtime/loop/lease.h"
#include "common/runtime/loop/lease_keeper.h"
#include "common/runtime/loop/loop_watch.h"
#include "common/runtime/loop/metrics.h"
#include "common/store/database.h"

namespace argosy::runtime {

class Renewer {
 public:
  struct Parts {
    store::Database& db;  // with one connection, used by nobody else
    WorkerId worker;
    tasks::Queue queue;
    std::string host;
    std::size_t slots = 0;
    std::chrono::milliseconds every;
    InFlight& in_flight;
    Lease& lease;
    const LoopWatch& watch;
    WorkerMetrics& metrics;
    std::function<void(const StepRef&, std::int64_t)> hand_back;
    std::function<void()> on_round;  // housekeeping at the pace of renewals
  };
  explicit Renewer(Parts parts) : parts_(std::move(parts)), keeper_(parts_.lease, parts_.in_flight) {}
  ~Renewer() { stop(); }
  Renewer(const Renewer&) = delete;
  Renewer& operator=(const Renewer&) = delete;

  // One renewal, on the caller's thread: the first must succeed before anything is claimed.
  bool renew_once();
  void start();
  void stop();

 private:
  void loop();
  void judge();

  Parts parts_;
  LeaseKeeper keeper_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::runtime
