#include "workers/fanout/feeds.h"

#include <algorithm>

#include "common/store/queries.h"
#include "common/telemetry/log.h"

namespace argosy::fanout {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kPollMessages = 256;
constexpr milliseconds kPollWait{200};
constexpr milliseconds kPauseAfterFailure{500};  // before a broker or a database that is away is tried again
constexpr std::size_t kRangesARead = 256;
constexpr std::size_t kEventsARead = 2048;  // over all its ranges: bounds what one read holds in memory
constexpr std::size_t kLeastARange = 8;

}  // namespace

TailFeed::TailFeed(Hub& hub, broker::KafkaOptions options, telemetry::Metrics& metrics, Unreadable poison)
    : hub_(hub),
      options_(std::move(options)),
      poison_(std::move(poison)),
      events_(metrics.counter("argosy_fanout_messages_total", "Messages read from the events topic.")),
      bytes_(metrics.counter("argosy_fanout_bytes_total", "Bytes of the messages that were read from the events topic: keys and bodies.")),
      unreadable_(metrics.counter("argosy_fanout_unreadable_total", "Messages of the events topic that could not be read.")),
      thread_([this] { run(); }) {}

TailFeed::~TailFeed() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::optional<std::string> TailFeed::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void TailFeed::set_problem(std::optional<std::string> problem) {
  const std::lock_guard lock(mutex_);
  problem_ = std::move(problem);
}

bool TailFeed::pause() {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, kPauseAfterFailure, [this] { return stopping_; });
}

void TailFeed::run() {
  auto tail = broker::EventTail::create(options_);
  while (!tail) {
    set_problem(tail.error().message);
    if (!pause()) return;
    tail = broker::EventTail::create(options_);
  }
  for (;;) {
    for (const broker::Message& message : (*tail)->poll(kPollMessages, kPollWait)) take(message);
    set_problem((*tail)->problem());
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

void TailFeed::take(const broker::Message& message) {
  events_.add();
  bytes_.add(static_cast<double>(message.bytes()));
  const auto event = broker::decode_event(message.headers, message.body);
  if (event) return hub_.offer(*event);
  // Whatever it was, its events are rows too: the hub finds them missing and reads them.
  unreadable_.add();
  if (event.error().code != "event_unknown_type") poison_(message, event.error());
}

RepairFeed::RepairFeed(Hub& hub, store::Database& db) : hub_(hub), db_(db), thread_([this] { run(); }) {}

RepairFeed::~RepairFeed() {
  stopping_ = true;
  hub_.wake();
  thread_.join();
}

void RepairFeed::run() {
  bool well = true;
  while (!stopping_) {
    const Hub::Work work = hub_.take_work();
    if (stopping_ || work.empty()) continue;
    const bool done = repair(work);
    if (done == well) continue;
    well = done;
    if (well)
      telemetry::log_info("Postgres answers again");
    else
      telemetry::log_warning("Postgres does not answer; streams go on with what Kafka brings");
  }
}

bool RepairFeed::repair(const Hub::Work& work) {
  for (std::size_t begin = 0; begin < work.ranges.size(); begin += kRangesARead) {
    const auto first = work.ranges.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::vector<store::EventRange> ranges(first,
                                                first + static_cast<std::ptrdiff_t>(std::min(kRangesARead, work.ranges.size() - begin)));
    const auto events = store::read_events(db_, ranges, static_cast<int>(std::max(kLeastARange, kEventsARead / ranges.size())));
    if (!events) return false;
    hub_.repaired(*events);
  }
  if (work.heads.empty()) return true;
  std::vector<TaskId> tasks;
  for (const Hub::HeadQuestion& question : work.heads) tasks.push_back(question.task);
  const auto heads = store::read_heads(db_, tasks);
  if (!heads) return false;
  hub_.heads(work.heads, *heads);
  return true;
}

}  // namespace argosy::fanout
