#include "common/runtime/announcer.h"

#include "common/core/failpoint.h"
#include "common/runtime/connect.h"

namespace argosy::runtime {
namespace {

constexpr auto kMessages = "argosy_kafka_messages";
constexpr auto kMessagesHelp = "Messages given to the producer, by what became of them; dropped ones did not fit its queue.";

}  // namespace

Result<std::unique_ptr<Announcer>> Announcer::create(const config::Settings& settings, Process& process) {
  ARGOSY_TRY(auto producer, broker::Producer::create(kafka_options(settings, "argosy-" + process.service())));
  return std::make_unique<Announcer>(std::move(producer), process);
}

Announcer::Announcer(std::unique_ptr<broker::Producer> producer, Process& process)
    : producer_(std::move(producer)),
      source_("/argosy/" + process.service()),
      ends_(process.metrics()),
      announced_(process.metrics().counter("argosy_announced_steps_total", "Ready steps that were told to Kafka.")),
      published_(process.metrics().counter("argosy_published_events_total", "Numbered events that were told to Kafka.")),
      sent_(process.metrics().gauge(kMessages, kMessagesHelp, {{"result", "sent"}})),
      delivered_(process.metrics().gauge(kMessages, kMessagesHelp, {{"result", "delivered"}})),
      failed_(process.metrics().gauge(kMessages, kMessagesHelp, {{"result", "failed"}})),
      dropped_(process.metrics().gauge(kMessages, kMessagesHelp, {{"result", "dropped"}})),
      bytes_out_(process.metrics().gauge("argosy_kafka_sent_bytes", "Bytes that the producer has sent since it began.")),
      waiting_(process.metrics().gauge("argosy_kafka_waiting_messages", "Messages that wait in the producer.")),
      round_trip_(process.metrics().gauge("argosy_kafka_round_trip_seconds", "Time until the slowest broker answers, on average.")),
      brokers_up_(process.metrics().gauge("argosy_kafka_brokers_up", "Brokers that the producer is connected to.")) {
  process.health().add("kafka", [producer = producer_] { return producer->problem(); });
}

void Announcer::tell(const std::vector<tasks::ReadyStep>& ready, const std::vector<tasks::Event>& events) {
  if (ready.empty() && events.empty()) return;
  ends_.count(events);
  if (hints_) hints_->send(ready);
  if (ARGOSY_FAILPOINT("produce.before")) return;
  producer_->announce(ready);
  published(ready.size(), events);
}

void Announcer::tell_finished(const std::vector<tasks::ReadyStep>& ready, const std::vector<tasks::Event>& events) {
  if (ready.empty() && events.empty()) return;
  ends_.count(events);
  if (hints_) hints_->send(ready);
  if (ARGOSY_FAILPOINT("produce.before")) return;
  producer_->announce_batched(ready);
  published(ready.size(), events);
}

void Announcer::published(std::size_t ready, const std::vector<tasks::Event>& events) {
  producer_->publish(events, source_);
  announced_.add(static_cast<double>(ready));
  published_.add(static_cast<double>(events.size()));
  (void)ARGOSY_FAILPOINT("produce.after");
}

void Announcer::tell_again(const std::vector<tasks::ReadyStep>& ready) {
  if (ready.empty() || ARGOSY_FAILPOINT("produce.before")) return;
  producer_->announce_elsewhere(ready);
  announced_.add(static_cast<double>(ready.size()));
}

void Announcer::tell_running(Job& job) {
  if (job.told.exchange(true)) return;
  const auto& step = job.step;
  const broker::Running running{step.ref.task, step.ref.ordinal, step.lease_epoch, step.attempt, step.queue};
  tell_ephemeral(broker::EventMessage(running), step.ref.task, step.traceparent);
}

void Announcer::tell_ephemeral(const broker::EventMessage& message, const TaskId& task, std::string_view traceparent) {
  producer_->publish(message, task, source_, traceparent);
}

void Announcer::bury(std::string_view key, std::string_view body, const std::map<std::string, std::string>& headers) {
  producer_->send(std::string(tasks::kPoisonTopic), key, body, headers);
}

void Announcer::report() {
  const auto counts = producer_->counts();
  sent_.set(static_cast<double>(counts.sent));
  delivered_.set(static_cast<double>(counts.delivered));
  failed_.set(static_cast<double>(counts.failed));
  dropped_.set(static_cast<double>(counts.dropped));
  bytes_out_.set(static_cast<double>(counts.bytes_out));
  waiting_.set(static_cast<double>(counts.waiting));
  round_trip_.set(static_cast<double>(counts.round_trip_us) / 1e6);
  brokers_up_.set(static_cast<double>(counts.brokers_up));
}

}  // namespace argosy::runtime
