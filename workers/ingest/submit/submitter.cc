#include "workers/ingest/submit/submitter.h"

#include <algorithm>
#include <iterator>

namespace argosy::ingest {
namespace {

std::size_t bytes_of(const store::NewTask& task) {
  std::size_t sum = task.context.size() + task.request.size() + task.response.size();
  for (const auto& step : task.steps) sum += step.payload.size();
  return sum;
}

}  // namespace

Submitter::Submitter(Commit commit, Tell tell, Bounds bounds) : commit_(std::move(commit)), tell_(std::move(tell)), bounds_(bounds) {
  for (auto& thread : threads_) thread = std::jthread([this] { run(); });
}

Submitter::~Submitter() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

Submitter::Taken Submitter::submit(store::NewTask task, Done done) {
  const std::size_t bytes = bytes_of(task);
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= bounds_.queue || queued_bytes_ + bytes > bounds_.queue_bytes) return Taken::full;
    if (!task.idempotency_key.empty() && !keys_.emplace(task.org, task.idempotency_key).second) return Taken::key_in_progress;
    queued_bytes_ += bytes;
    queue_.push_back({std::move(task), std::move(done), bytes});
    if (in_flight_) return Taken::yes;  // who makes the call looks when it is back
  }
  wake_.notify_one();
  return Taken::yes;
}

void Submitter::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return !in_flight_ && (stopping_ || !queue_.empty()); });
    if (queue_.empty()) return;
    Batch batch = next_batch();
    in_flight_ = true;
    lock.unlock();
    std::vector<Outcome> outcomes;
    commit(batch.tasks, outcomes);
    lock.lock();
    in_flight_ = false;
    const bool more = stopping_ || !queue_.empty();
    lock.unlock();
    if (more) wake_.notify_all();
    finish(batch, std::move(outcomes));
    lock.lock();
  }
}

Submitter::Batch Submitter::next_batch() {
  Batch batch;
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.tasks.size() < bounds_.batch) {
    auto& next = queue_.front();
    if (!batch.tasks.empty() && bytes + next.bytes > bounds_.batch_bytes) break;
    bytes += next.bytes;
    batch.tasks.push_back(std::move(next.task));
    batch.done.push_back(std::move(next.done));
    queue_.pop_front();
  }
  queued_bytes_ -= bytes;
  return batch;
}

void Submitter::commit(const std::vector<store::NewTask>& tasks, std::vector<Outcome>& outcomes) {
  auto outcome = commit_(tasks);
  if (outcome) {
    std::ranges::move(*outcome, std::back_inserter(outcomes));
    return;
  }
  if (outcome.error().category == Category::transient || tasks.size() == 1) {
    outcomes.insert(outcomes.end(), tasks.size(), std::unexpected(outcome.error()));
    return;
  }
  // One task that the database cannot take must not cost the others theirs.
  const auto middle = tasks.begin() + static_cast<std::ptrdiff_t>(tasks.size() / 2);
  commit({tasks.begin(), middle}, outcomes);
  commit({middle, tasks.end()}, outcomes);
}

void Submitter::finish(Batch& batch, std::vector<Outcome> outcomes) {
  std::unique_lock lock(mutex_);
  for (const auto& task : batch.tasks)
    if (!task.idempotency_key.empty()) keys_.erase({task.org, task.idempotency_key});
  for (const auto& outcome : outcomes) {
    if (!outcome) continue;
    untold_.ready.insert(untold_.ready.end(), outcome->ready.begin(), outcome->ready.end());
    untold_.events.insert(untold_.events.end(), outcome->events.begin(), outcome->events.end());
  }
  const bool another_follows = in_flight_ || !queue_.empty();
  News news;
  if (!another_follows || ++untold_.calls >= bounds_.calls_told_together) news = std::exchange(untold_, {});
  lock.unlock();
  if (!news.ready.empty() || !news.events.empty()) tell_(news.ready, news.events);
  for (std::size_t i = 0; i < outcomes.size(); ++i) batch.done[i](std::move(outcomes[i]));
}

}  // namespace argosy::ingest
