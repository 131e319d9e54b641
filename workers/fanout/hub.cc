#include "workers/fanout/hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "workers/fanout/frames.h"
#include "workers/fanout/tracing/attach_span.h"

namespace argosy::fanout {
namespace {

// RFC 6455.
constexpr int kPolicyViolation = 1008;

// With the objective (500 ms) as a bound.
const std::vector<double> kDelaySeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60};

}  // namespace

Hub::Hub(const Clock& clock, telemetry::Metrics& metrics, HubOptions options)
    : clock_(clock),
      options_(options),
      clients_gauge_(metrics.gauge("argosy_fanout_clients", "WebSocket clients.")),
      tasks_gauge_(metrics.gauge("argosy_fanout_tasks", "Tasks that someone watches.")),
      delivered_(metrics.counter("argosy_fanout_delivered_total", "Messages queued for clients.")),
      gaps_(metrics.counter("argosy_fanout_gaps_total", "Holes that Kafka left in a task's events.")),
      slow_(metrics.counter("argosy_fanout_slow_clients_total", "Clients closed because they could not keep up.")),
      delay_(metrics.histogram("argosy_fanout_delay_seconds", "Age of a live event when it is handed to those who watch its task.", {},
                               kDelaySeconds)) {}

Hub::ClientId Hub::watch(const TaskId& task) { return add(task, std::nullopt); }
Hub::ClientId Hub::watch_log(const TaskId& task, std::int16_t step) { return add(task, step); }

Hub::ClientId Hub::add(const TaskId& id, std::optional<std::int16_t> log_step) {
  const std::lock_guard lock(mutex_);
  Task& task = tasks_[id];
  if (!log_step && !task.order) task.order.emplace(options_.order);
  const ClientId client = ++last_id_;
  task.clients.push_back(client);
  clients_.emplace(client, Client{.task = id, .log_step = log_step, .socket = nullptr});
  note_size();
  return client;
}

void Hub::note_size() {
  clients_gauge_.set(static_cast<double>(clients_.size()));
  tasks_gauge_.set(static_cast<double>(tasks_.size()));
}

void Hub::head_known(const TaskId& id, std::int64_t head) {
  const std::lock_guard lock(mutex_);
  const auto task = tasks_.find(id);
  if (task != tasks_.end() && task->second.order) deliver(id, task->second, task->second.order->head_is(head, clock_.boot_time()));
}

void Hub::join(ClientId id, std::shared_ptr<http::WebSocket> socket, Frame hello, std::int64_t from, const std::vector<tasks::Event>& first,
               std::optional<telemetry::Span> span) {
  std::vector<Numbered> page;
  for (const tasks::Event& event : first) page.push_back({event.seq, event_frame(event)});
  {
    const std::lock_guard lock(mutex_);
    Client& client = clients_.at(id);
    client.socket = std::move(socket);
    client.last = from;
    client.progress_at = clock_.boot_time();
    client.attaching = std::move(span);
    catching_up_.insert(id);
    if (send(client, hello)) catch_up(id, client, page);
    woken_ = true;
  }
  wake_.notify_one();
}

void Hub::join_log(ClientId id, std::shared_ptr<http::WebSocket> socket, Frame hello) {
  const std::lock_guard lock(mutex_);
  Client& client = clients_.at(id);
  client.socket = std::move(socket);
  send(client, hello);
}

void Hub::leave(ClientId id) {
  const std::lock_guard lock(mutex_);
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;
  end_span(client->second, false);
  const auto task = tasks_.find(client->second.task);
  std::erase(task->second.clients, id);
  if (task->second.clients.empty()) {
    gapped_.erase(task->first);
    tasks_.erase(task);
  }
  catching_up_.erase(id);
  clients_.erase(client);
  note_size();
}

void Hub::offer(const broker::EventMessage& message) {
  if (const auto* events = std::get_if<std::vector<tasks::Event>>(&message)) {
    offer_events(*events);
  } else if (const auto* chunk = std::get_if<tasks::LogChunk>(&message)) {
    offer_log(*chunk);
  } else {
    offer_running(std::get<broker::Running>(message));
  }
}

void Hub::offer_events(const std::vector<tasks::Event>& events) {
  std::vector<const tasks::Event*> wanted;
  {
    const std::lock_guard lock(mutex_);
    for (const tasks::Event& event : events) {
      const auto task = tasks_.find(event.task);
      if (task != tasks_.end() && task->second.order && task->second.order->wants(event.seq)) wanted.push_back(&event);
    }
  }
  // Frames are made outside the lock, and only for tasks that someone watches.
  std::vector<Frame> frames;
  for (const tasks::Event* event : wanted) frames.push_back(event_frame(*event));
  const std::lock_guard lock(mutex_);
  // Told per task in one go: whether a client keeps up is judged over the burst, not over its parts.
  std::unordered_map<TaskId, std::vector<Numbered>> ready;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto task = tasks_.find(wanted[i]->task);
    if (task == tasks_.end() || !task->second.order) continue;
    note_delay(*wanted[i]);
    const auto released = task->second.order->offer(wanted[i]->seq, std::move(frames[i]), clock_.boot_time());
    std::ranges::copy(released, std::back_inserter(ready[task->first]));
  }
  for (const auto& [id, released] : ready) deliver(id, tasks_.at(id), released);
}

void Hub::offer_log(tasks::LogChunk chunk) {
  const std::lock_guard lock(mutex_);
  const auto task = tasks_.find(chunk.task);
  if (task == tasks_.end()) return;
  const auto verdict = task->second.ephemeral.take(chunk);
  if (!verdict.deliver) return;
  const Frame gap = verdict.hole ? log_gap_frame(chunk, *verdict.hole) : nullptr;
  const Frame text = log_frame(chunk);
  for (const ClientId id : task->second.clients) {
    Client& client = clients_.at(id);
    if (client.log_step == chunk.step && (!gap || send(client, gap))) send(client, text);
  }
}

void Hub::offer_running(const broker::Running& running) {
  const std::lock_guard lock(mutex_);
  const auto task = tasks_.find(running.task);
  if (task == tasks_.end() || !task->second.ephemeral.is_current(running.step, running.epoch)) return;
  const Frame frame = running_frame(running);
  for (const ClientId id : task->second.clients) {
    Client& client = clients_.at(id);
    if (client.live) send(client, frame);
  }
}

void Hub::deliver(const TaskId& id, Task& task, const std::vector<Numbered>& ready) {
  for (const ClientId client_id : task.clients) {
    Client& client = clients_.at(client_id);
    if (!client.live) continue;
    const bool kept_up = has_room(client);
    if (give(client, ready)) continue;
    if (kept_up && client.socket != nullptr) {
      // A burst larger than its queue is not the client's fault: it reads the rest from Postgres, at its own pace.
      client.live = false;
      client.progress_at = clock_.boot_time();
      catching_up_.insert(client_id);
    } else {
      close_slow(client);
    }
  }
  note_gap(id, task);
}

// As many of them as the client's queue takes, each once; true when that was all.
bool Hub::give(Client& client, const std::vector<Numbered>& events) {
  for (const Numbered& event : events) {
    // What it already has came to it from Postgres, ahead of Kafka; what would leave a hole is not its turn.
    if (event.seq != client.last + 1) continue;
    if (client.socket == nullptr || client.socket->queued_bytes() + event.frame->size() > options_.client_buffer_bytes) return false;
    if (!send(client, event.frame)) return false;
    client.last = event.seq;
    client.progress_at = clock_.boot_time();
  }
  return true;
}

// Whether it has taken at least half of what may wait for it.
bool Hub::has_room(const Client& client) const {
  return client.socket != nullptr && client.socket->queued_bytes() * 2 <= options_.client_buffer_bytes;
}

void Hub::catch_up(ClientId id, Client& client, const std::vector<Numbered>& page) {
  if (!give(client, page)) return;
  const EventOrder& order = *tasks_.at(client.task).order;
  if (!has_room(client) || !order.is_live()) return;
  if (client.last < order.next()) {
    const auto missing = order.recent_after(client.last);
    if (!missing || !give(client, *missing)) return;
  }
  catching_up_.erase(id);
  client.live = true;
  end_span(client, true);
}

bool Hub::send(Client& client, const Frame& frame) {
  if (client.socket == nullptr) return false;
  if (client.socket->send(frame)) {
    delivered_.add();
    return true;
  }
  close_slow(client);
  return false;
}

void Hub::close_slow(Client& client) {
  if (client.socket == nullptr) return;
  // A socket that is gone refuses too, and has nothing queued; its on_close comes by itself.
  if (client.socket->queued_bytes() > 0) slow_.add();
  close(client, kPolicyViolation, fmt::format("too slow; last_seq={}", client.last));
}

void Hub::close(Client& client, int code, const std::string& reason) {
  client.socket->close(code, reason);
  client.socket = nullptr;
  client.live = false;
}

void Hub::end_span(Client& client, bool caught_up) {
  if (client.attaching) end_attach(std::move(*client.attaching), client.last, caught_up);
  client.attaching.reset();
}

void Hub::note_delay(const tasks::Event& event) { delay_.observe(std::max(0.0, static_cast<double>(clock_.unix_ms() - event.at) / 1e3)); }

void Hub::note_gap(const TaskId& id, const Task& task) {
  if (!task.order->gap_due()) {
    gapped_.erase(id);
  } else if (gapped_.insert(id).second) {
    gaps_.add();
    woken_ = true;
    wake_.notify_one();
  }
}

}  // namespace argosy::fanout
