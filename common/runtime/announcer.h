// Tells the others what a commit made true: dispatches for steps that became ready, events for those who watch. Owns the process's
// producer and its readiness check "kafka". Never blocks and never fails: what is lost here stands in Postgres, and the scheduler
// announces it again. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/broker/producer.h"
#include "common/config/settings.h"
#include "common/runtime/hint/sender.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/metrics/task_ends.h"
#include "common/runtime/process.h"

namespace argosy::runtime {

class Announcer {
 public:
  // Errors (B): kafka_config. An unreachable broker is no error here: readiness tells.
  static Result<std::unique_ptr<Announcer>> create(const config::Settings& settings, Process& process);
  Announcer(std::unique_ptr<broker::Producer> producer, Process& process);

  // From now on ready steps are told by datagram, too. Before other threads tell anything.
  void hint_with(std::unique_ptr<HintSender> hints) { hints_ = std::move(hints); }

  // After a commit: the dispatches first, they are what somebody waits for.
  void tell(const std::vector<tasks::ReadyStep>& ready, const std::vector<tasks::Event>& events);
  // The same after a finish, whose ready steps may share messages.
  void tell_finished(const std::vector<tasks::ReadyStep>& ready, const std::vector<tasks::Event>& events);
  // Hints that were lost or overtaken, each to another partition than before.
  void tell_again(const std::vector<tasks::ReadyStep>& ready);
  // Once a job: that its step runs. Before anything else of it is told.
  void tell_running(Job& job);
  // A log chunk: no row stands behind it.
  void tell_ephemeral(const broker::EventMessage& message, const TaskId& task, std::string_view traceparent);
  // A message that nobody could read, to the poison topic.
  void bury(std::string_view key, std::string_view body, const std::map<std::string, std::string>& headers);

  broker::Producer& producer() { return *producer_; }
  // Brings the metrics up to date with the producer's counts. Called now and then by a loop that the process has anyway.
  void report();

 private:
  void published(std::size_t ready, const std::vector<tasks::Event>& events);

  std::shared_ptr<broker::Producer> producer_;  // the readiness check holds it too, it may be asked after we are gone
  std::unique_ptr<HintSender> hints_;           // nothing: only Kafka is told
  std::string source_;                          // CloudEvents: "/argosy/planning"
  TaskEnds ends_;
  telemetry::Counter &announced_, &published_;
  telemetry::Gauge &sent_, &delivered_, &failed_, &dropped_, &bytes_out_, &waiting_, &round_trip_, &brokers_up_;
};

}  // namespace argosy::runtime
