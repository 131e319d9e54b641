// Consumes, hears and claims: a batch of what arrived while the previous claim was in flight becomes one set-based call. Offsets are stored
// after the claim: from then on the lease, not Kafka, is responsible. Never claims more than there are free slots. Runs a thread of its
// own.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <thread>

#include "common/broker/consumer.h"
#include "common/runtime/announcer.h"
#include "common/runtime/hint/receiver.h"
#include "common/runtime/hint/twins.h"
#include "common/runtime/loop/claim_pace.h"
#include "common/runtime/loop/hints.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/loop/lease.h"
#include "common/runtime/loop/loop_watch.h"
#include "common/runtime/loop/metrics.h"
#include "common/runtime/step/slots.h"
#include "common/store/database.h"

namespace argosy::runtime {

class Claimer {
 public:
  struct Parts {
    store::Database& db;
    WorkerId worker;
    tasks::Queue queue;
    broker::DispatchConsumer& consumer;
    HintReceiver* hints;  // null: only Kafka is heard
    Twins& twins;
    Announcer& announcer;
    InFlight& in_flight;
    Slots& slots;
    const Lease& lease;
    WorkerMetrics& metrics;
    LoopWatch::Loop& loop;
  };
  explicit Claimer(Parts parts);
  ~Claimer() { stop(); }
  Claimer(const Claimer&) = delete;
  Claimer& operator=(const Claimer&) = delete;

  // A slot became free: no need to wait for the next message. Any thread.
  void wake() { parts_.consumer.wake(); }
  // Claims nothing any more. What was read and not claimed is read again by another member.
  void stop();

 private:
  void loop();
  void round();
  // What came by datagram, as far as there is room for it now; the rest comes through Kafka, to us or to others.
  void hear(bool may_claim);
  void read(broker::Message message);
  void bury(const broker::Message& message, const Error& why);
  void claim();
  void put_off(std::vector<Hints::Wanted> batch, std::chrono::nanoseconds asked_at, const Error& why);
  void started(const std::vector<JobPtr>& jobs);
  void trace(const std::vector<JobPtr>& jobs, const std::vector<Hints::Wanted>& batch, std::int64_t began);
  // Tells of steps that have been running for a while. How long until the next one is due, at most `wait`.
  std::chrono::milliseconds tell_running(std::chrono::milliseconds wait);

  struct Young {
    std::chrono::nanoseconds tell_at;
    std::weak_ptr<Job> job;
  };
  Parts parts_;
  const bool durable_;
  Hints hints_;
  std::deque<Young> young_;  // nobody was told yet that they run; those that are over leave when their time has come
  ClaimPace pace_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::runtime
