// What the hub asks Postgres for, and what it does with the answers.
#include <algorithm>
#include <iterator>

#include "workers/fanout/frames.h"
#include "workers/fanout/hub.h"

namespace argosy::fanout {
namespace {

constexpr int kServiceRestart = 1012;  // of the registry that RFC 6455 opened: connect again

}  // namespace

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
  for (const ClientId id : std::vector<ClientId>(catching_up_.begin(), catching_up_.end())) {
    Client& client = clients_.at(id);
    if (client.socket == nullptr) continue;
    if (now - client.progress_at > options_.stuck) {
      close_slow(client);
    } else if (has_room(client)) {
      catch_up(id, client, {});  // what it misses may be held already
      if (!client.live) ranges.emplace(client.task, client.last);
    }
  }
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
  // What a client catches up with is not late: only what nobody was given before is.
  for (const tasks::Event& event : events) {
    const auto task = tasks_.find(event.task);
    if (task != tasks_.end() && task->second.order && task->second.order->is_live() && task->second.order->wants(event.seq))
      note_delay(event);
  }
  for (const auto& [id, page] : pages) {
    const auto task = tasks_.find(id);
    if (task == tasks_.end() || !task->second.order) continue;
    std::vector<Numbered> ready;
    for (const Numbered& event : page) {
      if (!task->second.order->wants(event.seq)) continue;
      std::ranges::copy(task->second.order->offer(event.seq, event.frame, clock_.boot_time()), std::back_inserter(ready));
    }
    deliver(id, task->second, ready);
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
