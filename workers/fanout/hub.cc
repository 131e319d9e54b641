#include "workers/fanout/hub.h"

#include <fmt/format.h>

#include <algorithm>

#include "workers/fanout/frames.h"

namespace argosy::fanout {
namespace {

// RFC 6455 and its registry.
constexpr int kPolicyViolation = 1008, kServiceRestart = 1012;

}  // namespace

Hub::Hub(const Clock& clock, telemetry::Metrics& metrics, HubOptions options)
    : clock_(clock),
      options_(options),
      clients_gauge_(metrics.gauge("argosy_fanout_clients", "WebSocket clients.")),
      tasks_gauge_(metrics.gauge("argosy_fanout_tasks", "Tasks that someone watches.")),
      delivered_(metrics.counter("argosy_fanout_delivered_total", "Messages queued for clients.")),
      gaps_(metrics.counter("argosy_fanout_gaps_total", "Holes that Kafka left in a task's events.")),
      slow_(metrics.counter("argosy_fanout_slow_clients_total", "Clients closed because they could not keep up.")) {}

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

void Hub::join(ClientId id, std::shared_ptr<http::WebSocket> socket, Frame hello, std::int64_t from,
               const std::vector<tasks::Event>& first) {
  std::vector<Numbered> page;
  for (const tasks::Event& event : first) page.push_back({event.seq, event_frame(event)});
  {
    const std::lock_guard lock(mutex_);
    Client& client = clients_.at(id);
    client.socket = std::move(socket);
    client.last = from;
    client.progress_at = clock_.boot_time();
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
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto task = tasks_.find(wanted[i]->task);
    if (task == tasks_.end() || !task->second.order) continue;
    deliver(task->first, task->second, task->second.order->offer(wanted[i]->seq, std::move(frames[i]), clock_.boot_time()));
  }
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
    for (const Numbered& event : ready) {
      // What it already has came to it from Postgres, ahead of Kafka.
      if (event.seq <= client.last) continue;
      if (!send(client, event.frame)) break;
      client.last = event.seq;
    }
  }
  note_gap(id, task);
}

void Hub::catch_up(ClientId id, Client& client, const std::vector<Numbered>& page) {
  for (const Numbered& event : page) {
    if (event.seq != client.last + 1 || client.socket == nullptr) continue;
    if (client.socket->queued_bytes() + event.frame->size() > options_.client_buffer_bytes) break;  // the rest when it has taken some
    if (!send(client, event.frame)) break;
    client.last = event.seq;
    client.progress_at = clock_.boot_time();
  }
  const EventOrder& order = *tasks_.at(client.task).order;
  if (client.socket == nullptr || !order.is_live()) return;
  const auto missing = order.recent_after(client.last);
  if (!missing && client.last < order.next()) return;
  catching_up_.erase(id);
  client.live = true;
  for (const Numbered& event : missing.value_or(std::vector<Numbered>{})) {
    if (!send(client, event.frame)) break;
    client.last = event.seq;
  }
}

bool Hub::send(Client& client, const Frame& frame) {
  if (client.socket == nullptr) return false;
  if (client.socket->send(frame)) {
    delivered_.add();
    return true;
  }
  // A socket that is gone refuses too; its on_close comes by itself.
  if (client.socket->queued_bytes() + frame->size() > options_.client_buffer_bytes) slow_.add();
  close(client, kPolicyViolation, fmt::format("too slow; last_seq={}", client.last));
  return false;
}

void Hub::close(Client& client, int code, const std::string& reason) {
  client.socket->close(code, reason);
  client.socket = nullptr;
  client.live = false;
}

void Hub::note_gap(const TaskId& id, const Task& task) {
  if (!task.order->gap_due()) {
    gapped_.erase(id);
  } else if (gapped_.insert(id).second) {
    gaps_.add();
    woken_ = true;
    wake_.notify_one();
  }
}

Hub::Work Hub::take_work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto now = clock_.boot_time();
    Work work;
    collect(work, now);
    if (!work.empty() || woken_) {
      woken_ = false;
      return work;
    }
    wake_.wait_for(lock, next_look(now));
  }
}

void Hub::collect(Work& work, std::chrono::nanoseconds now) {
  std::set<std::pair<TaskId, std::int64_t>> ranges;
  for (const TaskId& id : gapped_) {
    if (const auto after = tasks_.at(id).order->take_gap(now)) ranges.emplace(id, *after);
  }
  std::vector<Client*> stuck;
  for (const ClientId id : catching_up_) {
    Client& client = clients_.at(id);
    if (client.socket == nullptr) continue;
    if (now - client.progress_at > options_.stuck)
      stuck.push_back(&client);
    else if (client.socket->queued_bytes() * 2 <= options_.client_buffer_bytes)
      ranges.emplace(client.task, client.last);
  }
  for (Client* client : stuck) close(*client, kPolicyViolation, fmt::format("too slow; last_seq={}", client->last));
  for (const auto& [task, after] : ranges) work.ranges.push_back({.task = task, .after = after});
  if (now - silence_looked_ < options_.order.silence / 4) return;
  silence_looked_ = now;
  for (auto& [id, task] : tasks_) {
    if (task.order && task.order->is_live() && task.order->take_silence(now)) work.heads.push_back({id, task.order->next()});
  }
}

std::chrono::nanoseconds Hub::next_look(std::chrono::nanoseconds now) const {
  auto wait = options_.order.silence / 4;
  if (!catching_up_.empty()) wait = std::min(wait, options_.look_every);
  for (const TaskId& id : gapped_) {
    if (const auto due = tasks_.at(id).order->gap_due()) wait = std::min(wait, *due - now);
  }
  return std::max(wait, std::chrono::nanoseconds(std::chrono::milliseconds(1)));
}

void Hub::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_all();
}

void Hub::repaired(const std::vector<tasks::Event>& events) {
  std::unordered_map<TaskId, std::vector<Numbered>> pages;
  for (const tasks::Event& event : events) pages[event.task].push_back({event.seq, event_frame(event)});
  const std::lock_guard lock(mutex_);
  for (const auto& [id, page] : pages) {
    const auto task = tasks_.find(id);
    if (task == tasks_.end() || !task->second.order) continue;
    for (const Numbered& event : page) {
      if (task->second.order->wants(event.seq))
        deliver(id, task->second, task->second.order->offer(event.seq, event.frame, clock_.boot_time()));
    }
    for (const ClientId client_id : task->second.clients) {
      if (catching_up_.contains(client_id)) catch_up(client_id, clients_.at(client_id), page);
    }
  }
}

void Hub::heads(const std::vector<HeadQuestion>& asked, const std::vector<std::pair<TaskId, std::int64_t>>& answers) {
  const std::unordered_map<TaskId, std::int64_t> known(answers.begin(), answers.end());
  const std::lock_guard lock(mutex_);
  for (const HeadQuestion& question : asked) {
    const auto task = tasks_.find(question.task);
    const auto head = known.find(question.task);
    if (task == tasks_.end() || !task->second.order || head == known.end()) continue;
    if (head->second >= question.next - 1) {
      deliver(task->first, task->second, task->second.order->head_is(head->second, clock_.boot_time()));
      continue;
    }
    // The database knows less than we have delivered: it is another one than before. Clients come back with their cursor and are told.
    for (const ClientId id : task->second.clients) {
      Client& client = clients_.at(id);
      if (!client.log_step && client.socket != nullptr) close(client, kServiceRestart, "the history has changed; connect again");
    }
    task->second.order.emplace(options_.order).head_is(head->second, clock_.boot_time());
    gapped_.erase(task->first);
  }
}

}  // namespace argosy::fanout
