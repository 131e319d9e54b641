// Who watches what, and the delivery to them: each event once and in order to every client, its bytes shared, its queue bounded. Fed by the
// tail of Kafka (offer) and by the repair thread (take_work, repaired, heads). Does no I/O but WebSocket::send, which only queues.
// Thread-safe; one lock, held for short.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "common/broker/event_message.h"
#include "common/core/clock.h"
#include "common/http/server.h"
#include "common/store/queries.h"
#include "common/telemetry/metrics.h"
#include "common/telemetry/tracing/span.h"
#include "workers/fanout/ephemeral_order.h"
#include "workers/fanout/event_order.h"

namespace argosy::fanout {

struct HubOptions {
  OrderLimits order{};
  std::size_t client_buffer_bytes = 1 << 20;                            // the server's bound: a history is read while half of it is free
  std::chrono::nanoseconds look_every = std::chrono::milliseconds(10);  // after clients that catch up
  std::chrono::nanoseconds stuck = std::chrono::seconds(60);            // a client that takes nothing of its history for so long is closed
};

class Hub {
 public:
  using ClientId = std::uint64_t;

  // Both must outlive it.
  Hub(const Clock& clock, telemetry::Metrics& metrics, HubOptions options);

  // Attach, in this order: watch (events are kept from now on), head_known (what Postgres said after that), join (the socket is open).
  ClientId watch(const TaskId& task);
  ClientId watch_log(const TaskId& task, std::int16_t step);
  void head_known(const TaskId& task, std::int64_t head);
  // Sends the hello, then the events after `from`: `first` are those that the attach has read already. `span` ends when it has caught up.
  void join(ClientId id, std::shared_ptr<http::WebSocket> socket, Frame hello, std::int64_t from, const std::vector<tasks::Event>& first,
            std::optional<telemetry::Span> span = {});
  void join_log(ClientId id, std::shared_ptr<http::WebSocket> socket, Frame hello);
  void leave(ClientId id);

  // News from Kafka.
  void offer(const broker::EventMessage& message);

  // What the repair thread shall ask Postgres for.
  struct HeadQuestion {
    TaskId task;
    std::int64_t next = 0;  // ours when we asked
  };
  struct Work {
    std::vector<store::EventRange> ranges;
    std::vector<HeadQuestion> heads;
    bool empty() const { return ranges.empty() && heads.empty(); }
  };
  // Waits until there is work or wake() is called.
  Work take_work();
  void wake();
  void repaired(const std::vector<tasks::Event>& events);  // each task's in order of seq
  void heads(const std::vector<HeadQuestion>& asked, const std::vector<std::pair<TaskId, std::int64_t>>& answers);

 private:
  struct Client {
    TaskId task;
    std::optional<std::int16_t> log_step;     // of a log's client
    std::shared_ptr<http::WebSocket> socket;  // null until the upgrade is done, and again once it was closed by us
    std::int64_t last = 0;                    // last seq that it was given
    bool live = false;                        // gets events as they come; else it catches up from Postgres
    std::chrono::nanoseconds progress_at{};
    std::optional<telemetry::Span> attaching{};  // until it has caught up for the first time
  };
  struct Task {
    std::optional<EventOrder> order;  // there since a client watches its events
    EphemeralOrder ephemeral;
    std::vector<ClientId> clients;
  };

  ClientId add(const TaskId& task, std::optional<std::int16_t> log_step);
  void offer_events(const std::vector<tasks::Event>& events);
  void offer_log(tasks::LogChunk chunk);
  void offer_running(const broker::Running& running);
  void deliver(const TaskId& id, Task& task, const std::vector<Numbered>& ready);
  void catch_up(ClientId id, Client& client, const std::vector<Numbered>& page);
  bool has_room(const Client& client) const;
  bool give(Client& client, const std::vector<Numbered>& events);
  bool send(Client& client, const Frame& frame);
  void close_slow(Client& client);
  void close(Client& client, int code, const std::string& reason);
  void note_size();
  void note_delay(const tasks::Event& event);
  void note_gap(const TaskId& id, const Task& task);
  static void end_span(Client& client, bool caught_up);
  void collect(Work& work, std::chrono::nanoseconds now);
  std::chrono::nanoseconds next_look(std::chrono::nanoseconds now) const;

  const Clock& clock_;
  const HubOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  ClientId last_id_ = 0;
  std::unordered_map<ClientId, Client> clients_;
  std::unordered_map<TaskId, Task> tasks_;
  std::set<ClientId> catching_up_;
  std::set<TaskId> gapped_;
  std::chrono::nanoseconds silence_looked_{};
  telemetry::Gauge &clients_gauge_, &tasks_gauge_;
  telemetry::Counter &delivered_, &gaps_, &slow_;
  telemetry::Histogram& delay_;
};

}  // namespace argosy::fanout
